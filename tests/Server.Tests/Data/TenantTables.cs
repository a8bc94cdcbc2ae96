namespace AutoDevOps.Server.Tests.Data;

/// <summary>From what role on somebody may do something; <see cref="Nobody"/>: through functions only, or not at all.</summary>
internal enum Least
{
    Viewer = 1,
    Member,
    Admin,
    Owner,
    Nobody,
}

/// <summary>What each role may do to one table, and a row that must be there to try it on.</summary>
/// <param name="Columns">Beside the organization, of a new row.</param>
/// <param name="Values">With @id, @user, @repository, @analysis, @spare and @job; a new row must differ from the one that is there.</param>
/// <param name="Change">A column and its new value.</param>
/// <param name="JobChanges">A running job may change what no member may.</param>
internal sealed record TenantTable(
    string Name, Least Read, Least Add, Least Alter, Least Delete, string Columns, string Values, string Change, bool JobChanges = false)
{
    private string Key => Name == "organizations" ? "id" : "organization_id";

    public string Insert => $"INSERT INTO {Name} ({Key}, {Columns}) VALUES (@organization, {Values})";

    public IEnumerable<(string Verb, string Sql, Least Least)> Probes =>
    [
        ("read", $"SELECT {Key} FROM {Name} WHERE {Key} = @organization", Read),
        ("add", Insert, Add),
        // Without RETURNING or a look at other columns, so that only the verb itself is tried.
        ("change", $"UPDATE {Name} SET {Change} WHERE {Key} = @organization", Alter),
        ("delete", $"DELETE FROM {Name} WHERE {Key} = @organization", Delete),
    ];
}

internal static class TenantTables
{
    public static IReadOnlyList<TenantTable> All { get; } =
    [
        new("organizations", Least.Viewer, Least.Nobody, Least.Admin, Least.Owner, "name", "'x'", "name = 'x'"),
        new("organization_members", Least.Viewer, Least.Admin, Least.Admin, Least.Admin, "user_id, role", "@newcomer, 'viewer'", "role = 'viewer'"),
        new("organization_policies", Least.Viewer, Least.Admin, Least.Nobody, Least.Nobody,
            "revision, text", "1 + (SELECT count(*) FROM organization_policies WHERE organization_id = @organization), 'x'", "text = 'x'"),
        new("repositories", Least.Viewer, Least.Admin, Least.Admin, Least.Owner,
            "id, source, location, name", "@id, 'git', 'https://example.com/' || @id, 'x'", "name = 'x'", JobChanges: true),
        new("analyses", Least.Viewer, Least.Member, Least.Member, Least.Owner, "id, repository_id, job_id, kind", "@id, @repository, @job, 'full'", "failure = 'x'"),
        new("findings", Least.Viewer, Least.Member, Least.Member, Least.Owner,
            "id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line, message, fingerprint, state",
            "@id, @repository, @analysis, 'X1', 'x', 'security', 'low', 1, 'p', 1, 1, 'm', 'f', 'new'", "message = 'x'"),
        new("suppressions", Least.Viewer, Least.Member, Least.Member, Least.Member, "repository_id, fingerprint, reason", "@repository, @id, 'r'", "reason = 'x'"),
        // Of a repository that has none.
        new("schedules", Least.Viewer, Least.Member, Least.Member, Least.Member, "id, repository_id, cron",
            "@id, (SELECT id FROM repositories AS r WHERE organization_id = @organization AND NOT EXISTS (SELECT FROM schedules WHERE repository_id = r.id) LIMIT 1), '0 5 * * *'",
            "kind = 'security'"),
        new("score_history", Least.Viewer, Least.Member, Least.Member, Least.Owner, "repository_id, analysis_id, rule_set", "@repository, @spare, 'x'", "rule_set = 'y'"),
        new("pipelines", Least.Viewer, Least.Member, Least.Member, Least.Owner, "id, repository_id, job_id, platform", "@id, @repository, @job, 'github'", "failure = 'x'"),
        new("github_installations", Least.Viewer, Least.Admin, Least.Admin, Least.Admin,
            "installation_id, account_id, account_login, account_type", "hashtext(@id::text), 1, 'x', 'User'", "account_login = 'y'", JobChanges: true),
        // Of a repository that has none.
        new("repository_webhooks", Least.Viewer, Least.Member, Least.Member, Least.Member, "id, repository_id, secret",
            "@id, (SELECT id FROM repositories AS r WHERE organization_id = @organization AND NOT EXISTS (SELECT FROM repository_webhooks WHERE repository_id = r.id) LIMIT 1), '\\x00'",
            "failure = 'x'"),
        new("webhook_receipts", Least.Viewer, Least.Nobody, Least.Member, Least.Nobody, "id, guid, event, job_id", "@id, 'x', 'push', @job", "outcome = 'x'"),
        new("proposals", Least.Viewer, Least.Member, Least.Member, Least.Owner,
            "id, repository_id, kind, subject_id, job_id, branch", "@id, @repository, 'fix', @id, @job, @id::text", "failure = 'x'"),
        new("published_results", Least.Viewer, Least.Member, Least.Member, Least.Owner, "analysis_id", "@spare", "failure = 'x'"),
        new("artifacts", Least.Viewer, Least.Member, Least.Member, Least.Owner, "id, repository_id, name, media_type, content", "@id, @repository, 'x', 'text/plain', '\\x00'", "name = 'y'"),
        new("jobs", Least.Viewer, Least.Member, Least.Nobody, Least.Nobody, "id, queue, kind, args", "@id, 'sync', 'x', '{}'", "state = 'active'"),
        new("job_events", Least.Viewer, Least.Nobody, Least.Nobody, Least.Nobody, "job_id, seq, kind", "@job, 99, 'log'", "seq = seq"),
        new("api_tokens", Least.Nobody, Least.Nobody, Least.Nobody, Least.Nobody,
            "id, user_id, name, token_hash, scopes, expires_at", "@id, @user, 'x', decode(md5(@id::text), 'hex'), '{}', now()", "revoked_at = now()"),
        new("idempotency_keys", Least.Nobody, Least.Nobody, Least.Nobody, Least.Nobody, "user_id, key, request_hash", "@user, @id, '\\x00'", "response = '{}'"),
        new("ai_usage", Least.Viewer, Least.Member, Least.Member, Least.Owner, "id, provider, model, state, tokens", "@id, 'x', 'x', 'reserved', 1", "state = 'settled'"),
        new("ai_cache", Least.Viewer, Least.Member, Least.Member, Least.Member,
            "repository_id, commit_sha, prompt_hash, model, response", "@repository, @id, '\\x00', 'x', '{}'", "response = '[]'"),
        new("audit_log", Least.Admin, Least.Nobody, Least.Nobody, Least.Nobody,
            "seq, at, action, target, previous_hash, hash", "1 + (SELECT count(*) FROM audit_log), now(), 'x', 'x', '\\x', '\\x'", "action = 'y'"),
        new("alerts", Least.Admin, Least.Nobody, Least.Nobody, Least.Nobody, "id, kind, detail", "@id, 'x', '{}'", "resolved_at = now()"),
    ];
}
