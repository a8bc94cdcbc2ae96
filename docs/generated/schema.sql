-- Printed by `autodevops-server docs schema`; do not edit. The database as the migrations leave it.

CREATE ROLE autodevops_app LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE autodevops_identity NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE autodevops_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE autodevops_queue NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT USAGE ON SCHEMA app TO autodevops_app;
GRANT CREATE, USAGE ON SCHEMA app TO autodevops_identity;
GRANT CREATE, USAGE ON SCHEMA app TO autodevops_queue;
GRANT USAGE ON SCHEMA public TO autodevops_app;
GRANT USAGE ON SCHEMA public TO autodevops_identity;
GRANT CREATE, USAGE ON SCHEMA public TO autodevops_owner;
GRANT USAGE ON SCHEMA public TO autodevops_queue;

CREATE TABLE ai_cache (
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    commit_sha text NOT NULL,
    prompt_hash bytea NOT NULL,
    model text NOT NULL,
    response jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT ai_cache_pkey PRIMARY KEY (organization_id, repository_id, commit_sha, prompt_hash, model),
    CONSTRAINT ai_cache_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE ai_cache ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON ai_cache FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON ai_cache FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON ai_cache FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY reads ON ai_cache FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (response, created_at) ON ai_cache TO autodevops_app;

CREATE TABLE ai_usage (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid,
    user_id uuid,
    job_id uuid,
    provider text NOT NULL,
    model text NOT NULL,
    state text NOT NULL,
    tokens bigint NOT NULL,
    cost_micros bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT ai_usage_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT ai_usage_cost_micros_check CHECK ((cost_micros >= 0)),
    CONSTRAINT ai_usage_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'settled'::text, 'released'::text]))),
    CONSTRAINT ai_usage_tokens_check CHECK ((tokens >= 0)),
    CONSTRAINT ai_usage_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT ai_usage_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE SET NULL (repository_id),
    CONSTRAINT ai_usage_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE ai_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX ai_usage_by_repository ON public.ai_usage USING btree (organization_id, repository_id);
CREATE INDEX ai_usage_by_time ON public.ai_usage USING btree (organization_id, created_at);
CREATE POLICY adds ON ai_usage FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON ai_usage FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON ai_usage FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON ai_usage FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (user_id, provider, model, state, tokens, cost_micros, created_at) ON ai_usage TO autodevops_app;

CREATE TABLE alerts (
    id uuid NOT NULL,
    organization_id uuid,
    kind text NOT NULL,
    detail jsonb NOT NULL,
    raised_at timestamp with time zone NOT NULL DEFAULT now(),
    resolved_at timestamp with time zone,
    CONSTRAINT alerts_pkey PRIMARY KEY (id),
    CONSTRAINT alerts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY raises ON alerts FOR INSERT TO autodevops_app
    WITH CHECK (( SELECT app.caller_is_node() AS caller_is_node));
CREATE POLICY reads ON alerts FOR SELECT TO autodevops_app
    USING ((( SELECT app.caller_is_node() AS caller_is_node) OR (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))) OR ((organization_id IS NULL) AND ( SELECT app.caller_operates() AS caller_operates))));
CREATE POLICY resolves ON alerts FOR UPDATE TO autodevops_app
    USING (( SELECT app.caller_is_node() AS caller_is_node));
GRANT INSERT, SELECT, UPDATE (detail, resolved_at) ON alerts TO autodevops_app;

CREATE TABLE analyses (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    job_id uuid NOT NULL,
    baseline_id uuid,
    kind text NOT NULL,
    ref text,
    commit_sha text,
    is_dirty boolean NOT NULL DEFAULT false,
    rule_set text,
    overall smallint,
    scores jsonb,
    model jsonb,
    coverage jsonb,
    diagnostics jsonb,
    files integer,
    bytes bigint,
    duration_ms integer,
    failure text,
    requested_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    finished_at timestamp with time zone,
    pull_request integer,
    CONSTRAINT analyses_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT analyses_kind_check CHECK ((kind = ANY (ARRAY['full'::text, 'security'::text, 'performance'::text, 'ci_cd'::text]))),
    CONSTRAINT analyses_overall_check CHECK (((overall >= 0) AND (overall <= 100))),
    CONSTRAINT analyses_pull_request_check CHECK ((pull_request > 0)),
    CONSTRAINT analyses_ref_check CHECK ((length(ref) <= 255)),
    CONSTRAINT analyses_organization_id_baseline_id_fkey FOREIGN KEY (organization_id, baseline_id) REFERENCES analyses(organization_id, id) ON DELETE SET NULL (baseline_id),
    CONSTRAINT analyses_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT analyses_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE analyses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX analyses_by_baseline ON public.analyses USING btree (organization_id, baseline_id);
CREATE INDEX analyses_by_job ON public.analyses USING btree (organization_id, job_id);
CREATE INDEX analyses_by_repository ON public.analyses USING btree (organization_id, repository_id, id DESC);
CREATE POLICY adds ON analyses FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON analyses FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON analyses FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY protocol_ends ON analyses FOR UPDATE TO autodevops_queue
    USING (true);
CREATE POLICY protocol_reads ON analyses FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY reads ON analyses FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (baseline_id, kind, ref, commit_sha, is_dirty, rule_set, overall, scores, model, coverage, diagnostics, files, bytes, duration_ms, failure, created_at, finished_at, pull_request) ON analyses TO autodevops_app;
GRANT SELECT (organization_id, job_id, finished_at), UPDATE (job_id, failure, finished_at) ON analyses TO autodevops_queue;

CREATE TABLE api_tokens (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_tokens_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_tokens_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON api_tokens FOR INSERT TO autodevops_app
    WITH CHECK (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
CREATE POLICY identity_reads ON api_tokens FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY identity_touches ON api_tokens FOR UPDATE TO autodevops_identity
    USING (true);
CREATE POLICY own ON api_tokens FOR SELECT TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
CREATE POLICY revokes ON api_tokens FOR UPDATE TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
GRANT INSERT (id, organization_id, user_id, name, token_hash, scopes, expires_at), SELECT (id, organization_id, user_id, name, scopes, created_at, expires_at, last_used_at, revoked_at), UPDATE (revoked_at) ON api_tokens TO autodevops_app;
GRANT SELECT (id, organization_id, user_id, token_hash, scopes, expires_at, last_used_at, revoked_at), UPDATE (last_used_at) ON api_tokens TO autodevops_identity;

CREATE TABLE artifacts (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone,
    CONSTRAINT artifacts_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT artifacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT artifacts_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE artifacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX artifacts_by_repository ON public.artifacts USING btree (organization_id, repository_id);
CREATE POLICY adds ON artifacts FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON artifacts FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON artifacts FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON artifacts FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (name, media_type, content, created_at, expires_at) ON artifacts TO autodevops_app;

-- Refers to nothing: it outlives the organization that it is about.
CREATE TABLE audit_log (
    organization_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor uuid,
    action text NOT NULL,
    target text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'::jsonb,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (organization_id, seq),
    CONSTRAINT audit_log_at_check CHECK ((at >= '2020-01-01 00:00:00+00'::timestamp with time zone)) NOT VALID
);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY chain_adds ON audit_log FOR INSERT TO autodevops_identity
    WITH CHECK (true);
CREATE POLICY chain_reads ON audit_log FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY reads ON audit_log FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
GRANT SELECT ON audit_log TO autodevops_app;
GRANT INSERT, SELECT ON audit_log TO autodevops_identity;

CREATE TABLE findings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    analysis_id uuid NOT NULL,
    rule_id text NOT NULL,
    rule_name text NOT NULL,
    category text NOT NULL,
    severity text NOT NULL,
    severity_rank smallint NOT NULL GENERATED ALWAYS AS (
CASE severity
    WHEN 'critical'::text THEN 4
    WHEN 'high'::text THEN 3
    WHEN 'medium'::text THEN 2
    WHEN 'low'::text THEN 1
    ELSE 0
END) STORED,
    confidence real NOT NULL,
    points real NOT NULL DEFAULT 0,
    path text NOT NULL,
    start_line integer NOT NULL,
    end_line integer NOT NULL,
    start_column integer NOT NULL DEFAULT 0,
    end_column integer NOT NULL DEFAULT 0,
    message text NOT NULL,
    fingerprint text NOT NULL,
    state text NOT NULL,
    excerpt text,
    excerpt_line integer,
    fix jsonb,
    CONSTRAINT findings_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT findings_category_check CHECK ((category = ANY (ARRAY['security'::text, 'performance'::text, 'code_quality'::text, 'ci_cd'::text, 'dependencies'::text]))),
    CONSTRAINT findings_check CHECK ((end_line >= start_line)),
    CONSTRAINT findings_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT findings_points_check CHECK ((points >= (0)::double precision)),
    CONSTRAINT findings_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'info'::text]))),
    CONSTRAINT findings_start_line_check CHECK ((start_line >= 0)),
    CONSTRAINT findings_state_check CHECK ((state = ANY (ARRAY['new'::text, 'existing'::text, 'fixed'::text, 'suppressed'::text]))),
    CONSTRAINT findings_organization_id_analysis_id_fkey FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT findings_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE findings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX findings_by_rank ON public.findings USING btree (organization_id, analysis_id, severity_rank DESC, id);
CREATE INDEX findings_by_repository ON public.findings USING btree (organization_id, repository_id);
CREATE POLICY adds ON findings FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON findings FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON findings FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON findings FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (rule_id, rule_name, category, severity, confidence, points, path, start_line, end_line, start_column, end_column, message, fingerprint, state, excerpt, excerpt_line, fix) ON findings TO autodevops_app;

CREATE TABLE github_installations (
    organization_id uuid NOT NULL,
    installation_id bigint NOT NULL,
    account_id bigint NOT NULL,
    account_login text NOT NULL,
    account_type text NOT NULL,
    repository_selection text NOT NULL DEFAULT 'selected'::text,
    permissions jsonb NOT NULL DEFAULT '{}'::jsonb,
    suspended_at timestamp with time zone,
    removed_at timestamp with time zone,
    limited_until timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    sync_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT github_installations_pkey PRIMARY KEY (organization_id, installation_id),
    CONSTRAINT github_installations_account_login_check CHECK (((length(account_login) >= 1) AND (length(account_login) <= 100))),
    CONSTRAINT github_installations_account_type_check CHECK ((account_type = ANY (ARRAY['User'::text, 'Organization'::text]))),
    CONSTRAINT github_installations_repository_selection_check CHECK ((repository_selection = ANY (ARRAY['all'::text, 'selected'::text]))),
    CONSTRAINT github_installations_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL,
    CONSTRAINT github_installations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
ALTER TABLE github_installations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX github_installations_by_id ON public.github_installations USING btree (installation_id);
CREATE INDEX github_installations_by_sync ON public.github_installations USING btree (sync_at);
CREATE POLICY adds ON github_installations FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY changes ON github_installations FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON github_installations FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY jobs_note ON github_installations FOR UPDATE TO autodevops_app
    USING ((( SELECT app.caller_is_job() AS caller_is_job) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
CREATE POLICY protocol ON github_installations FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY protocol_syncs ON github_installations FOR UPDATE TO autodevops_queue
    USING (true);
CREATE POLICY reads ON github_installations FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (account_login, repository_selection, permissions, suspended_at, removed_at, limited_until) ON github_installations TO autodevops_app;
GRANT SELECT (organization_id, installation_id, sync_at), UPDATE (sync_at) ON github_installations TO autodevops_queue;

-- The GitHub organizations a person is an active member of, as GitHub said when they signed in last.
CREATE TABLE github_memberships (
    user_id uuid NOT NULL,
    github_id bigint NOT NULL,
    login text NOT NULL,
    role text NOT NULL,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT github_memberships_pkey PRIMARY KEY (user_id, github_id),
    CONSTRAINT github_memberships_login_check CHECK (((length(login) >= 1) AND (length(login) <= 100))),
    CONSTRAINT github_memberships_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text]))),
    CONSTRAINT github_memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE github_memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY identity_keeps ON github_memberships FOR ALL TO autodevops_identity
    USING (true);
CREATE POLICY own ON github_memberships FOR SELECT TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (NOT ( SELECT app.caller_is_narrowed() AS caller_is_narrowed))));
GRANT SELECT ON github_memberships TO autodevops_app;
GRANT DELETE, INSERT, SELECT ON github_memberships TO autodevops_identity;

CREATE TABLE github_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    envelope bytea NOT NULL,
    scopes text NOT NULL DEFAULT ''::text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    refresh_envelope bytea,
    refresh_expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    limited_until timestamp with time zone,
    memberships_at timestamp with time zone DEFAULT (now() + '1 day'::interval),
    CONSTRAINT github_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT github_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE github_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX github_tokens_by_sync ON public.github_tokens USING btree (memberships_at);
CREATE UNIQUE INDEX github_tokens_by_user ON public.github_tokens USING btree (user_id);
CREATE POLICY identity_keeps ON github_tokens FOR ALL TO autodevops_identity
    USING (true);
CREATE POLICY own ON github_tokens FOR SELECT TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (NOT ( SELECT app.caller_is_narrowed() AS caller_is_narrowed))));
GRANT SELECT (id, user_id, scopes, expires_at, created_at, refresh_expires_at, revoked_at, limited_until) ON github_tokens TO autodevops_app;
GRANT DELETE, INSERT, SELECT, UPDATE (id, envelope, expires_at, refresh_envelope, refresh_expires_at, revoked_at, limited_until, memberships_at) ON github_tokens TO autodevops_identity;

-- What a POST with an Idempotency-Key answered, so that sending it again answers the same and does nothing.
CREATE TABLE idempotency_keys (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response jsonb,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, user_id, key),
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT idempotency_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY own ON idempotency_keys FOR ALL TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
GRANT INSERT, SELECT, UPDATE (response) ON idempotency_keys TO autodevops_app;

CREATE TABLE job_events (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    seq integer NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    from_state text,
    to_state text,
    attempt smallint NOT NULL DEFAULT 0,
    data jsonb,
    CONSTRAINT job_events_pkey PRIMARY KEY (job_id, seq),
    CONSTRAINT job_events_kind_check CHECK ((kind = ANY (ARRAY['state'::text, 'progress'::text, 'log'::text]))),
    CONSTRAINT job_events_organization_id_job_id_fkey FOREIGN KEY (organization_id, job_id) REFERENCES jobs(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE job_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX job_events_stream ON public.job_events USING btree (organization_id, xid, job_id, seq);
CREATE POLICY protocol ON job_events FOR ALL TO autodevops_queue
    USING (true);
CREATE POLICY reads ON job_events FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT SELECT ON job_events TO autodevops_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON job_events TO autodevops_queue;

-- The job state machine: the trigger refuses, and the tests try, exactly what is not here.
CREATE TABLE job_transitions (
    from_state text NOT NULL,
    to_state text NOT NULL,
    between_state text,
    CONSTRAINT job_transitions_pkey PRIMARY KEY (from_state, to_state)
);
ALTER TABLE job_transitions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY reads ON job_transitions FOR SELECT TO autodevops_app, autodevops_queue
    USING (true);
GRANT SELECT ON job_transitions TO autodevops_app;
GRANT SELECT ON job_transitions TO autodevops_queue;

CREATE TABLE jobs (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    queue text NOT NULL,
    kind text NOT NULL,
    args jsonb NOT NULL,
    state text NOT NULL DEFAULT 'pending'::text,
    priority smallint NOT NULL DEFAULT 1,
    attempt smallint NOT NULL DEFAULT 0,
    max_attempts smallint NOT NULL DEFAULT 4,
    rescues smallint NOT NULL DEFAULT 0,
    fence integer NOT NULL DEFAULT 0,
    run_at timestamp with time zone NOT NULL DEFAULT app.now(),
    dedupe_key text,
    worker_id uuid,
    lease_until timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    error text,
    error_code text,
    event_seq integer NOT NULL DEFAULT 1,
    replay_of uuid,
    requested_by uuid,
    trace_parent text,
    created_at timestamp with time zone NOT NULL DEFAULT app.now(),
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT jobs_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT jobs_check CHECK (((lease_until IS NOT NULL) = (state = ANY (ARRAY['active'::text, 'processing'::text, 'ai_request'::text])))),
    CONSTRAINT jobs_check1 CHECK (((finished_at IS NOT NULL) = (state = ANY (ARRAY['completed'::text, 'dead_letter'::text, 'cancelled'::text])))),
    CONSTRAINT jobs_dedupe_key_check CHECK ((length(dedupe_key) <= 200)),
    CONSTRAINT jobs_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60))),
    CONSTRAINT jobs_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 20))),
    CONSTRAINT jobs_queue_check CHECK (((length(queue) >= 1) AND (length(queue) <= 40))),
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'processing'::text, 'ai_request'::text, 'retrying'::text, 'failed'::text, 'completed'::text, 'dead_letter'::text, 'cancelled'::text]))),
    CONSTRAINT jobs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT jobs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX jobs_dead ON public.jobs USING btree (queue) WHERE (state = 'dead_letter'::text);
CREATE UNIQUE INDEX jobs_dedupe ON public.jobs USING btree (organization_id, dedupe_key) WHERE ((dedupe_key IS NOT NULL) AND (state <> ALL (ARRAY['completed'::text, 'dead_letter'::text, 'cancelled'::text])));
CREATE INDEX jobs_leases ON public.jobs USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX jobs_replays ON public.jobs USING btree (replay_of) WHERE (replay_of IS NOT NULL);
CREATE INDEX jobs_running ON public.jobs USING btree (queue, organization_id) WHERE (state = ANY (ARRAY['active'::text, 'processing'::text, 'ai_request'::text]));
CREATE INDEX jobs_waiting ON public.jobs USING btree (queue, organization_id, priority, run_at, id) WHERE (state = ANY (ARRAY['pending'::text, 'retrying'::text, 'failed'::text]));
CREATE TRIGGER guard_state BEFORE UPDATE OF state ON public.jobs FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION app.guard_job_state();
CREATE TRIGGER note_added AFTER INSERT ON public.jobs FOR EACH ROW EXECUTE FUNCTION app.note_job_added();
CREATE TRIGGER note_states AFTER UPDATE ON public.jobs REFERENCING OLD TABLE AS before NEW TABLE AS updated FOR EACH STATEMENT EXECUTE FUNCTION app.note_job_states();
CREATE POLICY adds ON jobs FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY identity_reads ON jobs FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY protocol ON jobs FOR ALL TO autodevops_queue
    USING (true);
CREATE POLICY reads ON jobs FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT INSERT (id, organization_id, queue, kind, args, priority, max_attempts, run_at, dedupe_key, requested_by, trace_parent), SELECT (id, organization_id, queue, kind, args, state, priority, attempt, max_attempts, rescues, run_at, dedupe_key, cancel_requested_at, error, error_code, event_seq, replay_of, requested_by, trace_parent, created_at, started_at, finished_at) ON jobs TO autodevops_app;
GRANT SELECT (id, organization_id, fence, worker_id, lease_until) ON jobs TO autodevops_identity;
GRANT DELETE, INSERT, SELECT, UPDATE ON jobs TO autodevops_queue;

CREATE TABLE nodes (
    id uuid NOT NULL,
    role text NOT NULL,
    host text NOT NULL,
    version text NOT NULL,
    started_at timestamp with time zone NOT NULL DEFAULT now(),
    seen_at timestamp with time zone NOT NULL DEFAULT now(),
    cpu_percent real,
    memory_bytes bigint,
    p99_ms real,
    running_jobs integer,
    signals text,
    CONSTRAINT nodes_pkey PRIMARY KEY (id),
    CONSTRAINT nodes_signals_check CHECK ((signals = ANY (ARRAY['postgresql'::text, 'redis'::text])))
);
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY beats ON nodes FOR UPDATE TO autodevops_app
    USING (( SELECT app.caller_is_node() AS caller_is_node));
CREATE POLICY leaves ON nodes FOR DELETE TO autodevops_app
    USING (( SELECT app.caller_is_node() AS caller_is_node));
CREATE POLICY reads ON nodes FOR SELECT TO autodevops_app
    USING ((( SELECT app.caller_is_node() AS caller_is_node) OR ( SELECT app.caller_operates() AS caller_operates)));
CREATE POLICY reports ON nodes FOR INSERT TO autodevops_app
    WITH CHECK (( SELECT app.caller_is_node() AS caller_is_node));
GRANT DELETE, INSERT, SELECT, UPDATE (role, host, version, started_at, seen_at, cpu_percent, memory_bytes, p99_ms, running_jobs, signals) ON nodes TO autodevops_app;

CREATE TABLE oauth_states (
    state_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    verifier bytea NOT NULL,
    return_to text NOT NULL,
    user_id uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT oauth_states_pkey PRIMARY KEY (state_hash),
    CONSTRAINT oauth_states_return_to_check CHECK (((length(return_to) >= 1) AND (length(return_to) <= 2000))),
    CONSTRAINT oauth_states_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE oauth_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX oauth_states_by_expiry ON public.oauth_states USING btree (expires_at);
CREATE INDEX oauth_states_by_user ON public.oauth_states USING btree (user_id);
CREATE POLICY identity_keeps ON oauth_states FOR ALL TO autodevops_identity
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE (taken_at, completed_at) ON oauth_states TO autodevops_identity;

CREATE TABLE organization_members (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    source text NOT NULL DEFAULT 'manual'::text,
    confirmed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT organization_members_pkey PRIMARY KEY (organization_id, user_id),
    CONSTRAINT organization_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text]))),
    CONSTRAINT organization_members_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'github'::text]))),
    CONSTRAINT organization_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE organization_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX organization_members_by_confirmation ON public.organization_members USING btree (confirmed_at) WHERE (source = 'github'::text);
CREATE INDEX organization_members_by_user ON public.organization_members USING btree (user_id, organization_id);
CREATE POLICY adds ON organization_members FOR INSERT TO autodevops_app
    WITH CHECK (((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))) AND ((role <> 'owner'::text) OR (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))))));
CREATE POLICY changes ON organization_members FOR UPDATE TO autodevops_app
    USING (((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))) AND ((role <> 'owner'::text) OR (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))))));
CREATE POLICY identity_adds ON organization_members FOR INSERT TO autodevops_identity
    WITH CHECK (true);
CREATE POLICY identity_changes ON organization_members FOR UPDATE TO autodevops_identity
    USING (true);
CREATE POLICY identity_reads ON organization_members FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY identity_removes ON organization_members FOR DELETE TO autodevops_identity
    USING (true);
CREATE POLICY reads ON organization_members FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
CREATE POLICY removes ON organization_members FOR DELETE TO autodevops_app
    USING (((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))) AND ((role <> 'owner'::text) OR (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))))));
GRANT DELETE, INSERT, SELECT, UPDATE (role) ON organization_members TO autodevops_app;
GRANT DELETE, INSERT, SELECT (organization_id, user_id, role, source, confirmed_at), UPDATE (role, confirmed_at) ON organization_members TO autodevops_identity;

CREATE TABLE organization_policies (
    organization_id uuid NOT NULL,
    revision integer NOT NULL,
    text text,
    set_by uuid,
    set_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT organization_policies_pkey PRIMARY KEY (organization_id, revision),
    CONSTRAINT organization_policies_revision_check CHECK ((revision > 0)),
    CONSTRAINT organization_policies_text_check CHECK (((length(text) >= 1) AND (length(text) <= 20000))),
    CONSTRAINT organization_policies_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT organization_policies_set_by_fkey FOREIGN KEY (set_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE organization_policies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON organization_policies FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY reads ON organization_policies FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT INSERT (organization_id, revision, text, set_by), SELECT ON organization_policies TO autodevops_app;

CREATE TABLE organizations (
    id uuid NOT NULL,
    name text NOT NULL,
    github_id bigint,
    personal_user_id uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT organizations_personal_user_id_fkey FOREIGN KEY (personal_user_id) REFERENCES users(id)
);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE UNIQUE INDEX organizations_by_github ON public.organizations USING btree (github_id) WHERE (github_id IS NOT NULL);
CREATE UNIQUE INDEX organizations_personal ON public.organizations USING btree (personal_user_id) WHERE (personal_user_id IS NOT NULL);
CREATE POLICY changes ON organizations FOR UPDATE TO autodevops_app
    USING ((id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON organizations FOR DELETE TO autodevops_app
    USING ((id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY identity_adds ON organizations FOR INSERT TO autodevops_identity
    WITH CHECK (true);
CREATE POLICY identity_reads ON organizations FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY protocol ON organizations FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY reads ON organizations FOR SELECT TO autodevops_app
    USING ((id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, SELECT, UPDATE (name) ON organizations TO autodevops_app;
GRANT INSERT, SELECT (id, github_id, personal_user_id) ON organizations TO autodevops_identity;
GRANT SELECT (id, github_id) ON organizations TO autodevops_queue;

CREATE TABLE pipelines (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    job_id uuid NOT NULL,
    platform text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}'::jsonb,
    commit_sha text,
    files jsonb,
    checks jsonb,
    not_inferred jsonb,
    required_secrets jsonb,
    is_proven boolean,
    failure text,
    requested_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    finished_at timestamp with time zone,
    CONSTRAINT pipelines_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT pipelines_platform_check CHECK ((length(platform) <= 40)),
    CONSTRAINT pipelines_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT pipelines_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE pipelines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX pipelines_by_job ON public.pipelines USING btree (organization_id, job_id);
CREATE INDEX pipelines_by_repository ON public.pipelines USING btree (organization_id, repository_id, id DESC);
CREATE POLICY adds ON pipelines FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON pipelines FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON pipelines FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY protocol_ends ON pipelines FOR UPDATE TO autodevops_queue
    USING (true);
CREATE POLICY protocol_reads ON pipelines FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY reads ON pipelines FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (platform, options, commit_sha, files, checks, not_inferred, required_secrets, is_proven, failure, created_at, finished_at) ON pipelines TO autodevops_app;
GRANT SELECT (organization_id, job_id, finished_at), UPDATE (job_id, failure, finished_at) ON pipelines TO autodevops_queue;

-- Pull requests of ours: one for each branch, brought up to date rather than opened again.
CREATE TABLE proposals (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    job_id uuid NOT NULL,
    branch text NOT NULL,
    number integer,
    address text,
    state text NOT NULL DEFAULT 'pending'::text,
    head_sha text,
    failure text,
    requested_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT proposals_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT proposals_organization_id_repository_id_branch_key UNIQUE (organization_id, repository_id, branch),
    CONSTRAINT proposals_address_check CHECK ((length(address) <= 2000)),
    CONSTRAINT proposals_branch_check CHECK (((length(branch) >= 1) AND (length(branch) <= 255))),
    CONSTRAINT proposals_failure_check CHECK ((length(failure) <= 1000)),
    CONSTRAINT proposals_kind_check CHECK ((kind = ANY (ARRAY['pipeline'::text, 'fix'::text]))),
    CONSTRAINT proposals_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'open'::text, 'unchanged'::text, 'merged'::text, 'closed'::text, 'failed'::text]))),
    CONSTRAINT proposals_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT proposals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE proposals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON proposals FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON proposals FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON proposals FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON proposals FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (kind, subject_id, job_id, number, address, state, head_sha, failure, requested_by, updated_at) ON proposals TO autodevops_app;

-- What of an analysis stands on GitHub: telling it again changes that, and adds nothing.
CREATE TABLE published_results (
    organization_id uuid NOT NULL,
    analysis_id uuid NOT NULL,
    check_run_id bigint,
    status_state text,
    sarif_id text,
    failure text,
    published_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT published_results_pkey PRIMARY KEY (organization_id, analysis_id),
    CONSTRAINT published_results_failure_check CHECK ((length(failure) <= 1000)),
    CONSTRAINT published_results_organization_id_analysis_id_fkey FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE published_results ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON published_results FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON published_results FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON published_results FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON published_results FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (check_run_id, status_state, sarif_id, failure, published_at) ON published_results TO autodevops_app;

CREATE TABLE queues (
    name text NOT NULL,
    cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
    CONSTRAINT queues_pkey PRIMARY KEY (name)
);
ALTER TABLE queues ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY protocol ON queues FOR ALL TO autodevops_queue
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE ON queues TO autodevops_queue;

CREATE TABLE repositories (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    source text NOT NULL,
    location text NOT NULL,
    github_id bigint,
    name text NOT NULL,
    default_branch text,
    archived boolean NOT NULL DEFAULT false,
    settings jsonb NOT NULL DEFAULT '{}'::jsonb,
    connected_at timestamp with time zone NOT NULL DEFAULT now(),
    disconnected_at timestamp with time zone,
    installation_id bigint,
    connected_by uuid,
    is_private boolean,
    github_state text,
    branches jsonb,
    synced_at timestamp with time zone,
    sync_at timestamp with time zone,
    CONSTRAINT repositories_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT repositories_organization_id_source_location_key UNIQUE (organization_id, source, location),
    CONSTRAINT repositories_github_state_check CHECK ((github_state = ANY (ARRAY['ok'::text, 'gone'::text, 'forbidden'::text, 'blocked'::text]))),
    CONSTRAINT repositories_location_check CHECK (((length(location) >= 1) AND (length(location) <= 2000))),
    CONSTRAINT repositories_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT repositories_source_check CHECK ((source = ANY (ARRAY['local'::text, 'git'::text, 'github'::text]))),
    CONSTRAINT repositories_connected_by_fkey FOREIGN KEY (connected_by) REFERENCES users(id) ON DELETE SET NULL,
    CONSTRAINT repositories_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
ALTER TABLE repositories ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE UNIQUE INDEX repositories_by_github ON public.repositories USING btree (organization_id, github_id) WHERE (source = 'github'::text);
CREATE INDEX repositories_by_installation ON public.repositories USING btree (organization_id, installation_id) WHERE (installation_id IS NOT NULL);
CREATE INDEX repositories_by_sync ON public.repositories USING btree (sync_at) WHERE ((source = 'github'::text) AND (disconnected_at IS NULL));
CREATE INDEX repositories_of_github ON public.repositories USING btree (github_id) WHERE ((source = 'github'::text) AND (disconnected_at IS NULL));
CREATE TRIGGER keep_connected_by BEFORE INSERT OR UPDATE OF connected_by, github_id ON public.repositories FOR EACH ROW EXECUTE FUNCTION app.keep_connected_by();
CREATE POLICY adds ON repositories FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY changes ON repositories FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('admin'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON repositories FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY identity_reads ON repositories FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY jobs_note ON repositories FOR UPDATE TO autodevops_app
    USING ((( SELECT app.caller_is_job() AS caller_is_job) AND (organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))));
CREATE POLICY protocol ON repositories FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY protocol_syncs ON repositories FOR UPDATE TO autodevops_queue
    USING (true);
CREATE POLICY reads ON repositories FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (source, location, github_id, name, default_branch, archived, settings, connected_at, disconnected_at, installation_id, connected_by, is_private, github_state, branches, synced_at, sync_at) ON repositories TO autodevops_app;
GRANT SELECT (id, organization_id, github_id, disconnected_at, installation_id, connected_by) ON repositories TO autodevops_identity;
GRANT SELECT (id, organization_id, source, github_id, disconnected_at, sync_at), UPDATE (sync_at) ON repositories TO autodevops_queue;

CREATE TABLE repository_webhooks (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    hook_id bigint,
    secret bytea NOT NULL,
    state text NOT NULL DEFAULT 'creating'::text,
    failure text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    reconciled_at timestamp with time zone,
    next_secret bytea,
    tried_at timestamp with time zone,
    seen_until timestamp with time zone,
    CONSTRAINT repository_webhooks_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT repository_webhooks_organization_id_repository_id_key UNIQUE (organization_id, repository_id),
    CONSTRAINT repository_webhooks_failure_check CHECK ((length(failure) <= 1000)),
    CONSTRAINT repository_webhooks_state_check CHECK ((state = ANY (ARRAY['creating'::text, 'active'::text, 'failed'::text, 'removing'::text]))),
    CONSTRAINT repository_webhooks_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE repository_webhooks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX repository_webhooks_by_address ON public.repository_webhooks USING btree (((id)::text));
CREATE POLICY adds ON repository_webhooks FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON repository_webhooks FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON repository_webhooks FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY identity_reads ON repository_webhooks FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY protocol_notes ON repository_webhooks FOR UPDATE TO autodevops_queue
    USING (true);
CREATE POLICY protocol_reads ON repository_webhooks FOR SELECT TO autodevops_queue
    USING (true);
CREATE POLICY reads ON repository_webhooks FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT (id, organization_id, repository_id, hook_id, state, failure, created_at, reconciled_at, tried_at, seen_until), UPDATE (hook_id, secret, state, failure, reconciled_at, next_secret, tried_at, seen_until) ON repository_webhooks TO autodevops_app;
GRANT SELECT (id, organization_id, repository_id, secret, state, next_secret, tried_at) ON repository_webhooks TO autodevops_identity;
GRANT SELECT (id, organization_id, hook_id, state, reconciled_at), UPDATE (reconciled_at) ON repository_webhooks TO autodevops_queue;

CREATE TABLE scaling_decisions (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT now(),
    pool text NOT NULL,
    from_count integer NOT NULL,
    to_count integer NOT NULL,
    reason text NOT NULL,
    inputs jsonb NOT NULL,
    CONSTRAINT scaling_decisions_pkey PRIMARY KEY (id)
);
ALTER TABLE scaling_decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY decides ON scaling_decisions FOR INSERT TO autodevops_app
    WITH CHECK (( SELECT app.caller_is_node() AS caller_is_node));
CREATE POLICY reads ON scaling_decisions FOR SELECT TO autodevops_app
    USING ((( SELECT app.caller_is_node() AS caller_is_node) OR ( SELECT app.caller_operates() AS caller_operates)));
GRANT INSERT, SELECT ON scaling_decisions TO autodevops_app;

CREATE TABLE schedules (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC'::text,
    kind text NOT NULL DEFAULT 'full'::text,
    next_at timestamp with time zone,
    last_at timestamp with time zone,
    requested_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT schedules_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT schedules_organization_id_repository_id_key UNIQUE (organization_id, repository_id),
    CONSTRAINT schedules_cron_check CHECK (((length(cron) >= 1) AND (length(cron) <= 100))),
    CONSTRAINT schedules_kind_check CHECK ((kind = ANY (ARRAY['full'::text, 'security'::text, 'performance'::text, 'ci_cd'::text]))),
    CONSTRAINT schedules_time_zone_check CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 60))),
    CONSTRAINT schedules_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT schedules_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
);
ALTER TABLE schedules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX schedules_due ON public.schedules USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE POLICY adds ON schedules FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON schedules FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON schedules FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY protocol ON schedules FOR ALL TO autodevops_queue
    USING (true);
CREATE POLICY reads ON schedules FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT (id, organization_id, repository_id, cron, time_zone, kind, next_at, requested_by), SELECT, UPDATE (cron, time_zone, kind, next_at, requested_by) ON schedules TO autodevops_app;
GRANT SELECT, UPDATE (next_at, last_at) ON schedules TO autodevops_queue;

CREATE TABLE schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);
ALTER TABLE schema_migrations DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
GRANT SELECT ON schema_migrations TO autodevops_app;

CREATE TABLE score_history (
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    analysis_id uuid NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT now(),
    rule_set text NOT NULL,
    overall smallint,
    security smallint,
    performance smallint,
    code_quality smallint,
    ci_cd smallint,
    dependencies smallint,
    CONSTRAINT score_history_pkey PRIMARY KEY (organization_id, analysis_id),
    CONSTRAINT score_history_organization_id_analysis_id_fkey FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses(organization_id, id) ON DELETE CASCADE,
    CONSTRAINT score_history_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE score_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX score_history_by_repository ON public.score_history USING btree (organization_id, repository_id, at DESC);
CREATE POLICY adds ON score_history FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON score_history FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON score_history FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('owner'::text) AS organizations_of_caller))));
CREATE POLICY reads ON score_history FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (at, rule_set, overall, security, performance, code_quality, ci_cd, dependencies) ON score_history TO autodevops_app;

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    user_agent text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_agent_check CHECK ((length(user_agent) <= 400)),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id, id);
CREATE POLICY identity_keeps ON sessions FOR ALL TO autodevops_identity
    USING (true);
CREATE POLICY own ON sessions FOR SELECT TO autodevops_app
    USING (((user_id = ( SELECT app.caller_user() AS caller_user)) AND (NOT ( SELECT app.caller_is_narrowed() AS caller_is_narrowed))));
GRANT SELECT ON sessions TO autodevops_app;
GRANT INSERT, SELECT, UPDATE (last_seen_at, revoked_at) ON sessions TO autodevops_identity;

CREATE TABLE sign_in_links (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sign_in_links_pkey PRIMARY KEY (token_hash),
    CONSTRAINT sign_in_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
ALTER TABLE sign_in_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX sign_in_links_by_user ON public.sign_in_links USING btree (user_id);
CREATE POLICY identity_keeps ON sign_in_links FOR ALL TO autodevops_identity
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE (used_at) ON sign_in_links TO autodevops_identity;

CREATE TABLE suppressions (
    organization_id uuid NOT NULL,
    repository_id uuid NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL,
    expires_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT suppressions_pkey PRIMARY KEY (organization_id, repository_id, fingerprint),
    CONSTRAINT suppressions_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000))),
    CONSTRAINT suppressions_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL,
    CONSTRAINT suppressions_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE CASCADE
);
ALTER TABLE suppressions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE POLICY adds ON suppressions FOR INSERT TO autodevops_app
    WITH CHECK ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY changes ON suppressions FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY deletes ON suppressions FOR DELETE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY reads ON suppressions FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT DELETE, INSERT, SELECT, UPDATE (reason, expires_at, created_by, created_at) ON suppressions TO autodevops_app;

CREATE TABLE users (
    id uuid NOT NULL,
    github_id bigint,
    login text NOT NULL,
    name text NOT NULL,
    avatar_url text,
    is_operator boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    is_local boolean NOT NULL DEFAULT false,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_github_id_key UNIQUE (github_id)
);
ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE UNIQUE INDEX users_one_local ON public.users USING btree (is_local) WHERE is_local;
CREATE POLICY identity_adds ON users FOR INSERT TO autodevops_identity
    WITH CHECK (true);
CREATE POLICY identity_changes ON users FOR UPDATE TO autodevops_identity
    USING (true);
CREATE POLICY identity_reads ON users FOR SELECT TO autodevops_identity
    USING (true);
CREATE POLICY reads_self_and_colleagues ON users FOR SELECT TO autodevops_app
    USING (((id = ( SELECT app.caller_user() AS caller_user)) OR (id IN ( SELECT organization_members.user_id
   FROM organization_members
  WHERE (organization_members.organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller)))))));
GRANT SELECT ON users TO autodevops_app;
GRANT INSERT, SELECT (id, github_id, login, is_operator, is_local), UPDATE (github_id, login, name, avatar_url) ON users TO autodevops_identity;

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    delivery_id text NOT NULL,
    event text NOT NULL,
    github_repository_id bigint,
    payload bytea NOT NULL,
    received_at timestamp with time zone NOT NULL DEFAULT now(),
    action text,
    installation_id bigint,
    webhook_id uuid,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_delivery_id_key UNIQUE (delivery_id),
    CONSTRAINT webhook_deliveries_action_check CHECK ((length(action) <= 100)),
    CONSTRAINT webhook_deliveries_delivery_id_check CHECK ((length(delivery_id) <= 100))
);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX webhook_deliveries_by_time ON public.webhook_deliveries USING btree (received_at);
CREATE POLICY protocol ON webhook_deliveries FOR ALL TO autodevops_queue
    USING (true);
GRANT DELETE, INSERT, SELECT ON webhook_deliveries TO autodevops_queue;

-- A delivery as one organization has it: each that connected the repository has its own.
CREATE TABLE webhook_receipts (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    repository_id uuid,
    guid text NOT NULL,
    event text NOT NULL,
    action text,
    job_id uuid NOT NULL,
    outcome text,
    received_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT webhook_receipts_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT webhook_receipts_action_check CHECK ((length(action) <= 100)),
    CONSTRAINT webhook_receipts_event_check CHECK ((length(event) <= 100)),
    CONSTRAINT webhook_receipts_guid_check CHECK (((length(guid) >= 1) AND (length(guid) <= 100))),
    CONSTRAINT webhook_receipts_outcome_check CHECK ((length(outcome) <= 400)),
    CONSTRAINT webhook_receipts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
    CONSTRAINT webhook_receipts_organization_id_repository_id_fkey FOREIGN KEY (organization_id, repository_id) REFERENCES repositories(organization_id, id) ON DELETE SET NULL (repository_id)
);
ALTER TABLE webhook_receipts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO autodevops_owner;
CREATE INDEX webhook_receipts_by_delivery ON public.webhook_receipts USING btree (((id)::text));
CREATE INDEX webhook_receipts_by_repository ON public.webhook_receipts USING btree (organization_id, repository_id);
CREATE POLICY changes ON webhook_receipts FOR UPDATE TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller('member'::text) AS organizations_of_caller))));
CREATE POLICY protocol ON webhook_receipts FOR ALL TO autodevops_queue
    USING (true);
CREATE POLICY reads ON webhook_receipts FOR SELECT TO autodevops_app
    USING ((organization_id = ANY (ARRAY( SELECT app.organizations_of_caller() AS organizations_of_caller))));
GRANT SELECT, UPDATE (job_id, outcome) ON webhook_receipts TO autodevops_app;
GRANT DELETE, INSERT, SELECT ON webhook_receipts TO autodevops_queue;

CREATE FUNCTION app.accept_delivery(p_id uuid, p_guid text, p_event text, p_action text, p_repository bigint, p_installation bigint, p_owner bigint, p_webhook uuid, p_payload bytea, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint) RETURNS TABLE(is_new boolean, organization_id uuid, job_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.advance_job(p_job uuid, p_worker uuid, p_fence integer, p_state text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.append_audit(p_organization uuid, p_actor uuid, p_action text, p_target text, p_detail jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity;

CREATE FUNCTION app.audit_hash(p_organization uuid, p_seq bigint, p_at timestamp with time zone, p_actor uuid, p_action text, p_target text, p_detail jsonb, p_previous bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity;

CREATE FUNCTION app.begin_github_sign_in(p_state bytea, p_browser bytea, p_verifier bytea, p_return_to text, p_lifetime interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.caller_is_job() RETURNS boolean
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity, autodevops_queue;

CREATE FUNCTION app.caller_is_narrowed() RETURNS boolean
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity, autodevops_queue;

CREATE FUNCTION app.caller_is_node() RETURNS boolean
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity, autodevops_queue;

CREATE FUNCTION app.caller_operates() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app, autodevops_queue;

CREATE FUNCTION app.caller_user() RETURNS uuid
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity, autodevops_queue;

CREATE FUNCTION app.cancel_job(p_job uuid) RETURNS TABLE(outcome text, organization_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.claim_jobs(p_queue text, p_worker uuid, p_kinds text[], p_slots integer, p_cap integer, p_lease interval, p_waits interval[]) RETURNS TABLE(id uuid, organization_id uuid, queue text, state text, kind text, args jsonb, attempt smallint, max_attempts smallint, fence integer, trace_parent text, run_at timestamp with time zone)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET enable_bitmapscan=off
    SET enable_hashjoin=off
    SET enable_mergejoin=off
    SET enable_seqscan=off
    SET enable_sort=off
    SET jit=off
    SET plan_cache_mode=force_generic_plan
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.complete_github_sign_in(p_state bytea, p_browser bytea, p_user uuid, p_organization uuid, p_github_id bigint, p_login text, p_name text, p_avatar_url text, p_token uuid, p_envelope bytea, p_scopes text, p_expires_at timestamp with time zone, p_refresh_envelope bytea, p_refresh_expires_at timestamp with time zone, p_session uuid, p_user_agent text, p_lifetime interval) RETURNS TABLE(outcome text, person uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.complete_jobs(p_worker uuid, p_jobs uuid[], p_fences integer[]) RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET plan_cache_mode=force_generic_plan
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.create_github_organization(p_organization uuid, p_github_id bigint) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.create_session(p_session uuid, p_user uuid, p_user_agent text, p_lifetime interval) RETURNS timestamp with time zone
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity;

CREATE FUNCTION app.create_sign_in_link(p_hash bytea, p_user uuid, p_lifetime interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.due_membership_syncs(p_every interval, p_limit integer) RETURNS TABLE(id uuid, login text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.end_cancelled_job(p_job uuid, p_worker uuid, p_fence integer, p_reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.end_github_memberships(p_user uuid, p_organization uuid, p_reason text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity;

CREATE FUNCTION app.end_unconfirmed_members(p_patience interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.ensure_local_user(p_user uuid, p_organization uuid, p_login text) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.fail_job(p_job uuid, p_worker uuid, p_fence integer, p_code text, p_error text, p_is_fatal boolean, p_waits interval[]) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.first_id_after(p_at timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.forget_github_member(p_organization uuid, p_member bigint) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.github_token(p_repository uuid DEFAULT NULL::uuid) RETURNS TABLE(id uuid, user_id uuid, envelope bytea, refresh_envelope bytea, expires_at timestamp with time zone, refresh_expires_at timestamp with time zone, revoked_at timestamp with time zone, limited_until timestamp with time zone, scopes text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.guard_job_state() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.heartbeat(p_worker uuid, p_jobs uuid[], p_fences integer[], p_lease interval) RETURNS TABLE(job_id uuid, fence integer, is_lost boolean, is_renewed boolean, is_cancel_requested boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.hold_job(p_job uuid, p_worker uuid, p_fence integer) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.job_statistics() RETURNS TABLE(queue text, waiting bigint, due bigint, running bigint, dead_letters bigint, oldest_due_seconds double precision)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.keep_connected_by() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app;

CREATE FUNCTION app.lock_github_token(p_token uuid) RETURNS TABLE(refresh_envelope bytea, refresh_expires_at timestamp with time zone)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.lock_running_job(p_job uuid, p_worker uuid, p_fence integer) RETURNS jobs
    LANGUAGE sql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.may_use_github_token(p_token uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.missing_deliveries(p_guids text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.note_github_memberships(p_memberships jsonb) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.note_github_token(p_token uuid, p_is_revoked boolean, p_limited_until timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.note_job_added() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.note_job_states() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.now() RETURNS timestamp with time zone
    LANGUAGE sql VOLATILE SECURITY INVOKER
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_identity, autodevops_queue;

CREATE FUNCTION app.organizations_of_caller(p_least text DEFAULT 'viewer'::text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app, autodevops_queue;

CREATE FUNCTION app.person_of_session(p_session uuid, p_user uuid, p_idle interval) RETURNS TABLE(id uuid, login text, is_operator boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.person_of_token(p_hash bytea) RETURNS TABLE(id uuid, login text, is_operator boolean, token_id uuid, organization_id uuid, scopes text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.prune_deliveries(p_keep interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.prune_jobs(p_keep interval, p_limit integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.queue_due_installations(p_limit integer, p_every interval, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint) RETURNS TABLE(organization_id uuid, job_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.queue_due_syncs(p_limit integer, p_every interval, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint) RETURNS TABLE(organization_id uuid, job_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.read_delivery(p_delivery uuid) RETURNS TABLE(event text, action text, payload bytea, webhook_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.reconcile_webhooks(p_since interval, p_limit integer, p_queue text, p_kind text, p_priority smallint, p_max_attempts smallint) RETURNS TABLE(organization_id uuid, job_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.redeem_sign_in_link(p_hash bytea, p_session uuid, p_user_agent text, p_lifetime interval) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.refuse_github_memberships(p_user uuid, p_is_refused boolean) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.replace_github_token(p_token uuid, p_new uuid, p_envelope bytea, p_expires_at timestamp with time zone, p_refresh_envelope bytea, p_refresh_expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.replay_job(p_job uuid, p_replay uuid) RETURNS TABLE(outcome text, organization_id uuid, queue text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.report_progress(p_job uuid, p_worker uuid, p_fence integer, p_data jsonb) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.require_node() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.rescue_expired_jobs(p_now timestamp with time zone, p_limit integer) RETURNS TABLE(id uuid, organization_id uuid, queue text, state text)
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.rescue_jobs(p_limit integer) RETURNS TABLE(id uuid, organization_id uuid, queue text, state text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.revoke_github_authorization(p_person bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.revoke_session(p_session uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.settle_failed_job(p_job jobs, p_code text, p_error text, p_final boolean, p_run_at timestamp with time zone, p_now timestamp with time zone) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.sign_in_link_is_live(p_hash bytea) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.snapshot_holders() RETURNS TABLE(holder text, since timestamp with time zone, transactions bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.snooze_job(p_job uuid, p_worker uuid, p_fence integer, p_delay interval, p_code text, p_reason text) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.take_due_schedules(p_limit integer) RETURNS TABLE(id uuid, cron text, time_zone text, due_at timestamp with time zone, at timestamp with time zone)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.take_github_sign_in(p_state bytea, p_browser bytea) RETURNS TABLE(verifier bytea, return_to text)
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.tick_schedule(p_schedule uuid, p_due timestamp with time zone, p_next timestamp with time zone, p_job uuid, p_queue text, p_kind text, p_args jsonb, p_priority smallint, p_max_attempts smallint) RETURNS TABLE(organization_id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue; EXECUTE autodevops_app;

CREATE FUNCTION app.unlink_github() RETURNS TABLE(id uuid, envelope bytea)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.uuid7() RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.verify_audit(p_noted jsonb DEFAULT '[]'::jsonb) RETURNS TABLE(organization_id uuid, last_seq bigint, last_hash bytea, wrong_seq bigint, problem text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.visible_job(p_job uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET enable_bitmapscan=off
    SET enable_seqscan=off
    SET plan_cache_mode=force_generic_plan
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_owner; EXECUTE autodevops_app, autodevops_queue;

CREATE FUNCTION app.wait_after(p_attempt integer, p_waits interval[]) RETURNS interval
    LANGUAGE sql IMMUTABLE SECURITY INVOKER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_queue;

CREATE FUNCTION app.webhook_of_repository(p_repository uuid) RETURNS TABLE(id uuid, state text, secret bytea, next_secret bytea, tried_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.webhook_secret(p_webhook uuid) RETURNS TABLE(secret bytea, next_secret bytea, github_repository_id bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;

CREATE FUNCTION app.write_audit(p_organization uuid, p_action text, p_target text, p_detail jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path=pg_catalog, pg_temp
    OWNER autodevops_identity; EXECUTE autodevops_app;
