-- Scailfin's own layout for SQLite, version 2 (1 had no request_digest). Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE IF NOT EXISTS job (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of submission
    id              TEXT NOT NULL UNIQUE,
    owner           TEXT NOT NULL,
    workflow_uuid   TEXT NOT NULL,
    job_name        TEXT NOT NULL,
    compute_backend TEXT NOT NULL,
    spec            TEXT NOT NULL,                      -- JSON, never changed
    status          TEXT NOT NULL,                      -- created, queued, running, finished, failed, stopped
    reason          TEXT NOT NULL,
    attempt         INTEGER NOT NULL,
    backend_job_id  TEXT,
    backend_state   TEXT,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    finished_at     INTEGER,
    evidence        TEXT,                               -- JSON, with every terminal status
    stop_at         INTEGER,
    stop_cause      TEXT,                               -- requested, unanswered
    released        INTEGER NOT NULL,                   -- 1: the backend holds nothing of it any more
    request_digest  TEXT                                -- SHA-256 of a request that came with an Idempotency-Key
);

CREATE INDEX IF NOT EXISTS job_by_workflow ON job (workflow_uuid, sequence);

CREATE TABLE IF NOT EXISTS job_log (
    job_id          TEXT PRIMARY KEY,
    logs            TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS job_event (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id          TEXT NOT NULL,
    at              INTEGER NOT NULL,
    attempt         INTEGER NOT NULL,
    event           TEXT NOT NULL,
    detail          TEXT NOT NULL
);

-- An entry that a repeated commit brings again is the same entry.
CREATE UNIQUE INDEX IF NOT EXISTS job_event_once ON job_event (job_id, at, attempt, event);
