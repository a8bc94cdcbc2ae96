-- What somebody has by GitHub lasts as long as GitHub says so: memberships are looked at each day, and end when nothing confirms them.

ALTER TABLE organization_members ADD COLUMN confirmed_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN organization_members.confirmed_at IS 'When GitHub said last that they belong to it, where source is github.';
CREATE INDEX organization_members_by_confirmation ON organization_members (confirmed_at) WHERE source = 'github';

ALTER TABLE github_tokens ADD COLUMN memberships_at timestamptz DEFAULT now() + interval '1 day';
COMMENT ON COLUMN github_tokens.memberships_at IS 'When GitHub is asked again which organizations its person is in; null: the token is refused, and it was seen to.';
-- Spread over a day.
UPDATE github_tokens SET memberships_at = now() + random() * interval '1 day';
CREATE INDEX github_tokens_by_sync ON github_tokens (memberships_at);

GRANT SELECT (confirmed_at), UPDATE (confirmed_at) ON organization_members TO autodevops_identity;
GRANT UPDATE (memberships_at) ON github_tokens TO autodevops_identity;

-- An entry of an organization's log. For functions that have looked who may write it; a process has no person.
CREATE FUNCTION app.append_audit(p_organization uuid, p_actor uuid, p_action text, p_target text, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_seq bigint;
    v_previous bytea;
    v_at timestamptz := clock_timestamp();
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended(p_organization::text, 7));
    SELECT seq, hash INTO v_seq, v_previous FROM public.audit_log WHERE organization_id = p_organization ORDER BY seq DESC LIMIT 1;
    v_seq := coalesce(v_seq, 0) + 1;
    v_previous := coalesce(v_previous, '\x');
    INSERT INTO public.audit_log (organization_id, seq, at, actor, action, target, detail, previous_hash, hash)
    VALUES (p_organization, v_seq, v_at, p_actor, p_action, p_target, p_detail, v_previous,
        app.audit_hash(p_organization, v_seq, v_at, p_actor, p_action, p_target, p_detail, v_previous));
    RETURN v_seq;
END
$$;

-- Ends what somebody has in organizations by GitHub; they have it again when it is confirmed. For functions that have looked whether it must.
CREATE FUNCTION app.end_github_memberships(p_user uuid, p_organization uuid, p_reason text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_organization uuid;
    v_count integer := 0;
BEGIN
    FOR v_organization IN
        SELECT organization_id FROM public.organization_members
        WHERE user_id = p_user AND source = 'github' AND organization_id = coalesce(p_organization, organization_id)
        ORDER BY organization_id FOR UPDATE
    LOOP
        PERFORM app.append_audit(
            v_organization, app.caller_user(), 'member.removed', p_user::text, jsonb_build_object('source', 'github', 'reason', p_reason));
        DELETE FROM public.organization_members WHERE organization_id = v_organization AND user_id = p_user;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;

-- Whose organizations it is time to ask GitHub for; each is moved on, so that one process asks. A refused token comes once.
CREATE FUNCTION app.due_membership_syncs(p_every interval, p_limit integer) RETURNS TABLE (id uuid, login text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
        WITH due AS (
            SELECT token.id FROM public.github_tokens AS token
            WHERE token.memberships_at <= now() ORDER BY token.memberships_at LIMIT p_limit FOR UPDATE SKIP LOCKED
        ), moved AS (
            UPDATE public.github_tokens AS token SET memberships_at = CASE WHEN token.revoked_at IS NULL THEN now() + p_every END
            FROM due WHERE token.id = due.id
            RETURNING token.user_id
        )
        SELECT person.id, person.login FROM moved JOIN public.users AS person ON person.id = moved.user_id;
END
$$;

-- GitHub did not confirm somebody's memberships: they end, if it refused to say them, or takes no token of theirs any more.
CREATE FUNCTION app.refuse_github_memberships(p_user uuid, p_is_refused boolean) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_memberships:' || p_user, 7));
    IF NOT p_is_refused THEN
        IF (SELECT count(*) FILTER (WHERE revoked_at IS NULL) FROM public.github_tokens WHERE user_id = p_user) > 0 THEN
            RETURN 0;
        END IF;
    END IF;
    RETURN app.end_github_memberships(p_user, NULL, 'refused');
END
$$;

-- Whom GitHub did not confirm for so long, for whatever reason.
CREATE FUNCTION app.end_unconfirmed_members(p_patience interval, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_member record;
    v_count integer := 0;
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    FOR v_member IN
        SELECT organization_id, user_id FROM public.organization_members
        WHERE source = 'github' AND confirmed_at < now() - p_patience
        ORDER BY organization_id, user_id LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        v_count := v_count + app.end_github_memberships(v_member.user_id, v_member.organization_id, 'unconfirmed');
    END LOOP;
    RETURN v_count;
END
$$;

-- What a token is refreshed with serves once: whoever has this lock until the end of the transaction refreshes it. No row: somebody has already.
CREATE FUNCTION app.lock_github_token(p_token uuid) RETURNS TABLE (refresh_envelope bytea, refresh_expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_token:' || p_token, 7));
    RETURN QUERY SELECT token.refresh_envelope, token.refresh_expires_at FROM public.github_tokens AS token WHERE token.id = p_token;
END
$$;

-- The caller takes back what GitHub gave for them: the token, for GitHub to end it, and all that they are a member of by it. The person of a
-- local installation has no account there any more; everybody else is known by it, and signs in with it.
CREATE FUNCTION app.unlink_github() RETURNS TABLE (id uuid, envelope bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_user constant uuid := app.caller_user();
BEGIN
    IF v_user IS NULL OR app.caller_is_narrowed() THEN
        RAISE EXCEPTION 'Only a person may do this.' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_memberships:' || v_user, 7));
    PERFORM app.append_audit(member.organization_id, v_user, 'github.account_unlinked', v_user::text, '{}')
    FROM (SELECT organization_id FROM public.organization_members WHERE user_id = v_user ORDER BY organization_id) AS member;
    PERFORM app.end_github_memberships(v_user, NULL, 'unlinked');
    DELETE FROM public.github_memberships WHERE user_id = v_user;
    UPDATE public.users AS person SET github_id = NULL WHERE person.id = v_user AND person.is_local;
    RETURN QUERY DELETE FROM public.github_tokens AS token WHERE token.user_id = v_user RETURNING token.id, token.envelope;
END
$$;

-- As they were, but for what is said of each. They belong to autodevops_identity, and only it may replace them.
SET LOCAL ROLE autodevops_identity;
-- The entry itself is written by app.append_audit.
CREATE OR REPLACE FUNCTION app.write_audit(p_organization uuid, p_action text, p_target text, p_detail jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (p_organization = ANY (ARRAY(SELECT app.organizations_of_caller()))) THEN
        RAISE EXCEPTION 'the caller is no member of the organization' USING ERRCODE = '42501';
    END IF;
    RETURN app.append_audit(p_organization, app.caller_user(), p_action, p_target, p_detail);
END
$$;

-- What GitHub says is noted with its time.
CREATE OR REPLACE FUNCTION app.note_github_memberships(p_memberships jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user constant uuid := app.caller_user();
    v_change record;
    v_role text;
BEGIN
    IF v_user IS NULL OR app.caller_is_narrowed() THEN
        RAISE EXCEPTION 'Only a person may do this.' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_memberships:' || v_user, 7));
    DELETE FROM public.github_memberships WHERE user_id = v_user;
    INSERT INTO public.github_memberships (user_id, github_id, login, role)
    SELECT DISTINCT ON (said.id) v_user, said.id, left(said.login, 100), said.role
    FROM jsonb_to_recordset(p_memberships) AS said (id bigint, login text, role text)
    ORDER BY said.id, said.role;

    FOR v_change IN
        SELECT organization.id AS organization, said.role AS said, member.role AS has, member.source,
            'owner' = ANY (ARRAY(SELECT other.role FROM public.organization_members AS other WHERE other.organization_id = organization.id)) AS is_owned
        FROM public.organizations AS organization
        LEFT JOIN public.organization_members AS member ON member.organization_id = organization.id AND member.user_id = v_user
        LEFT JOIN public.github_memberships AS said ON said.github_id = organization.github_id AND said.user_id = v_user
        WHERE organization.github_id IS NOT NULL AND (said.role IS NOT NULL OR member.source = 'github')
        ORDER BY organization.id
    LOOP
        v_role := CASE
            WHEN v_change.said = 'admin' THEN CASE WHEN v_change.has = 'owner' OR NOT v_change.is_owned THEN 'owner' ELSE 'admin' END
            WHEN v_change.said = 'member' THEN CASE WHEN v_change.has = 'viewer' THEN 'viewer' ELSE 'member' END
        END;
        IF v_change.has IS NULL THEN
            INSERT INTO public.organization_members (organization_id, user_id, role, source) VALUES (v_change.organization, v_user, v_role, 'github')
            ON CONFLICT (organization_id, user_id) DO NOTHING;
            PERFORM app.write_audit(v_change.organization, 'member.added', v_user::text, jsonb_build_object('role', v_role, 'source', 'github'));
        ELSIF v_change.source = 'github' AND v_role IS NULL THEN
            PERFORM app.write_audit(v_change.organization, 'member.removed', v_user::text, '{"source": "github"}');
            DELETE FROM public.organization_members WHERE organization_id = v_change.organization AND user_id = v_user;
        ELSIF v_change.source = 'github' THEN
            UPDATE public.organization_members SET role = v_role, confirmed_at = now() WHERE organization_id = v_change.organization AND user_id = v_user;
            IF v_role <> v_change.has THEN
                PERFORM app.write_audit(v_change.organization, 'member.changed', v_user::text, jsonb_build_object('role', v_role, 'source', 'github'));
            END IF;
        END IF;
    END LOOP;
END
$$;

-- Who is forgotten stands in the log.
CREATE OR REPLACE FUNCTION app.forget_github_member(p_organization uuid, p_member bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user uuid;
BEGIN
    IF NOT (app.caller_is_job() AND p_organization = ANY (ARRAY(SELECT app.organizations_of_caller()))) THEN
        RAISE EXCEPTION 'Only a job of the organization may do this.' USING ERRCODE = '42501';
    END IF;
    SELECT id INTO v_user FROM public.users WHERE github_id = p_member;
    DELETE FROM public.github_memberships AS said USING public.organizations AS organization
    WHERE said.user_id = v_user AND organization.id = p_organization AND said.github_id = organization.github_id;
    RETURN app.end_github_memberships(v_user, p_organization, 'left');
END
$$;

-- Stored by the process, which has the lock, whoever it was refreshed for: what that one may do can end in the middle, and GitHub gives it once.
CREATE OR REPLACE FUNCTION app.replace_github_token(
    p_token uuid, p_new uuid, p_envelope bytea, p_expires_at timestamptz, p_refresh_envelope bytea, p_refresh_expires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    UPDATE public.github_tokens
    SET id = p_new, envelope = p_envelope, expires_at = p_expires_at, refresh_envelope = p_refresh_envelope, refresh_expires_at = p_refresh_expires_at,
        revoked_at = NULL, limited_until = NULL
    WHERE id = p_token;
    RETURN FOUND;
END
$$;

-- A token that GitHub refuses confirms nothing: its person's memberships are seen to at once.
CREATE OR REPLACE FUNCTION app.note_github_token(p_token uuid, p_is_revoked boolean, p_limited_until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_use_github_token(p_token) THEN
        RETURN false;
    END IF;
    UPDATE public.github_tokens
    SET revoked_at = CASE WHEN p_is_revoked THEN coalesce(revoked_at, now()) ELSE revoked_at END,
        memberships_at = CASE WHEN p_is_revoked THEN now() ELSE memberships_at END,
        limited_until = CASE WHEN p_limited_until IS NULL THEN limited_until ELSE greatest(limited_until, p_limited_until) END
    WHERE id = p_token;
    RETURN FOUND;
END
$$;
SET LOCAL ROLE autodevops_owner;

DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('app.append_audit(uuid, uuid, text, text, jsonb)', false),
        ('app.end_github_memberships(uuid, uuid, text)', false),
        ('app.due_membership_syncs(interval, integer)', true),
        ('app.refuse_github_memberships(uuid, boolean)', true),
        ('app.end_unconfirmed_members(interval, integer)', true),
        ('app.lock_github_token(uuid)', true),
        ('app.unlink_github()', true)
    ) AS functions (signature, is_open)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        IF f.is_open THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app', f.signature);
        END IF;
        EXECUTE format('ALTER FUNCTION %s OWNER TO autodevops_identity', f.signature);
    END LOOP;
END
$$;
