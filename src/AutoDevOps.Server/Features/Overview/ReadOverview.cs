using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui.Text;
using Dapper;

namespace AutoDevOps.Server.Features.Overview;

/// <summary>Reads the fleet: every connected repository with what its newest analysis says, what needs attention first.</summary>
internal static class ReadOverview
{
    /// <summary>The most repositories that one page lists.</summary>
    public const int MaxRepositories = 200;

    public sealed record Repository(
        Guid Id, string Name, string Source, string Location, Guid? AnalysisId, int? Overall, DateTime? AnalysedAt,
        int Critical, int High, int Medium, int Low, int Info, string? History, string? Ci, bool LacksCi, int CiFindings, bool HasFailed)
    {
        /// <summary>The newest scores, the oldest of them first.</summary>
        public IReadOnlyList<int> Trend => History is null ? [] : [.. History.Split(',').Select(score => int.Parse(score, CultureInfo.InvariantCulture))];

        public SeverityCount Open => new(Critical, High, Medium, Low, Info);
    }

    public sealed record Finding(
        Guid Id, string RuleName, string Severity, string Message, string Path, int StartLine, Guid RepositoryId, string Repository);

    public sealed record Job(Guid Id, string Kind, string State, string Repository, DateTime CreatedAt);

    public sealed record Result(IReadOnlyList<Repository> Repositories, IReadOnlyList<Finding> Worst, IReadOnlyList<Job> Jobs);

    public static Task<Result> ReadAsync(Db db, CurrentUser user, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                await using var reader = await connection.QueryMultipleAsync(
                    new CommandDefinition(Sql.Repositories + Sql.Worst + Sql.Jobs, new { limit = MaxRepositories }, cancellationToken: cancellationToken));
                return new Result(
                    (await reader.ReadAsync<Repository>()).AsList(), (await reader.ReadAsync<Finding>()).AsList(), (await reader.ReadAsync<Job>()).AsList());
            },
            cancellationToken);

    private static class Sql
    {
        public const string Repositories = $"""
            SELECT r.id, r.name, r.source, r.location, a.id AS analysisid, a.overall::int AS overall, a.finished_at AS analysedat,
                   coalesce(f.critical, 0)::int AS critical, coalesce(f.high, 0)::int AS high, coalesce(f.medium, 0)::int AS medium,
                   coalesce(f.low, 0)::int AS low, coalesce(f.info, 0)::int AS info, h.history,
                   (SELECT string_agg(DISTINCT file ->> 'vendor', ', ') FROM jsonb_array_elements(a.model -> 'ci') AS file) AS ci,
                   coalesce(f.lacksci, false) AS lacksci, coalesce(f.ci, 0)::int AS cifindings, {LatestAnalysis.HasFailed} AS hasfailed
            FROM repositories AS r
            LEFT JOIN LATERAL (
                SELECT id, organization_id, overall, finished_at, model FROM analyses
                WHERE organization_id = r.organization_id AND repository_id = r.id AND {LatestAnalysis.Condition}
                ORDER BY id DESC LIMIT 1) AS a ON true
            LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE severity = 'critical') AS critical, count(*) FILTER (WHERE severity = 'high') AS high,
                       count(*) FILTER (WHERE severity = 'medium') AS medium, count(*) FILTER (WHERE severity = 'low') AS low,
                       count(*) FILTER (WHERE severity = 'info') AS info, count(*) FILTER (WHERE category = 'ci_cd') AS ci,
                       bool_or(rule_name = 'no-ci') AS lacksci
                FROM findings WHERE organization_id = a.organization_id AND analysis_id = a.id AND state IN ('new', 'existing')) AS f ON true
            LEFT JOIN LATERAL (
                SELECT string_agg(newest.overall::text, ',' ORDER BY newest.at) AS history FROM (
                    SELECT overall, at FROM score_history
                    WHERE organization_id = r.organization_id AND repository_id = r.id AND overall IS NOT NULL
                    ORDER BY at DESC LIMIT 20) AS newest) AS h ON true
            WHERE r.disconnected_at IS NULL
            ORDER BY hasfailed DESC, coalesce(f.critical, 0) DESC, coalesce(f.high, 0) DESC, a.overall NULLS LAST, r.name, r.id
            LIMIT @limit;
            """;

        public const string Worst = $"""
            SELECT f.id, f.rule_name AS rulename, f.severity, f.message, f.path, f.start_line AS startline, r.id AS repositoryid, r.name AS repository
            FROM repositories AS r
            CROSS JOIN LATERAL (
                SELECT organization_id, id FROM analyses
                WHERE organization_id = r.organization_id AND repository_id = r.id AND {LatestAnalysis.Condition}
                ORDER BY id DESC LIMIT 1) AS a
            CROSS JOIN LATERAL (
                SELECT * FROM findings
                WHERE organization_id = a.organization_id AND analysis_id = a.id AND severity_rank >= 3 AND state IN ('new', 'existing')
                ORDER BY severity_rank DESC, id LIMIT 8) AS f
            WHERE r.disconnected_at IS NULL
            ORDER BY f.severity_rank DESC, f.points DESC, f.id
            LIMIT 8;
            """;

        public const string Jobs = """
            SELECT j.id, j.kind, j.state, coalesce(r.name, '') AS repository, j.created_at AS createdat
            FROM jobs AS j
            LEFT JOIN analyses AS a ON a.organization_id = j.organization_id AND a.id = (j.args ->> 'analysis_id')::uuid
            LEFT JOIN pipelines AS p ON p.organization_id = j.organization_id AND p.id = (j.args ->> 'pipeline_id')::uuid
            LEFT JOIN repositories AS r ON r.organization_id = j.organization_id AND r.id = coalesce(a.repository_id, p.repository_id)
            WHERE j.state IN ('pending', 'active', 'processing', 'ai_request', 'retrying', 'failed')
            ORDER BY j.id DESC
            LIMIT 10;
            """;
    }
}
