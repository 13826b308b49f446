-- What both layouts begin with. The role needs CREATE on the database only while the schema is missing.
DO $$
BEGIN
    IF to_regnamespace('scailfin') IS NULL THEN
        CREATE SCHEMA scailfin;
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS scailfin.schema_version (
    part            text PRIMARY KEY,                   -- own, reana
    version         integer NOT NULL,
    applied_at      timestamptz NOT NULL DEFAULT now()
);
