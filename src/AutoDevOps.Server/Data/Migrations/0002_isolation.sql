-- Who the caller is lives in settings that end with the transaction (see Db): app.user_id, or app.job_id with the worker and the
-- fence that hold its lease, or app.node_id for what concerns the installation. After a commit a setting reads '', hence nullif.

CREATE FUNCTION app.caller_user() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.user_id', true), '')::uuid
$$;

-- The organizations in which the caller has at least this role; a person may be narrowed to one of them: an API token is worth no more
-- than the organization it was made in. A job with a live lease counts as a member of its organization. The lease is compared with the
-- beginning of the transaction, as its row is held from then on (hold_job): a long write does not lose its rights half way.
-- In plpgsql, which keeps its plans: every statement asks this once for each table it reads.
CREATE FUNCTION app.organizations_of_caller(p_least text DEFAULT 'viewer') RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- A role that is none has nothing: the list is null then.
    v_roles constant text[] := CASE p_least
        WHEN 'viewer' THEN '{viewer,member,admin,owner}' WHEN 'member' THEN '{member,admin,owner}'
        WHEN 'admin' THEN '{admin,owner}' WHEN 'owner' THEN '{owner}' END;
BEGIN
    IF current_setting('app.user_id', true) <> '' THEN
        RETURN QUERY
            SELECT member.organization_id
            FROM public.organization_members AS member
            WHERE member.user_id = current_setting('app.user_id')::uuid
              AND member.organization_id = coalesce(nullif(current_setting('app.organization_id', true), '')::uuid, member.organization_id)
              AND member.role = ANY (v_roles);
    ELSIF current_setting('app.job_id', true) <> '' AND 'member' = ANY (v_roles) THEN
        RETURN QUERY
            SELECT job.organization_id
            FROM public.jobs AS job
            WHERE job.id = current_setting('app.job_id')::uuid
              AND job.worker_id = nullif(current_setting('app.worker_id', true), '')::uuid
              AND job.fence = nullif(current_setting('app.fence', true), '')::integer
              AND job.lease_until > now();
    END IF;
END
$$;

-- By a token of one organization, which says nothing about what is the person's own.
CREATE FUNCTION app.caller_is_narrowed() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.organization_id', true), '') IS NOT NULL
$$;

CREATE FUNCTION app.caller_operates() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.users
        WHERE id = nullif(current_setting('app.user_id', true), '')::uuid AND is_operator)
$$;

CREATE FUNCTION app.caller_is_node() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.node_id', true), '') IS NOT NULL
$$;

CREATE FUNCTION app.caller_is_job() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.job_id', true), '') IS NOT NULL
$$;

-- A function that answers for other roles belongs to a role that may read just what it needs. Its search path names pg_temp, last: else
-- temporary types and tables would be found first, also with an empty path, and one named like what a function mentions would run its
-- checks with the function's rights.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.caller_user(), app.organizations_of_caller(text), app.caller_operates(), app.caller_is_node(),
    app.caller_is_job(), app.caller_is_narrowed()
    TO autodevops_app, autodevops_queue, autodevops_identity;
ALTER FUNCTION app.organizations_of_caller(text) OWNER TO autodevops_identity;
ALTER FUNCTION app.caller_operates() OWNER TO autodevops_identity;
GRANT SELECT (id, login, is_operator) ON users TO autodevops_identity;
GRANT SELECT (organization_id, user_id, role) ON organization_members TO autodevops_identity;
GRANT SELECT (id, organization_id, worker_id, fence, lease_until) ON jobs TO autodevops_identity;

DO $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations' LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;

-- The resolving functions themselves.
CREATE POLICY identity_reads ON users FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON organization_members FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON jobs FOR SELECT TO autodevops_identity USING (true);

-- People and organizations. What may be changed must stay so: without a WITH CHECK the USING holds for the new row as well.
CREATE POLICY reads_self_and_colleagues ON users FOR SELECT TO autodevops_app
    USING (id = (SELECT app.caller_user())
        OR id IN (SELECT user_id FROM organization_members WHERE organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))));
CREATE POLICY reads ON organizations FOR SELECT TO autodevops_app
    USING (id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY changes ON organizations FOR UPDATE TO autodevops_app
    USING (id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))));
CREATE POLICY deletes ON organizations FOR DELETE TO autodevops_app
    USING (id = ANY (ARRAY(SELECT app.organizations_of_caller('owner'))));
CREATE POLICY reads ON organization_members FOR SELECT TO autodevops_app
    USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
-- An admin manages members up to admin; only an owner makes, changes or removes an owner.
CREATE POLICY adds ON organization_members FOR INSERT TO autodevops_app
    WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))
        AND (role <> 'owner' OR organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('owner')))));
CREATE POLICY changes ON organization_members FOR UPDATE TO autodevops_app
    USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))
        AND (role <> 'owner' OR organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('owner')))));
CREATE POLICY removes ON organization_members FOR DELETE TO autodevops_app
    USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))
        AND (role <> 'owner' OR organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('owner')))));

-- What a tenant has: viewers read; the role named here writes. What a row is and whose it is are not written again.
DO $$
DECLARE
    t record;
    v_changeable text;
BEGIN
    FOR t IN SELECT * FROM (VALUES
        ('repositories', 'admin', 'admin', 'owner'),
        ('analyses', 'member', 'member', 'owner'),
        ('findings', 'member', 'member', 'owner'),
        ('suppressions', 'member', 'member', 'member'),
        ('score_history', 'member', 'member', 'owner'),
        ('pipelines', 'member', 'member', 'owner'),
        ('artifacts', 'member', 'member', 'owner'),
        ('ai_usage', 'member', 'member', 'owner'),
        ('ai_cache', 'member', 'member', 'member')
    ) AS tables (name, adds, changes, deletes)
    LOOP
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT TO autodevops_app
            USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())))', t.name);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT TO autodevops_app
            WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.adds);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE TO autodevops_app
            USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.changes);
        EXECUTE format('CREATE POLICY deletes ON %I FOR DELETE TO autodevops_app
            USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.deletes);
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO v_changeable
        FROM pg_attribute
        WHERE attrelid = format('public.%I', t.name)::regclass AND attnum > 0 AND attgenerated = ''
          AND attname <> ALL ('{id,organization_id,repository_id,analysis_id,job_id,requested_by}')
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey));
        EXECUTE format('GRANT SELECT, INSERT, UPDATE (%s), DELETE ON %I TO autodevops_app', v_changeable, t.name);
    END LOOP;
END
$$;

-- A running job notes what it learned of its repository, whoever started it.
CREATE POLICY jobs_note ON repositories FOR UPDATE TO autodevops_app
    USING ((SELECT app.caller_is_job()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));

-- Jobs: members enqueue; everything after that goes through the functions of the protocol.
CREATE POLICY reads ON jobs FOR SELECT TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY adds ON jobs FOR INSERT TO autodevops_app WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))));
CREATE POLICY reads ON job_events FOR SELECT TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY reads ON job_transitions FOR SELECT TO autodevops_app, autodevops_queue USING (true);
CREATE POLICY protocol ON jobs TO autodevops_queue USING (true);
CREATE POLICY protocol ON job_events TO autodevops_queue USING (true);
CREATE POLICY protocol ON queues TO autodevops_queue USING (true);
GRANT SELECT ON job_transitions TO autodevops_app, autodevops_queue;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs, job_events, queues TO autodevops_queue;
GRANT SELECT ON job_events TO autodevops_app;
-- Not who runs it under which fence: that is the proof that a write about a job comes from its worker.
GRANT SELECT (id, organization_id, queue, kind, args, state, priority, attempt, max_attempts, rescues, run_at, dedupe_key, cancel_requested_at,
    error, error_code, event_seq, replay_of, requested_by, trace_parent, created_at, started_at, finished_at) ON jobs TO autodevops_app;
-- What a job replays is the protocol's to say: the dead letter of another tenant could be taken out of its hands.
GRANT INSERT (id, organization_id, queue, kind, args, priority, max_attempts, run_at, dedupe_key, requested_by, trace_parent)
    ON jobs TO autodevops_app;

-- One's own.
CREATE POLICY own ON sessions FOR SELECT TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND NOT (SELECT app.caller_is_narrowed()));
CREATE POLICY own ON api_tokens FOR SELECT TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY adds ON api_tokens FOR INSERT TO autodevops_app
    WITH CHECK (user_id = (SELECT app.caller_user()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY revokes ON api_tokens FOR UPDATE TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY own ON github_tokens FOR SELECT TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND NOT (SELECT app.caller_is_narrowed()));

-- No ciphertext and no hash is readable: only the functions that need one may look.
GRANT SELECT ON users, organizations, organization_members, sessions TO autodevops_app;
GRANT SELECT (id, user_id, scopes, expires_at, created_at) ON github_tokens TO autodevops_app;
GRANT SELECT (id, organization_id, user_id, name, scopes, created_at, expires_at, last_used_at, revoked_at) ON api_tokens TO autodevops_app;
GRANT INSERT (id, organization_id, user_id, name, token_hash, scopes, expires_at) ON api_tokens TO autodevops_app;
GRANT UPDATE (revoked_at) ON api_tokens TO autodevops_app;
GRANT UPDATE (name) ON organizations TO autodevops_app;
GRANT DELETE ON organizations TO autodevops_app;
GRANT INSERT, UPDATE (role), DELETE ON organization_members TO autodevops_app;

-- The installation: its processes write, its operators read. Row by row for each verb: a policy for all of them would let whoever may
-- read a row delete it, as nothing is checked of a row that goes.
CREATE POLICY reads ON nodes FOR SELECT TO autodevops_app USING ((SELECT app.caller_is_node()) OR (SELECT app.caller_operates()));
CREATE POLICY reports ON nodes FOR INSERT TO autodevops_app WITH CHECK ((SELECT app.caller_is_node()));
CREATE POLICY beats ON nodes FOR UPDATE TO autodevops_app USING ((SELECT app.caller_is_node()));
CREATE POLICY leaves ON nodes FOR DELETE TO autodevops_app USING ((SELECT app.caller_is_node()));
CREATE POLICY reads ON scaling_decisions FOR SELECT TO autodevops_app USING ((SELECT app.caller_is_node()) OR (SELECT app.caller_operates()));
CREATE POLICY decides ON scaling_decisions FOR INSERT TO autodevops_app WITH CHECK ((SELECT app.caller_is_node()));
CREATE POLICY reads ON alerts FOR SELECT TO autodevops_app
    USING ((SELECT app.caller_is_node())
        OR organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))
        OR (organization_id IS NULL AND (SELECT app.caller_operates())));
CREATE POLICY raises ON alerts FOR INSERT TO autodevops_app WITH CHECK ((SELECT app.caller_is_node()));
CREATE POLICY resolves ON alerts FOR UPDATE TO autodevops_app USING ((SELECT app.caller_is_node()));
GRANT SELECT, INSERT, UPDATE (role, host, version, started_at, seen_at, cpu_percent, memory_bytes, p99_ms, running_jobs), DELETE ON nodes TO autodevops_app;
GRANT SELECT, INSERT ON scaling_decisions TO autodevops_app;
GRANT SELECT, INSERT, UPDATE (detail, resolved_at) ON alerts TO autodevops_app;

-- The audit log: insert only, and only through the function that chains the rows.
CREATE POLICY reads ON audit_log FOR SELECT TO autodevops_app USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))));
CREATE POLICY chain_reads ON audit_log FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY chain_adds ON audit_log FOR INSERT TO autodevops_identity WITH CHECK (true);
GRANT SELECT ON audit_log TO autodevops_app;
GRANT SELECT, INSERT ON audit_log TO autodevops_identity;

-- Each row carries the hash of the one before it, so that a change, a deletion and a reordering all show.
CREATE FUNCTION app.write_audit(p_organization uuid, p_action text, p_target text, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_seq bigint;
    v_previous bytea;
    v_at timestamptz := clock_timestamp();
    v_actor uuid := app.caller_user();
BEGIN
    IF NOT (p_organization = ANY (ARRAY(SELECT app.organizations_of_caller()))) THEN
        RAISE EXCEPTION 'the caller is no member of the organization' USING ERRCODE = '42501';
    END IF;

    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended(p_organization::text, 7));
    SELECT seq, hash INTO v_seq, v_previous FROM public.audit_log WHERE organization_id = p_organization ORDER BY seq DESC LIMIT 1;
    v_seq := coalesce(v_seq, 0) + 1;
    v_previous := coalesce(v_previous, '\x');
    INSERT INTO public.audit_log (organization_id, seq, at, actor, action, target, detail, previous_hash, hash)
    VALUES (p_organization, v_seq, v_at, v_actor, p_action, p_target, p_detail, v_previous,
        app.audit_hash(p_organization, v_seq, v_at, v_actor, p_action, p_target, p_detail, v_previous));
    RETURN v_seq;
END
$$;

CREATE FUNCTION app.audit_hash(
    p_organization uuid, p_seq bigint, p_at timestamptz, p_actor uuid, p_action text, p_target text, p_detail jsonb, p_previous bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(p_previous || convert_to(jsonb_build_array(
        p_organization, p_seq, to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), p_actor, p_action, p_target, p_detail)::text, 'UTF8'))
$$;

-- How each organization's chain stands: its last entry, for who keeps it elsewhere and asks again later, and the first entry that is not
-- as it was written, with why. p_noted is such a note, [{"organization", "seq", "hash"}]: without one, entries missing at the end do not show.
-- Asked by a process for all of them, by a person for those whose log they may read.
CREATE FUNCTION app.verify_audit(p_noted jsonb DEFAULT '[]')
RETURNS TABLE (organization_id uuid, last_seq bigint, last_hash bytea, wrong_seq bigint, problem text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH noted AS (
        SELECT note.organization, note.seq, decode(note.hash, 'hex') AS hash
        FROM jsonb_to_recordset(p_noted) AS note (organization uuid, seq bigint, hash text)
    ), entry AS (
        SELECT a.*, lag(a.seq, 1, 0::bigint) OVER w AS seq_before, lag(a.hash, 1, '\x') OVER w AS hash_before,
            a.hash = app.audit_hash(a.organization_id, a.seq, a.at, a.actor, a.action, a.target, a.detail, a.previous_hash) AS is_whole
        FROM public.audit_log AS a
        WINDOW w AS (PARTITION BY a.organization_id ORDER BY a.seq)
    ), judged AS (
        SELECT entry.organization_id, entry.seq, entry.hash,
            CASE WHEN entry.seq <> entry.seq_before + 1 THEN 'entries before it are missing'
                WHEN entry.previous_hash <> entry.hash_before THEN 'it does not follow the entry before it'
                WHEN NOT entry.is_whole THEN 'it was changed' END AS problem
        FROM entry
        UNION ALL
        SELECT noted.organization, noted.seq, NULL,
            CASE WHEN a.hash IS NULL THEN 'it was noted and is missing' ELSE 'it is not the entry that was noted' END
        FROM noted LEFT JOIN public.audit_log AS a ON a.organization_id = noted.organization AND a.seq = noted.seq
        WHERE a.hash IS DISTINCT FROM noted.hash
    )
    SELECT judged.organization_id, max(judged.seq) FILTER (WHERE judged.hash IS NOT NULL),
        (array_agg(judged.hash ORDER BY judged.seq DESC) FILTER (WHERE judged.hash IS NOT NULL))[1],
        min(judged.seq) FILTER (WHERE judged.problem IS NOT NULL),
        (array_agg(judged.problem ORDER BY judged.seq) FILTER (WHERE judged.problem IS NOT NULL))[1]
    FROM judged
    WHERE (SELECT app.caller_is_node()) OR judged.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin')))
    GROUP BY judged.organization_id
    ORDER BY judged.organization_id
$$;
REVOKE ALL ON FUNCTION app.write_audit(uuid, text, text, jsonb), app.audit_hash(uuid, bigint, timestamptz, uuid, text, text, jsonb, bytea),
    app.verify_audit(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.write_audit(uuid, text, text, jsonb), app.verify_audit(jsonb) TO autodevops_app;
GRANT EXECUTE ON FUNCTION app.audit_hash(uuid, bigint, timestamptz, uuid, text, text, jsonb, bytea) TO autodevops_app, autodevops_identity;
ALTER FUNCTION app.write_audit(uuid, text, text, jsonb) OWNER TO autodevops_identity;
ALTER FUNCTION app.verify_audit(jsonb) OWNER TO autodevops_identity;
