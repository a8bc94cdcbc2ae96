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

-- What keeps dead rows of this database from being removed: transactions of other roles, if autodevops_queue may read all statistics (the
-- migrator gives it that when it can), prepared ones, standbys, and replication slots, whose age is known in transactions only. Whose they are and
-- since when; no statement of anybody.
CREATE FUNCTION app.snapshot_holders()
RETURNS TABLE (holder text, since timestamptz, transactions bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.require_node();
    RETURN QUERY
        SELECT format('session %s of %s', activity.pid, activity.usename), activity.xact_start, greatest(age(activity.backend_xid), age(activity.backend_xmin))::bigint
        FROM pg_stat_activity AS activity
        WHERE activity.usename <> session_user AND (activity.backend_xid IS NOT NULL OR activity.backend_xmin IS NOT NULL)
            AND ((activity.backend_type = 'client backend' AND activity.datname = current_database()) OR activity.backend_type = 'walsender')
        UNION ALL
        SELECT format('prepared transaction %s', prepared.gid), prepared.prepared, age(prepared.transaction)::bigint
        FROM pg_prepared_xacts AS prepared WHERE prepared.database = current_database()
        UNION ALL
        SELECT format('replication slot %s', slot.slot_name), NULL, age(slot.xmin)::bigint
        FROM pg_replication_slots AS slot WHERE slot.xmin IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION app.snapshot_holders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.snapshot_holders() TO autodevops_app;
ALTER FUNCTION app.snapshot_holders() OWNER TO autodevops_queue;
