-- What the columns of REANA's table __reana.job cannot hold, version 1. There is no foreign key to it: REANA deletes and migrates its rows
-- as it likes, and a row of ours without one of REANA's is never read.
CREATE TABLE scailfin.reana_job (
    sequence        bigint GENERATED ALWAYS AS IDENTITY, -- order of submission
    job_id          uuid PRIMARY KEY,                   -- __reana.job.id_
    owner           text NOT NULL,
    spec            json NOT NULL,                      -- never changed
    reason          text NOT NULL,
    attempt         integer NOT NULL,
    backend_state   text,
    evidence        json,                               -- with every terminal status
    stop_at         timestamptz,
    stop_cause      text,                               -- requested, unanswered
    ended_at        timestamptz,                        -- also of a stopped job, where REANA keeps none (contract G.4)
    released        boolean NOT NULL,                   -- the backend holds nothing of it any more
    request_digest  text                                -- SHA-256 of a request that came with an Idempotency-Key
);
