namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>What a row has in columns for which their type does not say it: SQL expressions, or null for nothing.</summary>
internal static class RowValues
{
    /// <param name="Canary">Of this row and column.</param>
    public sealed record Row(RowWriter Writer, char Owner, int Number, string Canary)
    {
        public string Id(string table, int row = 1) => $"'{Writer.Id(table, Owner, row)}'";
    }

    /// <summary>By table and column. Analysis 1 has a result, analysis 2 failed, the others have just begun.</summary>
    public static IReadOnlyDictionary<string, Func<Row, string?>> Special { get; } = new Dictionary<string, Func<Row, string?>>(StringComparer.Ordinal)
    {
        // The one of an installation on one machine is another.
        ["users.is_local"] = _ => null,
        ["users.github_id"] = row => row switch { { Owner: 'A', Number: 6 } => "660", { Owner: 'A', Number: 3 } => "330", _ => null },
        ["organizations.github_id"] = row => row.Number > 1 ? null : row.Owner == 'A' ? "940" : "950",
        ["organization_members.source"] = row => row is { Owner: 'A', Number: 5 or 6 } or { Owner: 'B', Number: 2 } ? "'github'" : null,
        ["github_tokens.revoked_at"] = _ => null,
        // Whom GitHub is to be asked about, and whom it did not confirm for long.
        ["github_tokens.memberships_at"] = row => row is { Owner: 'A', Number: 6 } ? "'epoch'" : null,
        ["organization_members.confirmed_at"] = row => row is { Owner: 'A', Number: 6 } or { Owner: 'B', Number: 2 } ? "now() - interval '30 days'" : "now()",
        ["repositories.source"] = row => row.Number == 2 ? "'github'" : "'git'",
        ["repositories.github_id"] = row => row.Number == 2 ? "77" : null,
        // The third was connected by somebody who is no member any more.
        ["repositories.connected_by"] = row => row.Number switch { 1 => row.Id("users"), 3 => $"'{row.Writer.Id("users", 'F', 3)}'", _ => null },
        ["repositories.sync_at"] = row => row.Number == 2 ? "'epoch'" : null,
        ["repository_webhooks.hook_id"] = row => row.Number == 1 ? "5" : null,
        ["repository_webhooks.state"] = row => row.Number == 2 ? "'removing'" : "'active'",
        ["repositories.location"] = row => $"'https://git.example.com/{row.Canary}'",
        ["analyses.job_id"] = JobOf,
        ["analyses.kind"] = _ => "'full'",
        ["analyses.overall"] = row => row.Number == 1 ? "71" : null,
        ["analyses.finished_at"] = row => row.Number <= 2 ? "now()" : null,
        ["analyses.failure"] = row => row.Number == 1 ? null : $"'{row.Canary}'",
        ["analyses.scores"] = _ => """'{"overall": 71, "security": 65, "ci_cd": 80, "code_quality": 92, "dependencies": null, "performance": 100}'""",
        ["analyses.model"] = row => $$"""
            '{"components": [{"path": ".", "name": "{{row.Canary}}", "ecosystem": "node", "frameworks": [], "packageManager": null, "runtimes": [], "commands": [], "services": []}],
              "ci": [], "notInferred": [{"component": ".", "what": "{{row.Canary}}", "why": "{{row.Canary}}"}]}'
            """,
        ["analyses.coverage"] = _ => """'{"files": 3, "read": 2, "skipped": [{"reason": "binary", "count": 1}]}'""",
        ["analyses.diagnostics"] = row => $$"""'[{"path": "{{row.Canary}}", "line": 1, "message": "{{row.Canary}}"}]'""",
        ["findings.category"] = _ => "'security'",
        ["findings.severity"] = _ => "'high'",
        ["findings.state"] = row => row.Number == 1 ? "'existing'" : "'suppressed'",
        ["findings.rule_id"] = _ => "'GHA010'",
        ["findings.excerpt_line"] = _ => "1",
        ["findings.fix"] = row => $$"""'{"description": "{{row.Canary}}", "path": "{{row.Canary}}", "edits": [{"startLine": 1, "endLine": 1, "text": "{{row.Canary}}"}]}'""",
        // The suppression of the finding with the same number.
        ["suppressions.fingerprint"] = row => $"'{row.Writer.Canary.Of(row.Owner, "findings", "fingerprint", row.Number)}'",
        ["score_history.analysis_id"] = row => row.Id("analyses", row.Number),
        ["score_history.overall"] = _ => "71",
        // A repository has one.
        ["schedules.next_at"] = _ => "'epoch'",
        ["schedules.repository_id"] = row => row.Id("repositories", row.Number),
        ["repository_webhooks.repository_id"] = row => row.Id("repositories", row.Number),
        ["published_results.analysis_id"] = row => row.Id("analyses", row.Number),
        ["oauth_states.expires_at"] = _ => "now() + interval '1 hour'",
        ["pipelines.job_id"] = JobOf,
        ["pipelines.finished_at"] = row => row.Number == 1 ? "now()" : null,
        ["pipelines.failure"] = row => row.Number == 1 ? null : $"'{row.Canary}'",
        ["pipelines.platform"] = _ => "'github'",
        ["pipelines.is_proven"] = _ => "true",
        ["pipelines.files"] = row => $$"""
            '[{"path": ".github/workflows/{{row.Canary}}.yml", "text": "# {{row.Canary}}\nname: ci\n", "existing": "# {{row.Canary}}\n", "lineEvidence": [{"line": 1, "evidence": [{"path": "{{row.Canary}}", "line": 1, "excerpt": "{{row.Canary}}"}], "confidence": 0.9}]}]'
            """,
        ["pipelines.checks"] = row => $$"""'[{"name": "{{row.Canary}}", "passed": true, "detail": "{{row.Canary}}"}]'""",
        ["pipelines.not_inferred"] = row => $$"""'[{"component": ".", "what": "{{row.Canary}}", "why": "{{row.Canary}}"}]'""",
        ["pipelines.required_secrets"] = row => $"""'["{row.Canary}"]'""",
        ["jobs.queue"] = _ => "'analysis'",
        ["jobs.args"] = row => $$"""'{"analysis_id": "{{row.Writer.Id("analyses", row.Owner, row.Number)}}", "canary": "{{row.Canary}}"}'""",
        // Of the events that the triggers wrote, the first numbers are taken.
        ["job_events.seq"] = row => (100 + row.Number).ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["job_events.kind"] = _ => "'progress'",
        ["job_events.data"] = row => $$"""'{"stage": "{{row.Canary}}", "done": 1, "total": 2}'""",
        ["queues.cursor"] = _ => null,
        ["audit_log.seq"] = row => (100 + row.Number).ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["ai_usage.tokens"] = _ => "1",
        // Never old enough to be taken for left over.
        ["sessions.expires_at"] = _ => "now() + interval '1 hour'",
        ["sign_in_links.expires_at"] = _ => "now() + interval '1 hour'",
        ["api_tokens.expires_at"] = _ => "now() + interval '1 hour'",
    };

    // The second failed, as its job did; the others wait for the first job.
    private static string JobOf(Row row) => row.Id("jobs", row is { Owner: 'A', Number: 2 } ? RowNumbers.Dead : 1);
}
