-- GitHub: who signs in with it, what was installed there, what it tells us, and what we told it.

ALTER TABLE github_tokens
    ADD COLUMN refresh_envelope   bytea,
    ADD COLUMN refresh_expires_at timestamptz,
    ADD COLUMN revoked_at         timestamptz,
    ADD COLUMN limited_until      timestamptz;
CREATE UNIQUE INDEX github_tokens_by_user ON github_tokens (user_id);
COMMENT ON COLUMN github_tokens.envelope IS 'The token, encrypted for this row: in another row it cannot be opened.';
COMMENT ON COLUMN github_tokens.revoked_at IS 'GitHub refused the token: its person must sign in again.';
COMMENT ON COLUMN github_tokens.limited_until IS 'GitHub allows no request with the token before.';
GRANT SELECT (refresh_expires_at, revoked_at, limited_until) ON github_tokens TO autodevops_app;

-- A sign-in under way, known by what the browser and GitHub bring back. It serves once.
CREATE TABLE oauth_states (
    state_hash   bytea PRIMARY KEY,
    browser_hash bytea NOT NULL,
    verifier     bytea NOT NULL,
    return_to    text NOT NULL CHECK (length(return_to) BETWEEN 1 AND 2000),
    user_id      uuid REFERENCES users (id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    taken_at     timestamptz,
    completed_at timestamptz
);
COMMENT ON COLUMN oauth_states.verifier IS 'The verifier of PKCE, encrypted for this state.';
COMMENT ON COLUMN oauth_states.user_id IS 'Who was signed in already, and wants their GitHub account beside it.';
CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at);
CREATE INDEX oauth_states_by_user ON oauth_states (user_id);

CREATE TABLE github_memberships (
    user_id   uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    github_id bigint NOT NULL,
    login     text NOT NULL CHECK (length(login) BETWEEN 1 AND 100),
    role      text NOT NULL CHECK (role IN ('admin', 'member')),
    noted_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, github_id)
);
COMMENT ON TABLE github_memberships IS 'The GitHub organizations a person is an active member of, as GitHub said when they signed in last.';
COMMENT ON COLUMN github_memberships.github_id IS 'Of the organization.';

-- Whoever can learn by it that there is such an organization is a member of it on GitHub.
CREATE UNIQUE INDEX organizations_by_github ON organizations (github_id) WHERE github_id IS NOT NULL;
CREATE UNIQUE INDEX organizations_personal ON organizations (personal_user_id) WHERE personal_user_id IS NOT NULL;
ALTER TABLE organization_members ADD COLUMN source text NOT NULL DEFAULT 'manual' CHECK (source IN ('manual', 'github'));
COMMENT ON COLUMN organization_members.source IS 'github: the role follows what GitHub says, and ends when the person is no member there any more.';

CREATE TABLE github_installations (
    organization_id      uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    installation_id      bigint NOT NULL,
    account_id           bigint NOT NULL,
    account_login        text NOT NULL CHECK (length(account_login) BETWEEN 1 AND 100),
    account_type         text NOT NULL CHECK (account_type IN ('User', 'Organization')),
    repository_selection text NOT NULL DEFAULT 'selected' CHECK (repository_selection IN ('all', 'selected')),
    permissions          jsonb NOT NULL DEFAULT '{}',
    suspended_at         timestamptz,
    removed_at           timestamptz,
    limited_until        timestamptz,
    created_by           uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, installation_id)
);
CREATE INDEX github_installations_by_id ON github_installations (installation_id);

ALTER TABLE repositories
    ADD COLUMN installation_id bigint,
    ADD COLUMN connected_by    uuid REFERENCES users (id) ON DELETE SET NULL,
    ADD COLUMN is_private      boolean,
    ADD COLUMN github_state    text CHECK (github_state IN ('ok', 'gone', 'forbidden', 'blocked')),
    ADD COLUMN branches        jsonb,
    ADD COLUMN synced_at       timestamptz,
    ADD COLUMN sync_at         timestamptz;
COMMENT ON COLUMN repositories.installation_id IS 'The installation of the GitHub App that reaches it; null: the token of connected_by does.';
COMMENT ON COLUMN repositories.github_state IS 'What GitHub said last; null before the first sync and for other sources.';
COMMENT ON COLUMN repositories.branches IS 'Names and commits, as the last sync saw them: [{"name", "sha"}], at most 1,000.';
COMMENT ON COLUMN repositories.sync_at IS 'When GitHub is asked again what has become of it; null: never by itself.';
CREATE INDEX repositories_by_sync ON repositories (sync_at) WHERE source = 'github' AND disconnected_at IS NULL;
-- Whose token a repository is read with is that person's to say: an admin must not lend a colleague's to a repository of their own choice.
CREATE FUNCTION app.keep_connected_by() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.connected_by IS NOT NULL AND current_user = 'autodevops_app' AND NEW.connected_by IS DISTINCT FROM app.caller_user() THEN
        RAISE EXCEPTION 'A repository is connected with one''s own token only.' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_connected_by BEFORE INSERT OR UPDATE OF connected_by, github_id ON repositories
    FOR EACH ROW EXECUTE FUNCTION app.keep_connected_by();
CREATE UNIQUE INDEX repositories_by_github ON repositories (organization_id, github_id) WHERE source = 'github';
CREATE INDEX repositories_of_github ON repositories (github_id) WHERE source = 'github' AND disconnected_at IS NULL;
CREATE INDEX repositories_by_installation ON repositories (organization_id, installation_id) WHERE installation_id IS NOT NULL;
GRANT UPDATE (installation_id, connected_by, is_private, github_state, branches, synced_at, sync_at) ON repositories TO autodevops_app;

ALTER TABLE analyses ADD COLUMN pull_request integer CHECK (pull_request > 0);
COMMENT ON COLUMN analyses.pull_request IS 'The number of the pull request whose head was examined.';
GRANT UPDATE (pull_request) ON analyses TO autodevops_app;

CREATE TABLE repository_webhooks (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    hook_id         bigint,
    secret          bytea NOT NULL,
    state           text NOT NULL DEFAULT 'creating' CHECK (state IN ('creating', 'active', 'failed', 'removing')),
    failure         text CHECK (length(failure) <= 1000),
    created_at      timestamptz NOT NULL DEFAULT now(),
    reconciled_at   timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, repository_id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN repository_webhooks.id IS 'Stands in the address that GitHub sends to.';
COMMENT ON COLUMN repository_webhooks.hook_id IS 'GitHub''s; null until GitHub made it.';
COMMENT ON COLUMN repository_webhooks.secret IS 'What deliveries are signed with, encrypted for this row.';
-- Of the address's text: an index of the ids would be used by members as well, and read another tenant's row before the policy hides it.
CREATE INDEX repository_webhooks_by_address ON repository_webhooks ((id::text));
COMMENT ON COLUMN repository_webhooks.reconciled_at IS 'When its deliveries were last to be compared with what GitHub delivered.';

ALTER TABLE webhook_deliveries
    ADD COLUMN action          text CHECK (length(action) <= 100),
    ADD COLUMN installation_id bigint,
    ADD COLUMN webhook_id      uuid;
ALTER TABLE webhook_deliveries DROP COLUMN processed_at;
COMMENT ON COLUMN webhook_deliveries.webhook_id IS 'The row of repository_webhooks it came by; null: by the GitHub App. Refers to nothing: hooks go, deliveries stay.';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (received_at);

CREATE TABLE webhook_receipts (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id              uuid NOT NULL,
    repository_id   uuid,
    guid            text NOT NULL CHECK (length(guid) BETWEEN 1 AND 100),
    event           text NOT NULL CHECK (length(event) <= 100),
    action          text CHECK (length(action) <= 100),
    job_id          uuid NOT NULL,
    outcome         text CHECK (length(outcome) <= 400),
    received_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE SET NULL (repository_id)
);
COMMENT ON TABLE webhook_receipts IS 'A delivery as one organization has it: each that connected the repository has its own.';
COMMENT ON COLUMN webhook_receipts.id IS 'That of webhook_deliveries.';
COMMENT ON COLUMN webhook_receipts.outcome IS 'What was done, for people; null until the job is done.';
CREATE INDEX webhook_receipts_by_repository ON webhook_receipts (organization_id, repository_id);
CREATE INDEX webhook_receipts_by_delivery ON webhook_receipts ((id::text));

CREATE TABLE proposals (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('pipeline', 'fix')),
    subject_id      uuid NOT NULL,
    job_id          uuid NOT NULL,
    branch          text NOT NULL CHECK (length(branch) BETWEEN 1 AND 255),
    number          integer,
    address         text CHECK (length(address) <= 2000),
    state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'open', 'unchanged', 'merged', 'closed', 'failed')),
    head_sha        text,
    failure         text CHECK (length(failure) <= 1000),
    requested_by    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, repository_id, branch),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE proposals IS 'Pull requests of ours: one for each branch, brought up to date rather than opened again.';
COMMENT ON COLUMN proposals.subject_id IS 'The pipeline, or the finding, that it proposes.';

CREATE TABLE published_results (
    organization_id uuid NOT NULL,
    analysis_id     uuid NOT NULL,
    check_run_id    bigint,
    status_state    text,
    sarif_id        text,
    failure         text CHECK (length(failure) <= 1000),
    published_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, analysis_id),
    FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE published_results IS 'What of an analysis stands on GitHub: telling it again changes that, and adds nothing.';

ALTER TABLE oauth_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE github_memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE github_installations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE repository_webhooks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_receipts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE proposals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE published_results ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Viewers read; the role named here writes, and a job counts as a member.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT * FROM (VALUES
        ('github_installations', 'admin', 'admin', 'admin'),
        ('repository_webhooks', 'member', 'member', 'member'),
        ('webhook_receipts', NULL, 'member', NULL),
        ('proposals', 'member', 'member', 'owner'),
        ('published_results', 'member', 'member', 'owner')
    ) AS tables (name, adds, changes, deletes)
    LOOP
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT TO autodevops_app
            USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())))', t.name);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE TO autodevops_app
            USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.changes);
        IF t.adds IS NOT NULL THEN
            EXECUTE format('CREATE POLICY adds ON %I FOR INSERT TO autodevops_app
                WITH CHECK (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.adds);
            EXECUTE format('CREATE POLICY deletes ON %I FOR DELETE TO autodevops_app
                USING (organization_id = ANY (ARRAY(SELECT app.organizations_of_caller(%L))))', t.name, t.deletes);
        END IF;
    END LOOP;
END
$$;
CREATE POLICY jobs_note ON github_installations FOR UPDATE TO autodevops_app
    USING ((SELECT app.caller_is_job()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
CREATE POLICY own ON github_memberships FOR SELECT TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND NOT (SELECT app.caller_is_narrowed()));
GRANT SELECT ON github_memberships TO autodevops_app;
GRANT SELECT, INSERT, DELETE,
    UPDATE (account_login, repository_selection, permissions, suspended_at, removed_at, limited_until) ON github_installations TO autodevops_app;
GRANT SELECT (id, organization_id, repository_id, hook_id, state, failure, created_at, reconciled_at), INSERT, DELETE,
    UPDATE (hook_id, secret, state, failure, reconciled_at) ON repository_webhooks TO autodevops_app;
GRANT SELECT, UPDATE (outcome, job_id) ON webhook_receipts TO autodevops_app;
GRANT SELECT, INSERT, DELETE,
    UPDATE (subject_id, kind, job_id, requested_by, number, address, state, head_sha, failure, updated_at) ON proposals TO autodevops_app;
GRANT SELECT, INSERT, DELETE, UPDATE (check_run_id, status_state, sarif_id, failure, published_at) ON published_results TO autodevops_app;

-- The functions that say who signs in.
CREATE POLICY identity_keeps ON oauth_states TO autodevops_identity USING (true);
CREATE POLICY identity_keeps ON github_tokens TO autodevops_identity USING (true);
CREATE POLICY identity_keeps ON github_memberships TO autodevops_identity USING (true);
CREATE POLICY identity_changes ON users FOR UPDATE TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON organizations FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY identity_changes ON organization_members FOR UPDATE TO autodevops_identity USING (true);
CREATE POLICY identity_removes ON organization_members FOR DELETE TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON repositories FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON repository_webhooks FOR SELECT TO autodevops_identity USING (true);
GRANT SELECT, INSERT, UPDATE (taken_at, completed_at), DELETE ON oauth_states TO autodevops_identity;
GRANT SELECT, INSERT, UPDATE (id, envelope, refresh_envelope, expires_at, refresh_expires_at, revoked_at, limited_until), DELETE ON github_tokens TO autodevops_identity;
GRANT SELECT, INSERT, DELETE ON github_memberships TO autodevops_identity;
GRANT SELECT (github_id), UPDATE (github_id, login, name, avatar_url) ON users TO autodevops_identity;
GRANT SELECT (id, github_id, personal_user_id) ON organizations TO autodevops_identity;
GRANT SELECT (source), UPDATE (role), DELETE ON organization_members TO autodevops_identity;
GRANT SELECT (id, organization_id, github_id, connected_by, disconnected_at) ON repositories TO autodevops_identity;
GRANT SELECT (id, organization_id, repository_id, secret, state) ON repository_webhooks TO autodevops_identity;

CREATE FUNCTION app.begin_github_sign_in(p_state bytea, p_browser bytea, p_verifier bytea, p_return_to text, p_lifetime interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_expires timestamptz := now() + p_lifetime;
BEGIN
    DELETE FROM public.oauth_states WHERE expires_at < now() - interval '1 day';
    INSERT INTO public.oauth_states (state_hash, browser_hash, verifier, return_to, user_id, expires_at)
    VALUES (p_state, p_browser, p_verifier, p_return_to, app.caller_user(), v_expires);
    RETURN v_expires;
END
$$;

-- One statement takes it: of two that come together one goes on, and a foreign browser takes nothing away.
CREATE FUNCTION app.take_github_sign_in(p_state bytea, p_browser bytea) RETURNS TABLE (verifier bytea, return_to text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.oauth_states SET taken_at = now()
    WHERE state_hash = p_state AND browser_hash = p_browser AND taken_at IS NULL AND expires_at > now()
      AND user_id IS NOT DISTINCT FROM app.caller_user()
    RETURNING verifier, return_to
$$;

-- The person behind a GitHub account, with an organization of their own, their token and a session; only of a sign-in that was taken and
-- not yet completed, else there is no row. Who was signed in as the person of a local installation stays that person ('linked'), unless the
-- account is somebody else's already ('taken'); such an installation lets nobody else in ('closed'), whose account it does not know.
CREATE FUNCTION app.complete_github_sign_in(
    p_state bytea, p_browser bytea, p_user uuid, p_organization uuid, p_github_id bigint, p_login text, p_name text, p_avatar_url text,
    p_token uuid, p_envelope bytea, p_scopes text, p_expires_at timestamptz, p_refresh_envelope bytea, p_refresh_expires_at timestamptz,
    p_session uuid, p_user_agent text, p_lifetime interval)
RETURNS TABLE (outcome text, person uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_linked uuid;
    v_user uuid;
    v_local uuid;
    v_outcome text := 'signed_in';
BEGIN
    UPDATE public.oauth_states SET completed_at = now()
    WHERE state_hash = p_state AND browser_hash = p_browser AND taken_at IS NOT NULL AND completed_at IS NULL AND expires_at > now()
      AND user_id IS NOT DISTINCT FROM app.caller_user()
    RETURNING user_id INTO v_linked;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    -- One at a time: of two of a new account, or of two that link one, the second finds what the first did.
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_user', 7));
    SELECT id INTO v_user FROM public.users WHERE github_id = p_github_id;
    SELECT id INTO v_local FROM public.users WHERE is_local;
    IF v_linked = v_local THEN
        IF v_user <> v_local THEN
            RETURN QUERY SELECT 'taken', NULL::uuid;
            RETURN;
        END IF;
        UPDATE public.users SET github_id = p_github_id, avatar_url = p_avatar_url WHERE id = v_local;
        v_outcome := CASE WHEN v_user IS NULL THEN 'linked' ELSE 'signed_in' END;
        v_user := v_local;
    ELSIF v_user IS NULL THEN
        IF v_local IS NOT NULL THEN
            RETURN QUERY SELECT 'closed', NULL::uuid;
            RETURN;
        END IF;
        INSERT INTO public.users (id, github_id, login, name, avatar_url) VALUES (p_user, p_github_id, p_login, p_name, p_avatar_url);
        v_user := p_user;
    ELSIF v_user IS DISTINCT FROM v_local THEN
        UPDATE public.users SET login = p_login, name = p_name, avatar_url = p_avatar_url WHERE id = v_user;
    END IF;

    IF NOT EXISTS (SELECT FROM public.organizations WHERE personal_user_id = v_user) THEN
        INSERT INTO public.organizations (id, name, personal_user_id) VALUES (p_organization, left(p_login, 100), v_user);
        INSERT INTO public.organization_members (organization_id, user_id, role) VALUES (p_organization, v_user, 'owner');
    END IF;

    DELETE FROM public.github_tokens WHERE user_id = v_user;
    INSERT INTO public.github_tokens (id, user_id, envelope, scopes, expires_at, refresh_envelope, refresh_expires_at)
    VALUES (p_token, v_user, p_envelope, p_scopes, p_expires_at, p_refresh_envelope, p_refresh_expires_at);
    PERFORM app.create_session(p_session, v_user, p_user_agent, p_lifetime);
    RETURN QUERY SELECT v_outcome, v_user;
END
$$;

-- What GitHub says of the caller's organizations, [{"id", "login", "role"}], in place of what it said before. Organizations here that stand
-- for one of them gain the caller, or lose them again, and their roles follow; who was added by hand stays. Where the owners have left, the
-- next who is one on GitHub becomes it.
CREATE FUNCTION app.note_github_memberships(p_memberships jsonb) RETURNS void
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
        ELSIF v_change.source = 'github' AND v_role <> v_change.has THEN
            UPDATE public.organization_members SET role = v_role WHERE organization_id = v_change.organization AND user_id = v_user;
            PERFORM app.write_audit(v_change.organization, 'member.changed', v_user::text, jsonb_build_object('role', v_role, 'source', 'github'));
        END IF;
    END LOOP;
END
$$;

-- GitHub told that somebody left: what they had by it ends at once. By the organization's own job.
CREATE FUNCTION app.forget_github_member(p_organization uuid, p_member bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    IF NOT (app.caller_is_job() AND p_organization = ANY (ARRAY(SELECT app.organizations_of_caller()))) THEN
        RAISE EXCEPTION 'Only a job of the organization may do this.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM public.github_memberships AS said USING public.users AS person, public.organizations AS organization
    WHERE person.github_id = p_member AND said.user_id = person.id AND organization.id = p_organization AND said.github_id = organization.github_id;
    DELETE FROM public.organization_members AS member USING public.users AS person
    WHERE member.organization_id = p_organization AND member.user_id = person.id AND person.github_id = p_member AND member.source = 'github';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- The organization here that stands for one on GitHub, of which the caller is an owner there; made if there is none. Null: they are not.
CREATE FUNCTION app.create_github_organization(p_organization uuid, p_github_id bigint) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user constant uuid := app.caller_user();
    v_login text;
    v_organization uuid;
BEGIN
    SELECT login INTO v_login FROM public.github_memberships WHERE user_id = v_user AND github_id = p_github_id AND role = 'admin';
    IF v_login IS NULL OR app.caller_is_narrowed() THEN
        RETURN NULL;
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.github_organization:' || p_github_id, 7));
    SELECT id INTO v_organization FROM public.organizations WHERE github_id = p_github_id;
    IF v_organization IS NULL THEN
        INSERT INTO public.organizations (id, name, github_id) VALUES (p_organization, v_login, p_github_id);
        INSERT INTO public.organization_members (organization_id, user_id, role, source) VALUES (p_organization, v_user, 'owner', 'github');
        PERFORM app.write_audit(p_organization, 'organization.created', p_organization::text, jsonb_build_object('github_id', p_github_id));
        RETURN p_organization;
    END IF;
    INSERT INTO public.organization_members (organization_id, user_id, role, source) VALUES (v_organization, v_user, 'admin', 'github')
    ON CONFLICT (organization_id, user_id) DO NOTHING;
    IF FOUND THEN
        PERFORM app.write_audit(v_organization, 'member.added', v_user::text, '{"role": "admin", "source": "github"}');
    END IF;
    RETURN v_organization;
END
$$;

-- The token to ask GitHub with: one's own; or, for a repository, that of the member who connected it, for the organization's jobs and members.
CREATE FUNCTION app.github_token(p_repository uuid DEFAULT NULL)
RETURNS TABLE (id uuid, user_id uuid, envelope bytea, refresh_envelope bytea, expires_at timestamptz, refresh_expires_at timestamptz,
    revoked_at timestamptz, limited_until timestamptz, scopes text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT token.id, token.user_id, token.envelope, token.refresh_envelope, token.expires_at, token.refresh_expires_at, token.revoked_at, token.limited_until,
        token.scopes
    FROM public.github_tokens AS token
    WHERE token.user_id = CASE
        WHEN p_repository IS NOT NULL THEN (
            SELECT member.user_id
            FROM public.repositories AS repository
            JOIN public.organization_members AS member
              ON member.organization_id = repository.organization_id AND member.user_id = repository.connected_by
            WHERE repository.id = p_repository
              AND repository.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member')))
        )
        WHEN NOT app.caller_is_narrowed() THEN app.caller_user() END
$$;

-- Whether the caller has to do with a token at all: their own, or that of a repository of their organizations.
CREATE FUNCTION app.may_use_github_token(p_token uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.github_tokens AS token
        WHERE token.id = p_token AND token.user_id = app.caller_user()
          AND NOT app.caller_is_narrowed()
    ) OR EXISTS (
        SELECT FROM public.github_tokens AS token
        JOIN public.repositories AS repository ON repository.connected_by = token.user_id
        WHERE token.id = p_token
          AND repository.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member')))
    )
$$;

-- What GitHub gave for an expiring token. Of two that refresh together, the second changes nothing and reads the row again.
CREATE FUNCTION app.replace_github_token(
    p_token uuid, p_new uuid, p_envelope bytea, p_expires_at timestamptz, p_refresh_envelope bytea, p_refresh_expires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_use_github_token(p_token) THEN
        RETURN false;
    END IF;
    UPDATE public.github_tokens
    SET id = p_new, envelope = p_envelope, expires_at = p_expires_at, refresh_envelope = p_refresh_envelope, refresh_expires_at = p_refresh_expires_at,
        revoked_at = NULL, limited_until = NULL
    WHERE id = p_token;
    RETURN FOUND;
END
$$;

-- GitHub refused the token for good, or until a time.
CREATE FUNCTION app.note_github_token(p_token uuid, p_is_revoked boolean, p_limited_until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.may_use_github_token(p_token) THEN
        RETURN false;
    END IF;
    UPDATE public.github_tokens
    SET revoked_at = CASE WHEN p_is_revoked THEN coalesce(revoked_at, now()) ELSE revoked_at END,
        limited_until = CASE WHEN p_limited_until IS NULL THEN limited_until ELSE greatest(limited_until, p_limited_until) END
    WHERE id = p_token;
    RETURN FOUND;
END
$$;

-- What a delivery to this address is signed with, encrypted; and the repository that it must be about.
CREATE FUNCTION app.webhook_secret(p_webhook uuid) RETURNS TABLE (secret bytea, github_repository_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
        SELECT webhook.secret, repository.github_id
        FROM public.repository_webhooks AS webhook
        JOIN public.repositories AS repository ON repository.organization_id = webhook.organization_id AND repository.id = webhook.repository_id
        WHERE webhook.id::text = p_webhook::text AND webhook.state <> 'removing';
END
$$;

-- The functions that take deliveries in.
CREATE POLICY protocol ON webhook_deliveries TO autodevops_queue USING (true);
CREATE POLICY protocol ON webhook_receipts TO autodevops_queue USING (true);
CREATE POLICY protocol ON repositories FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol_syncs ON repositories FOR UPDATE TO autodevops_queue USING (true);
CREATE POLICY protocol ON github_installations FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol ON organizations FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol_reads ON repository_webhooks FOR SELECT TO autodevops_queue USING (true);
CREATE POLICY protocol_notes ON repository_webhooks FOR UPDATE TO autodevops_queue USING (true);
GRANT SELECT, INSERT, DELETE ON webhook_deliveries TO autodevops_queue;
GRANT SELECT, INSERT, DELETE ON webhook_receipts TO autodevops_queue;
GRANT SELECT (id, organization_id, state, hook_id, reconciled_at), UPDATE (reconciled_at) ON repository_webhooks TO autodevops_queue;
GRANT SELECT (id, organization_id, source, github_id, disconnected_at, sync_at), UPDATE (sync_at) ON repositories TO autodevops_queue;
GRANT SELECT (organization_id, installation_id) ON github_installations TO autodevops_queue;
GRANT SELECT (id, github_id) ON organizations TO autodevops_queue;

-- Version 7 of RFC 9562: ids that sort by their time, as everywhere here.
CREATE FUNCTION app.uuid7() RETURNS uuid LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(
        set_byte(set_byte(overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
            8, (get_byte(uuid_send(gen_random_uuid()), 8) & 63) | 128),
        'hex')::uuid
$$;

-- Puts in line that GitHub is asked about repositories which are due, and moves them on: each time is one job, however many processes look.
CREATE FUNCTION app.queue_due_syncs(
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
            SELECT repository.organization_id, repository.id FROM public.repositories AS repository
            WHERE repository.sync_at <= v_now AND repository.source = 'github' AND repository.disconnected_at IS NULL
            ORDER BY repository.sync_at, repository.id LIMIT p_limit FOR UPDATE SKIP LOCKED
        ), moved AS (
            UPDATE public.repositories AS repository SET sync_at = v_now + p_every FROM due
            WHERE repository.organization_id = due.organization_id AND repository.id = due.id
            RETURNING repository.organization_id, repository.id
        )
        INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key)
        SELECT app.uuid7(), moved.organization_id, p_queue, p_kind, jsonb_build_object('repository_id', moved.id), p_priority, p_max_attempts,
            p_kind || ':' || replace(moved.id::text, '-', '')
        FROM moved
        ON CONFLICT (organization_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled') DO NOTHING
        RETURNING organization_id, id;
END
$$;

-- Notes a verified delivery and puts a job in line for each organization that it concerns: those that connected the repository, have the
-- installation, or stand for the GitHub organization. All of it or nothing; a delivery that is here already makes nothing.
-- Never refused for a full backlog: GitHub does not send again.
CREATE FUNCTION app.accept_delivery(
    p_id uuid, p_guid text, p_event text, p_action text, p_repository bigint, p_installation bigint, p_owner bigint, p_webhook uuid, p_payload bytea,
    p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint)
RETURNS TABLE (is_new boolean, organization_id uuid, job_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM app.require_node();
    INSERT INTO public.webhook_deliveries (id, delivery_id, event, action, github_repository_id, installation_id, webhook_id, payload)
    VALUES (p_id, p_guid, p_event, p_action, p_repository, p_installation, p_webhook, p_payload)
    ON CONFLICT (delivery_id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT false, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;

    RETURN QUERY
        WITH concerned AS (
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

-- A delivery's content, for a job of an organization that has a receipt of it.
CREATE FUNCTION app.read_delivery(p_delivery uuid) RETURNS TABLE (event text, action text, payload bytea, webhook_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT delivery.event, delivery.action, delivery.payload, delivery.webhook_id
    FROM public.webhook_deliveries AS delivery
    WHERE delivery.id = p_delivery AND app.caller_is_job()
      AND EXISTS (
        SELECT FROM public.webhook_receipts AS receipt
        WHERE receipt.id = p_delivery AND receipt.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())))
$$;

-- Which of these deliveries never came, for the job that asks GitHub to send them again.
CREATE FUNCTION app.missing_deliveries(p_guids text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT guid FROM unnest(p_guids) AS guid
    WHERE (app.caller_is_job() OR app.caller_is_node())
      AND NOT EXISTS (SELECT FROM public.webhook_deliveries AS delivery WHERE delivery.delivery_id = guid)
$$;

-- Deliveries that are older, and what each organization noted of them.
CREATE FUNCTION app.prune_deliveries(p_keep interval, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_ids uuid[];
BEGIN
    PERFORM app.require_node();
    v_ids := ARRAY(
        SELECT delivery.id FROM public.webhook_deliveries AS delivery
        WHERE delivery.received_at < app.now() - p_keep ORDER BY delivery.received_at LIMIT p_limit);
    DELETE FROM public.webhook_receipts WHERE id::text = ANY (v_ids::text[]);
    DELETE FROM public.webhook_deliveries WHERE id = ANY (v_ids);
    RETURN cardinality(v_ids);
END
$$;

-- A job for each webhook whose deliveries were not compared with GitHub's for this long; each time for one process only.
CREATE FUNCTION app.reconcile_webhooks(p_since interval, p_limit integer, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint)
RETURNS TABLE (organization_id uuid, job_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := app.now();
BEGIN
    PERFORM app.require_node();
    RETURN QUERY
        WITH due AS (
            SELECT webhook.id, webhook.organization_id FROM public.repository_webhooks AS webhook
            WHERE webhook.state = 'active' AND webhook.hook_id IS NOT NULL AND (webhook.reconciled_at IS NULL OR webhook.reconciled_at < v_now - p_since)
            ORDER BY webhook.reconciled_at NULLS FIRST, webhook.id LIMIT p_limit FOR UPDATE SKIP LOCKED
        ), noted AS (
            UPDATE public.repository_webhooks AS webhook SET reconciled_at = v_now FROM due
            WHERE webhook.organization_id = due.organization_id AND webhook.id = due.id
            RETURNING webhook.id, webhook.organization_id
        )
        INSERT INTO public.jobs (id, organization_id, queue, kind, args, priority, max_attempts, dedupe_key)
        SELECT app.uuid7(), noted.organization_id, p_queue, p_kind, jsonb_build_object('webhook_id', noted.id), p_priority, p_max_attempts, 'reconcile:' || noted.id
        FROM noted
        ON CONFLICT (organization_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled') DO NOTHING
        RETURNING organization_id, id;
END
$$;

DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('app.begin_github_sign_in(bytea, bytea, bytea, text, interval)', 'autodevops_identity', true),
        ('app.take_github_sign_in(bytea, bytea)', 'autodevops_identity', true),
        ('app.complete_github_sign_in(bytea, bytea, uuid, uuid, bigint, text, text, text, uuid, bytea, text, timestamptz, bytea, timestamptz, uuid, text, interval)',
            'autodevops_identity', true),
        ('app.note_github_memberships(jsonb)', 'autodevops_identity', true),
        ('app.forget_github_member(uuid, bigint)', 'autodevops_identity', true),
        ('app.create_github_organization(uuid, bigint)', 'autodevops_identity', true),
        ('app.github_token(uuid)', 'autodevops_identity', true),
        ('app.may_use_github_token(uuid)', 'autodevops_identity', true),
        ('app.replace_github_token(uuid, uuid, bytea, timestamptz, bytea, timestamptz)', 'autodevops_identity', true),
        ('app.note_github_token(uuid, boolean, timestamptz)', 'autodevops_identity', true),
        ('app.webhook_secret(uuid)', 'autodevops_identity', true),
        ('app.uuid7()', 'autodevops_queue', false),
        ('app.queue_due_syncs(integer, interval, text, text, smallint, smallint)', 'autodevops_queue', true),
        ('app.keep_connected_by()', 'autodevops_owner', true),
        ('app.accept_delivery(uuid, text, text, text, bigint, bigint, bigint, uuid, bytea, text, text, smallint, smallint)', 'autodevops_queue', true),
        ('app.read_delivery(uuid)', 'autodevops_queue', true),
        ('app.missing_deliveries(text[])', 'autodevops_queue', true),
        ('app.prune_deliveries(interval, integer)', 'autodevops_queue', true),
        ('app.reconcile_webhooks(interval, integer, text, text, smallint, smallint)', 'autodevops_queue', true)
    ) AS functions (signature, owner, is_open)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        IF f.is_open THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app', f.signature);
        END IF;
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f.signature, f.owner);
    END LOOP;
END
$$;
