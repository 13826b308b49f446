-- Which instance drives the jobs (design, section 4.8). The one row stays: its epoch only ever grows.
CREATE TABLE IF NOT EXISTS scailfin.lease (
    id              integer PRIMARY KEY CHECK (id = 1),
    holder          text NOT NULL,                      -- host, process id and a random part
    epoch           bigint NOT NULL,                    -- one more with every holder
    expires_at      timestamptz NOT NULL                -- by the server's clock
);
