-- Hooks that are looked after, and installations that are as GitHub says now, not as its last event said.

ALTER TABLE repository_webhooks
    ADD COLUMN next_secret bytea,
    ADD COLUMN tried_at    timestamptz,
    ADD COLUMN seen_until  timestamptz;
COMMENT ON COLUMN repository_webhooks.secret IS 'What deliveries are signed with as far as GitHub has agreed, encrypted for this row.';
COMMENT ON COLUMN repository_webhooks.next_secret IS 'What GitHub was asked to sign with instead, encrypted for this row; null once it has agreed. Until then either may count.';
COMMENT ON COLUMN repository_webhooks.tried_at IS 'When the hook was last made or removed, or tried to.';
COMMENT ON COLUMN repository_webhooks.seen_until IS 'Of the deliveries before that, nothing is missing.';
GRANT SELECT (tried_at, seen_until), UPDATE (next_secret, tried_at, seen_until) ON repository_webhooks TO autodevops_app;
GRANT SELECT (next_secret, tried_at) ON repository_webhooks TO autodevops_identity;

ALTER TABLE github_installations ADD COLUMN sync_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN github_installations.sync_at IS 'When GitHub is asked again what has become of it.';
CREATE INDEX github_installations_by_sync ON github_installations (sync_at);
CREATE POLICY protocol_syncs ON github_installations FOR UPDATE TO autodevops_queue USING (true);
GRANT SELECT (sync_at), UPDATE (sync_at) ON github_installations TO autodevops_queue;

-- What a delivery to this address may be signed with, encrypted; and the repository that it must be about. A hook that is not wanted, as the
-- repository is disconnected or the GitHub App tells of it, has none, whether it could be removed on GitHub or not.
SET LOCAL ROLE autodevops_identity;
DROP FUNCTION app.webhook_secret(uuid);
SET LOCAL ROLE autodevops_owner;
CREATE FUNCTION app.webhook_secret(p_webhook uuid) RETURNS TABLE (secret bytea, next_secret bytea, github_repository_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
        SELECT webhook.secret, webhook.next_secret, repository.github_id
        FROM public.repository_webhooks AS webhook
        JOIN public.repositories AS repository ON repository.organization_id = webhook.organization_id AND repository.id = webhook.repository_id
        WHERE webhook.id::text = p_webhook::text AND webhook.state <> 'removing'
          AND repository.disconnected_at IS NULL AND repository.installation_id IS NULL;
END
$$;
GRANT SELECT (installation_id) ON repositories TO autodevops_identity;

-- The hook of a repository with what it is signed with, encrypted: for the jobs that make it, and see to it that it can be opened.
CREATE FUNCTION app.webhook_of_repository(p_repository uuid)
RETURNS TABLE (id uuid, state text, secret bytea, next_secret bytea, tried_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT webhook.id, webhook.state, webhook.secret, webhook.next_secret, webhook.tried_at
    FROM public.repository_webhooks AS webhook
    WHERE webhook.repository_id = p_repository AND app.caller_is_job()
      AND webhook.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
$$;

-- GitHub told that a person took back what they had allowed: their token serves nobody any more, and their memberships are seen to at once.
CREATE FUNCTION app.revoke_github_authorization(p_person bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    UPDATE public.github_tokens AS token SET revoked_at = coalesce(token.revoked_at, now()), memberships_at = now()
    FROM public.users AS person WHERE person.github_id = p_person AND token.user_id = person.id;
    RETURN FOUND;
END
$$;

-- As app.queue_due_syncs, for what GitHub is asked about installations.
CREATE FUNCTION app.queue_due_installations(
    p_limit integer, p_every interval, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint)
RETURNS TABLE (organization_id uuid, job_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := app.now();
BEGIN
    PERFORM app.require_node();
    RETURN QUERY
        WITH due AS (
            SELECT installation.organization_id, installation.installation_id FROM public.github_installations AS installation
            WHERE installation.sync_at <= v_now
            ORDER BY installation.sync_at, installation.installation_id LIMIT p_limit FOR UPDATE SKIP LOCKED
        ), moved AS (
            UPDATE public.github_installations AS installation SET sync_at = v_now + p_every FROM due
            WHERE installation.organization_id = due.organization_id AND installation.installation_id = due.installation_id
            RETURNING installation.organization_id, installation.installation_id
        )
        INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key)
        SELECT app.uuid7(), moved.organization_id, p_queue, p_kind, jsonb_build_object('installation_id', moved.installation_id), p_priority, p_max_attempts,
            p_kind || ':' || moved.installation_id
        FROM moved
        ON CONFLICT (organization_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled') DO NOTHING
        RETURNING organization_id, id;
END
$$;

SET LOCAL ROLE autodevops_queue;
-- As before; but of what concerns nobody here only the id is kept, so that it is known to have come.
CREATE OR REPLACE FUNCTION app.accept_delivery(
    p_id uuid, p_guid text, p_event text, p_action text, p_repository bigint, p_installation bigint, p_owner bigint, p_webhook uuid, p_payload bytea,
    p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint)
RETURNS TABLE (is_new boolean, organization_id uuid, job_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_organizations uuid[];
    v_repositories uuid[];
BEGIN
    PERFORM app.require_node();
    SELECT array_agg(concerned.organization_id), array_agg(concerned.repository_id) INTO v_organizations, v_repositories
    FROM (
        SELECT repository.organization_id, repository.id AS repository_id
        FROM public.repositories AS repository
        WHERE repository.github_id = p_repository AND repository.source = 'github' AND repository.disconnected_at IS NULL
        UNION ALL
        SELECT other.organization_id, NULL::uuid
        FROM (
            SELECT installation.organization_id FROM public.github_installations AS installation
            WHERE p_repository IS NULL AND installation.installation_id = p_installation
            UNION
            SELECT organization.id FROM public.organizations AS organization WHERE p_repository IS NULL AND organization.github_id = p_owner
        ) AS other
    ) AS concerned;

    INSERT INTO public.webhook_deliveries (id, delivery_id, event, action, github_repository_id, installation_id, webhook_id, payload)
    VALUES (p_id, p_guid, p_event, p_action, p_repository, p_installation, p_webhook, CASE WHEN v_organizations IS NULL THEN ''::bytea ELSE p_payload END)
    ON CONFLICT (delivery_id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT false, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;

    RETURN QUERY
        WITH concerned AS (
            SELECT said.organization_id, said.repository_id FROM unnest(v_organizations, v_repositories) AS said (organization_id, repository_id)
        ), job AS (
            INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts)
            SELECT app.uuid7(), concerned.organization_id, p_queue, p_kind, jsonb_build_object('delivery_id', p_id), p_priority, p_max_attempts
            FROM concerned
            RETURNING id, organization_id
        ), receipt AS (
            INSERT INTO public.webhook_receipts (organization_id, id, repository_id, guid, event, action, job_id)
            SELECT concerned.organization_id, p_id, concerned.repository_id, p_guid, p_event, p_action, job.id
            FROM concerned JOIN job ON job.organization_id = concerned.organization_id
            RETURNING organization_id, job_id
        )
        SELECT true, receipt.organization_id, receipt.job_id FROM receipt;
    IF NOT FOUND THEN
        RETURN QUERY SELECT true, NULL::uuid, NULL::uuid;
    END IF;
END
$$;
SET LOCAL ROLE autodevops_owner;

DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('app.webhook_secret(uuid)', 'autodevops_identity'),
        ('app.webhook_of_repository(uuid)', 'autodevops_identity'),
        ('app.revoke_github_authorization(bigint)', 'autodevops_identity'),
        ('app.queue_due_installations(integer, interval, text, text, smallint, smallint)', 'autodevops_queue')
    ) AS functions (signature, owner)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app', f.signature);
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f.signature, f.owner);
    END LOOP;
END
$$;
