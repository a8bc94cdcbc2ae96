-- The hash of an entry says its time without the era: the same moment before Christ hashed alike. What was hashed since 2020 keeps its hash;
-- an entry that says it is older was not written by this program, and verify_audit finds it changed.
CREATE OR REPLACE FUNCTION app.audit_hash(
    p_organization uuid, p_seq bigint, p_at timestamptz, p_actor uuid, p_action text, p_target text, p_detail jsonb, p_previous bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(p_previous || convert_to(jsonb_build_array(
        p_organization, p_seq,
        to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US' || CASE WHEN p_at < '2020-01-01 00:00:00+00' THEN ' BC' ELSE '' END),
        p_actor, p_action, p_target, p_detail)::text, 'UTF8'))
$$;

-- Not for what is there: a wrong entry is for verify_audit to tell, and must not keep the database from being migrated.
ALTER TABLE audit_log ADD CONSTRAINT audit_log_at_check CHECK (at >= '2020-01-01 00:00:00+00') NOT VALID;
