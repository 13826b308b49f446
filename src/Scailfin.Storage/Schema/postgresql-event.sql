-- The timelines of jobs, in either layout.
CREATE TABLE IF NOT EXISTS scailfin.job_event (
    sequence        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id          uuid NOT NULL,
    at              timestamptz NOT NULL,
    attempt         integer NOT NULL,
    event           text NOT NULL,
    detail          text NOT NULL,
    CONSTRAINT job_event_once UNIQUE (job_id, at, attempt, event) -- an entry that a repeated commit brings again is the same entry
);
