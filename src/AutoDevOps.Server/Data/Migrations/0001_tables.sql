-- Every tenant table has organization_id, and its keys and references include it: a plain foreign key or a global unique
-- constraint would tell one tenant what another has. The primary key is (organization_id, id) for another reason as well: with an index of
-- ids alone, a look-up of another tenant's row would read that row before the policy hides it, and take longer than one of no row.
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO autodevops_app, autodevops_queue, autodevops_identity;
GRANT CREATE ON SCHEMA app TO autodevops_queue, autodevops_identity;

CREATE TABLE users (
    id          uuid PRIMARY KEY,
    github_id   bigint UNIQUE,
    login       text NOT NULL,
    name        text NOT NULL,
    avatar_url  text,
    is_operator boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN users.github_id IS 'The identity; null for the person of a local installation.';
COMMENT ON COLUMN users.is_operator IS 'May see how the installation itself is doing. Says nothing about any tenant''s rows.';

CREATE TABLE organizations (
    id               uuid PRIMARY KEY,
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    github_id        bigint,
    personal_user_id uuid REFERENCES users (id),
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_members (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX organization_members_by_user ON organization_members (user_id, organization_id);

CREATE TABLE repositories (
    id                uuid NOT NULL,
    organization_id   uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    source            text NOT NULL CHECK (source IN ('local', 'git', 'github')),
    location          text NOT NULL CHECK (length(location) BETWEEN 1 AND 2000),
    github_id         bigint,
    name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    default_branch    text,
    archived          boolean NOT NULL DEFAULT false,
    settings          jsonb NOT NULL DEFAULT '{}',
    connected_at      timestamptz NOT NULL DEFAULT now(),
    disconnected_at   timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, source, location)
);
COMMENT ON COLUMN repositories.location IS 'An absolute folder, an https address, or owner/name on GitHub.';
COMMENT ON COLUMN repositories.disconnected_at IS 'History is kept; connecting again clears it.';

CREATE TABLE analyses (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    job_id          uuid NOT NULL,
    baseline_id     uuid,
    kind            text NOT NULL CHECK (kind IN ('full', 'security', 'performance', 'ci_cd')),
    ref             text CHECK (length(ref) <= 255),
    commit_sha      text,
    is_dirty        boolean NOT NULL DEFAULT false,
    rule_set        text,
    overall         smallint CHECK (overall BETWEEN 0 AND 100),
    scores          jsonb,
    model           jsonb,
    coverage        jsonb,
    diagnostics     jsonb,
    files           integer,
    bytes           bigint,
    duration_ms     integer,
    failure         text,
    requested_by    uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, baseline_id) REFERENCES analyses (organization_id, id) ON DELETE SET NULL (baseline_id)
);
COMMENT ON COLUMN analyses.is_dirty IS 'A local folder had changes that no commit has.';
COMMENT ON COLUMN analyses.finished_at IS 'Set with the result or with the failure; until then the job says how far it is.';
CREATE INDEX analyses_by_repository ON analyses (organization_id, repository_id, id DESC);
CREATE INDEX analyses_by_baseline ON analyses (organization_id, baseline_id);

CREATE TABLE findings (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    analysis_id     uuid NOT NULL,
    rule_id         text NOT NULL,
    rule_name       text NOT NULL,
    category        text NOT NULL CHECK (category IN ('security', 'performance', 'code_quality', 'ci_cd', 'dependencies')),
    severity        text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')),
    severity_rank   smallint NOT NULL GENERATED ALWAYS AS (
        CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) STORED,
    confidence      real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    points          real NOT NULL DEFAULT 0 CHECK (points >= 0),
    path            text NOT NULL,
    start_line      integer NOT NULL CHECK (start_line >= 0),
    end_line        integer NOT NULL CHECK (end_line >= start_line),
    start_column    integer NOT NULL DEFAULT 0,
    end_column      integer NOT NULL DEFAULT 0,
    message         text NOT NULL,
    fingerprint     text NOT NULL,
    state           text NOT NULL CHECK (state IN ('new', 'existing', 'fixed', 'suppressed')),
    excerpt         text,
    excerpt_line    integer,
    fix             jsonb,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN findings.points IS 'What the finding takes off its category''s score.';
COMMENT ON COLUMN findings.excerpt_line IS 'The number of the excerpt''s first line.';
CREATE INDEX findings_by_rank ON findings (organization_id, analysis_id, severity_rank DESC, id);
CREATE INDEX findings_by_repository ON findings (organization_id, repository_id);

CREATE TABLE suppressions (
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    fingerprint     text NOT NULL,
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    expires_at      timestamptz,
    created_by      uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, repository_id, fingerprint),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE score_history (
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    analysis_id     uuid NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    rule_set        text NOT NULL,
    overall         smallint,
    security        smallint,
    performance     smallint,
    code_quality    smallint,
    ci_cd           smallint,
    dependencies    smallint,
    PRIMARY KEY (organization_id, analysis_id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, analysis_id) REFERENCES analyses (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX score_history_by_repository ON score_history (organization_id, repository_id, at DESC);

CREATE TABLE pipelines (
    id               uuid NOT NULL,
    organization_id  uuid NOT NULL,
    repository_id    uuid NOT NULL,
    job_id           uuid NOT NULL,
    platform         text NOT NULL CHECK (length(platform) <= 40),
    options          jsonb NOT NULL DEFAULT '{}',
    commit_sha       text,
    files            jsonb,
    checks           jsonb,
    not_inferred     jsonb,
    required_secrets jsonb,
    is_proven        boolean,
    failure          text,
    requested_by     uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    finished_at      timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX pipelines_by_repository ON pipelines (organization_id, repository_id, id DESC);

CREATE TABLE artifacts (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    media_type      text NOT NULL,
    content         bytea NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX artifacts_by_repository ON artifacts (organization_id, repository_id);

CREATE TABLE jobs (
    id                  uuid PRIMARY KEY,
    organization_id     uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    queue               text NOT NULL CHECK (length(queue) BETWEEN 1 AND 40),
    kind                text NOT NULL CHECK (length(kind) BETWEEN 1 AND 60),
    args                jsonb NOT NULL,
    state               text NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'active', 'processing', 'ai_request', 'retrying', 'failed', 'completed', 'dead_letter', 'cancelled')),
    priority            smallint NOT NULL DEFAULT 1,
    attempt             smallint NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts        smallint NOT NULL DEFAULT 4 CHECK (max_attempts BETWEEN 1 AND 20),
    rescues             smallint NOT NULL DEFAULT 0,
    fence               integer NOT NULL DEFAULT 0,
    run_at              timestamptz NOT NULL DEFAULT now(),
    dedupe_key          text CHECK (length(dedupe_key) <= 200),
    worker_id           uuid,
    lease_until         timestamptz,
    cancel_requested_at timestamptz,
    error               text,
    error_code          text,
    event_seq           integer NOT NULL DEFAULT 0,
    replay_of           uuid,
    requested_by        uuid REFERENCES users (id) ON DELETE SET NULL,
    trace_parent        text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    UNIQUE (organization_id, id),
    CHECK ((lease_until IS NOT NULL) = (state IN ('active', 'processing', 'ai_request'))),
    CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'dead_letter', 'cancelled')))
);
COMMENT ON COLUMN jobs.attempt IS 'The running or last attempt, from 1; 0 before the first. A snooze gives it back.';
COMMENT ON COLUMN jobs.fence IS 'Grows with every claim: a write that carries an older one is refused. Not the attempt, which a snooze gives back.';
COMMENT ON COLUMN jobs.replay_of IS 'The dead letter that this job tries again; dead letters themselves never move.';
CREATE INDEX jobs_waiting ON jobs (queue, organization_id, priority, run_at, id) WHERE state IN ('pending', 'retrying', 'failed');
CREATE INDEX jobs_running ON jobs (queue, organization_id) WHERE state IN ('active', 'processing', 'ai_request');
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE lease_until IS NOT NULL;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (organization_id, dedupe_key)
    WHERE dedupe_key IS NOT NULL AND state NOT IN ('completed', 'dead_letter', 'cancelled');
-- The table is small and hot: rows die quickly, so they are cleaned up early.
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1, fillfactor = 70);

CREATE TABLE job_events (
    organization_id uuid NOT NULL,
    job_id          uuid NOT NULL,
    seq             integer NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid             xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind            text NOT NULL CHECK (kind IN ('state', 'progress', 'log')),
    from_state      text,
    to_state        text,
    attempt         smallint NOT NULL DEFAULT 0,
    data            jsonb,
    PRIMARY KEY (job_id, seq),
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN job_events.xid IS 'The writing transaction. A reader that stops below pg_snapshot_xmin() misses no event that commits late.';
CREATE INDEX job_events_stream ON job_events (organization_id, xid, job_id, seq);

CREATE TABLE job_transitions (
    from_state    text NOT NULL,
    to_state      text NOT NULL,
    between_state text,
    PRIMARY KEY (from_state, to_state)
);
COMMENT ON TABLE job_transitions IS 'The job state machine: the trigger refuses, and the tests try, exactly what is not here.';
COMMENT ON COLUMN job_transitions.between_state IS 'Two transitions in one update, by way of this state; both are noted.';
INSERT INTO job_transitions (from_state, to_state) VALUES
    ('pending', 'active'), ('pending', 'failed'), ('pending', 'cancelled'),
    ('active', 'processing'), ('active', 'failed'), ('active', 'cancelled'),
    ('processing', 'ai_request'), ('processing', 'completed'), ('processing', 'failed'), ('processing', 'cancelled'),
    ('ai_request', 'completed'), ('ai_request', 'retrying'), ('ai_request', 'failed'), ('ai_request', 'cancelled'),
    ('retrying', 'pending'), ('retrying', 'dead_letter'), ('retrying', 'cancelled'),
    ('failed', 'pending'), ('failed', 'dead_letter'), ('failed', 'cancelled');
INSERT INTO job_transitions (from_state, between_state, to_state) VALUES
    ('retrying', 'pending', 'active'), ('failed', 'pending', 'active'), ('active', 'processing', 'completed');

CREATE TABLE queues (
    name   text PRIMARY KEY,
    cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
);
COMMENT ON COLUMN queues.cursor IS 'The organization served last; the next claim begins after it.';
INSERT INTO queues (name) VALUES ('analysis'), ('sync'), ('ci_generation');

CREATE TABLE github_tokens (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    envelope   bytea NOT NULL,
    scopes     text NOT NULL DEFAULT '',
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent   text CHECK (length(user_agent) <= 400),
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);

CREATE TABLE sign_in_links (
    token_hash bytea PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE TABLE api_tokens (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    token_hash      bytea NOT NULL UNIQUE,
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE webhook_deliveries (
    id                   uuid PRIMARY KEY,
    delivery_id          text NOT NULL UNIQUE CHECK (length(delivery_id) <= 100),
    event                text NOT NULL,
    github_repository_id bigint,
    payload              bytea NOT NULL,
    received_at          timestamptz NOT NULL DEFAULT now(),
    processed_at         timestamptz
);

CREATE TABLE ai_usage (
    id              uuid NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    repository_id   uuid,
    user_id         uuid REFERENCES users (id) ON DELETE SET NULL,
    job_id          uuid,
    provider        text NOT NULL,
    model           text NOT NULL,
    state           text NOT NULL CHECK (state IN ('reserved', 'settled', 'released')),
    tokens          bigint NOT NULL CHECK (tokens >= 0),
    cost_micros     bigint NOT NULL DEFAULT 0 CHECK (cost_micros >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE SET NULL (repository_id)
);
COMMENT ON COLUMN ai_usage.cost_micros IS 'Millionths of a US dollar.';
CREATE INDEX ai_usage_by_time ON ai_usage (organization_id, created_at);
CREATE INDEX ai_usage_by_repository ON ai_usage (organization_id, repository_id);

CREATE TABLE ai_cache (
    organization_id uuid NOT NULL,
    repository_id   uuid NOT NULL,
    commit_sha      text NOT NULL,
    prompt_hash     bytea NOT NULL,
    model           text NOT NULL,
    response        jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, repository_id, commit_sha, prompt_hash, model),
    FOREIGN KEY (organization_id, repository_id) REFERENCES repositories (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE audit_log (
    organization_id uuid NOT NULL,
    seq             bigint NOT NULL,
    at              timestamptz NOT NULL,
    actor           uuid,
    action          text NOT NULL,
    target          text NOT NULL,
    detail          jsonb NOT NULL DEFAULT '{}',
    previous_hash   bytea NOT NULL,
    hash            bytea NOT NULL,
    PRIMARY KEY (organization_id, seq)
);
COMMENT ON TABLE audit_log IS 'Refers to nothing: it outlives the organization that it is about.';

CREATE TABLE nodes (
    id           uuid PRIMARY KEY,
    role         text NOT NULL,
    host         text NOT NULL,
    version      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    cpu_percent  real,
    memory_bytes bigint,
    p99_ms       real,
    running_jobs integer
);

CREATE TABLE scaling_decisions (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    pool       text NOT NULL,
    from_count integer NOT NULL,
    to_count   integer NOT NULL,
    reason     text NOT NULL,
    inputs     jsonb NOT NULL
);

CREATE TABLE alerts (
    id              uuid PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
    kind            text NOT NULL,
    detail          jsonb NOT NULL,
    raised_at       timestamptz NOT NULL DEFAULT now(),
    resolved_at     timestamptz
);
COMMENT ON COLUMN alerts.organization_id IS 'Null when it is about the installation: then only operators see it.';
