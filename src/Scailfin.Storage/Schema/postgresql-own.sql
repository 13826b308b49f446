-- Scailfin's own layout for PostgreSQL, version 1. No foreign key leads out of it: a workflow is only a UUID here.
CREATE TABLE scailfin.job (
    sequence        bigint GENERATED ALWAYS AS IDENTITY, -- order of submission
    id              uuid PRIMARY KEY,
    owner           text NOT NULL,
    workflow_uuid   uuid NOT NULL,
    job_name        text NOT NULL,
    compute_backend text NOT NULL,                      -- name of the backend instance
    spec            json NOT NULL,                      -- never changed
    status          text NOT NULL,                      -- created, queued, running, finished, failed, stopped
    reason          text NOT NULL,
    attempt         integer NOT NULL,
    backend_job_id  text,
    backend_state   text,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    finished_at     timestamptz,
    evidence        json,                               -- with every terminal status
    stop_at         timestamptz,
    stop_cause      text,                               -- requested, unanswered
    released        boolean NOT NULL,                   -- the backend holds nothing of it any more
    request_digest  text                                -- SHA-256 of a request that came with an Idempotency-Key
);

CREATE INDEX job_by_workflow ON scailfin.job (workflow_uuid, sequence);

CREATE TABLE scailfin.job_log (
    job_id          uuid PRIMARY KEY,
    logs            text NOT NULL
);
