-- Who is calling is asked before there is a caller. These functions answer it, and nothing else may: the application's role can
-- read neither a link, nor a token's hash, nor another person's session.

ALTER TABLE users ADD COLUMN is_local boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN users.is_local IS 'The one person of an installation on one machine, who signs in with a link from its terminal.';
CREATE UNIQUE INDEX users_one_local ON users (is_local) WHERE is_local;
CREATE INDEX sign_in_links_by_user ON sign_in_links (user_id);

CREATE TABLE idempotency_keys (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request_hash    bytea NOT NULL,
    response        jsonb,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'What a POST with an Idempotency-Key answered, so that sending it again answers the same and does nothing.';
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON idempotency_keys TO autodevops_app
    USING (user_id = (SELECT app.caller_user()) AND organization_id = ANY (ARRAY(SELECT app.organizations_of_caller())));
GRANT SELECT, INSERT, UPDATE (response) ON idempotency_keys TO autodevops_app;

CREATE POLICY identity_adds ON users FOR INSERT TO autodevops_identity WITH CHECK (true);
CREATE POLICY identity_adds ON organizations FOR INSERT TO autodevops_identity WITH CHECK (true);
CREATE POLICY identity_adds ON organization_members FOR INSERT TO autodevops_identity WITH CHECK (true);
CREATE POLICY identity_keeps ON sessions TO autodevops_identity USING (true);
CREATE POLICY identity_keeps ON sign_in_links TO autodevops_identity USING (true);
CREATE POLICY identity_reads ON api_tokens FOR SELECT TO autodevops_identity USING (true);
CREATE POLICY identity_touches ON api_tokens FOR UPDATE TO autodevops_identity USING (true);
GRANT INSERT ON users, organizations, organization_members TO autodevops_identity;
GRANT SELECT (is_local) ON users TO autodevops_identity;
GRANT SELECT, INSERT, UPDATE (last_seen_at, revoked_at) ON sessions TO autodevops_identity;
GRANT SELECT, INSERT, UPDATE (used_at) ON sign_in_links TO autodevops_identity;
GRANT DELETE ON sign_in_links TO autodevops_identity;
GRANT SELECT (id, organization_id, user_id, token_hash, scopes, expires_at, last_used_at, revoked_at), UPDATE (last_used_at) ON api_tokens TO autodevops_identity;

-- The person of a local installation, with an organization of their own. The ids are used only the first time.
CREATE FUNCTION app.ensure_local_user(p_user uuid, p_organization uuid, p_login text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user uuid;
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(hashtextextended('app.ensure_local_user', 7));
    SELECT id INTO v_user FROM public.users WHERE is_local;
    IF v_user IS NULL THEN
        INSERT INTO public.users (id, login, name, is_operator, is_local) VALUES (p_user, p_login, p_login, true, true);
        INSERT INTO public.organizations (id, name, personal_user_id) VALUES (p_organization, p_login, p_user);
        INSERT INTO public.organization_members (organization_id, user_id, role) VALUES (p_organization, p_user, 'owner');
        v_user := p_user;
    END IF;
    RETURN v_user;
END
$$;

CREATE FUNCTION app.create_session(p_session uuid, p_user uuid, p_user_agent text, p_lifetime interval) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.sessions (id, user_id, user_agent, expires_at)
    VALUES (p_session, p_user, left(p_user_agent, 400), now() + p_lifetime)
    RETURNING expires_at
$$;

-- The person behind a session that was neither revoked, nor left alone too long, nor kept too long. Notes that it was seen, at
-- most once a minute: a page with ten requests is one write.
CREATE FUNCTION app.person_of_session(p_session uuid, p_user uuid, p_idle interval)
RETURNS TABLE (id uuid, login text, is_operator boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.sessions AS session SET last_seen_at = now()
    WHERE session.id = p_session AND session.user_id = p_user AND session.revoked_at IS NULL AND session.expires_at > now()
      AND session.last_seen_at > now() - p_idle AND session.last_seen_at <= now() - interval '1 minute';
    RETURN QUERY
        SELECT person.id, person.login, person.is_operator
        FROM public.sessions AS session JOIN public.users AS person ON person.id = session.user_id
        WHERE session.id = p_session AND session.user_id = p_user AND session.revoked_at IS NULL AND session.expires_at > now()
          AND session.last_seen_at > now() - p_idle;
END
$$;

-- Only one's own, and not with a token: it is worth no more than the organization it was made in.
CREATE FUNCTION app.revoke_session(p_session uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.sessions SET revoked_at = now()
    WHERE id = p_session AND user_id = app.caller_user() AND NOT app.caller_is_narrowed() AND revoked_at IS NULL;
    RETURN FOUND;
END
$$;

-- By a process for its own person, not by a request: whoever makes a link for somebody can become them.
CREATE FUNCTION app.create_sign_in_link(p_hash bytea, p_user uuid, p_lifetime interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_expires timestamptz := now() + p_lifetime;
BEGIN
    IF NOT app.caller_is_node() THEN
        RAISE EXCEPTION 'Only a process of the installation may do this.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM public.sign_in_links WHERE expires_at < now() - interval '1 day';
    INSERT INTO public.sign_in_links (token_hash, user_id, expires_at) VALUES (p_hash, p_user, v_expires);
    RETURN v_expires;
END
$$;

-- Whether the link would work, without using it: what fetches a page ahead of a click must not spend the link.
CREATE FUNCTION app.sign_in_link_is_live(p_hash bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.sign_in_links WHERE token_hash = p_hash AND used_at IS NULL AND expires_at > now())
$$;

-- One statement marks the link used and says whose it was: of two that come together, one gets the session.
CREATE FUNCTION app.redeem_sign_in_link(p_hash bytea, p_session uuid, p_user_agent text, p_lifetime interval) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_user uuid;
BEGIN
    UPDATE public.sign_in_links SET used_at = now()
    WHERE token_hash = p_hash AND used_at IS NULL AND expires_at > now()
    RETURNING user_id INTO v_user;
    IF v_user IS NOT NULL THEN
        PERFORM app.create_session(p_session, v_user, p_user_agent, p_lifetime);
    END IF;
    RETURN v_user;
END
$$;

CREATE FUNCTION app.person_of_token(p_hash bytea)
RETURNS TABLE (id uuid, login text, is_operator boolean, token_id uuid, organization_id uuid, scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.api_tokens AS token SET last_used_at = now()
    FROM public.organization_members AS member
    WHERE member.organization_id = token.organization_id AND member.user_id = token.user_id
      AND token.token_hash = p_hash AND token.revoked_at IS NULL AND token.expires_at > now()
      AND (token.last_used_at IS NULL OR token.last_used_at <= now() - interval '1 minute');
    RETURN QUERY
        SELECT person.id, person.login, person.is_operator, token.id, token.organization_id, token.scopes
        FROM public.api_tokens AS token
        JOIN public.users AS person ON person.id = token.user_id
        JOIN public.organization_members AS member
            ON member.organization_id = token.organization_id AND member.user_id = token.user_id
        WHERE token.token_hash = p_hash AND token.revoked_at IS NULL AND token.expires_at > now();
END
$$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'app.ensure_local_user(uuid, uuid, text)',
        'app.person_of_session(uuid, uuid, interval)',
        'app.revoke_session(uuid)',
        'app.create_sign_in_link(bytea, uuid, interval)',
        'app.sign_in_link_is_live(bytea)',
        'app.redeem_sign_in_link(bytea, uuid, text, interval)',
        'app.person_of_token(bytea)']
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO autodevops_app, autodevops_identity', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO autodevops_identity', f);
    END LOOP;
END
$$;
-- A session comes of a link that was redeemed; nothing else may make one.
ALTER FUNCTION app.create_session(uuid, uuid, text, interval) OWNER TO autodevops_identity;
