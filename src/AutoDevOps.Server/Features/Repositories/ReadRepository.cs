using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using AutoDevOps.Server.Ui.Text;
using Dapper;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads what a repository's page shows.</summary>
internal static class ReadRepository
{
    public sealed record Repository(
        Guid Id, string Name, string Source, string Location, string? DefaultBranch, DateTime ConnectedAt, DateTime? DisconnectedAt, bool MayWrite, bool MayManage);

    public sealed record Latest(Guid Id, string? Scores, string? Model, DateTime FinishedAt, string? CommitSha, bool IsDirty, int Critical, int High, int Medium, int Low, int Info)
    {
        public SeverityCount Open => new(Critical, High, Medium, Low, Info);

        public StoredScores? Card => Stored.Read<StoredScores>(Scores);
    }

    /// <param name="IsSuppressed">Since the analysis: its points are lost until the next one.</param>
    public sealed record Lost(Guid Id, string Category, string Severity, string Message, string Path, int StartLine, double Points, bool IsSuppressed);

    public sealed record Score(Guid AnalysisId, DateTime At, int Overall, string RuleSet);

    public sealed record Pipeline(Guid Id, string Platform, DateTime CreatedAt, DateTime? FinishedAt, bool? IsProven, string? Failure);

    public sealed record Analysis(Guid Id, string Kind, string? Ref, DateTime CreatedAt, DateTime? FinishedAt, int? Overall, string? Failure, string? State);

    public sealed record Result(
        Repository Repository, Latest? Latest, IReadOnlyList<Lost> Lost, IReadOnlyList<Score> History, IReadOnlyList<Pipeline> Pipelines,
        IReadOnlyList<Analysis> Analyses, Schedule? Schedule, RepositoryOnGitHub? GitHub);

    public sealed record Schedule(string Cron, string TimeZone, string Kind, DateTime? NextAt);

    public static Task<Result?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                await using var reader = await connection.QueryMultipleAsync(new CommandDefinition(
                    Sql.Repository + Sql.Latest + Sql.Lost + Sql.History + Sql.Pipelines + Sql.Analyses + Sql.Schedule + Sql.GitHub, new { id }, cancellationToken: cancellationToken));
                var repository = await reader.ReadSingleOrDefaultAsync<Repository>();
                return repository is null
                    ? null
                    : new Result(
                        repository,
                        await reader.ReadSingleOrDefaultAsync<Latest>(),
                        (await reader.ReadAsync<Lost>()).AsList(),
                        (await reader.ReadAsync<Score>()).AsList(),
                        (await reader.ReadAsync<Pipeline>()).AsList(),
                        (await reader.ReadAsync<Analysis>()).AsList(),
                        await reader.ReadSingleOrDefaultAsync<Schedule>(),
                        await reader.ReadSingleOrDefaultAsync<RepositoryOnGitHub>());
            },
            cancellationToken);

    private static class Sql
    {
        public const string Repository = """
            SELECT id, name, source, location, default_branch AS defaultbranch, connected_at AS connectedat, disconnected_at AS disconnectedat,
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite,
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS maymanage
            FROM repositories WHERE id = @id::uuid;
            """;

        public const string Latest = $"""
            SELECT a.id, a.scores, a.model, a.finished_at AS finishedat, a.commit_sha AS commitsha, a.is_dirty AS isdirty,
                   f.critical::int, f.high::int, f.medium::int, f.low::int, f.info::int
            FROM (SELECT * FROM analyses
                  WHERE repository_id = @id::uuid AND {LatestAnalysis.Condition} ORDER BY id DESC LIMIT 1) AS a
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE severity = 'critical') AS critical, count(*) FILTER (WHERE severity = 'high') AS high,
                       count(*) FILTER (WHERE severity = 'medium') AS medium, count(*) FILTER (WHERE severity = 'low') AS low,
                       count(*) FILTER (WHERE severity = 'info') AS info
                FROM findings WHERE organization_id = a.organization_id AND analysis_id = a.id AND state IN ('new', 'existing')) AS f;
            """;

        public const string Lost = $"""
            SELECT id, category, severity, message, path, startline, points::float8 AS points, state = 'suppressed' AS issuppressed FROM (
                SELECT f.id, f.category, f.severity, f.message, f.path, f.start_line AS startline, f.points, f.state,
                       row_number() OVER (PARTITION BY f.category ORDER BY f.points DESC, f.id) AS place
                FROM (SELECT organization_id, id FROM analyses
                      WHERE repository_id = @id::uuid AND {LatestAnalysis.Condition} ORDER BY id DESC LIMIT 1) AS a
                JOIN findings AS f ON f.organization_id = a.organization_id AND f.analysis_id = a.id
                WHERE f.points > 0) AS ranked
            WHERE place <= 10 ORDER BY category, points DESC, id;
            """;

        public const string History = """
            SELECT * FROM (
                SELECT analysis_id AS analysisid, at, overall::int AS overall, rule_set AS ruleset FROM score_history
                WHERE repository_id = @id::uuid AND overall IS NOT NULL ORDER BY at DESC LIMIT 90) AS newest
            ORDER BY at;
            """;

        public const string Pipelines = """
            SELECT id, platform, created_at AS createdat, finished_at AS finishedat, is_proven AS isproven, failure
            FROM pipelines WHERE repository_id = @id::uuid ORDER BY id DESC LIMIT 5;
            """;

        public const string Schedule = """
            SELECT cron, time_zone AS timezone, kind, next_at AS nextat FROM schedules WHERE repository_id = @id::uuid;
            """;

        public const string GitHub = """
            SELECT coalesce(r.is_private, false) AS isprivate, r.archived, r.github_state AS state, r.synced_at AS syncedat,
                   coalesce(jsonb_array_length(r.branches), 0) AS branches, person.login AS connectedby, i.account_login AS account,
                   i.suspended_at IS NOT NULL OR i.removed_at IS NOT NULL OR (r.installation_id IS NOT NULL AND i.installation_id IS NULL) AS issuspended,
                   CASE WHEN greatest(i.limited_until, token.limited_until) > now() THEN greatest(i.limited_until, token.limited_until) END AS limiteduntil,
                   r.installation_id IS NULL AND (token.id IS NULL OR token.revoked_at IS NOT NULL) AND token.asked AS isrefused,
                   hook.state AS hookstate, hook.failure AS hookfailure,
                   r.settings ->> 'push_branches' AS pushbranches, (r.settings -> 'upload_sarif')::boolean AS uploadsarif
            FROM repositories AS r
            LEFT JOIN users AS person ON person.id = r.connected_by
            LEFT JOIN github_installations AS i ON i.organization_id = r.organization_id AND i.installation_id = r.installation_id
            LEFT JOIN repository_webhooks AS hook ON hook.organization_id = r.organization_id AND hook.repository_id = r.id
            -- Members are told how its token is, viewers have nothing to do with it.
            CROSS JOIN LATERAL (
                SELECT given.id, given.revoked_at, given.limited_until, r.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS asked
                FROM (SELECT 1) AS one LEFT JOIN app.github_token(r.id) AS given ON r.installation_id IS NULL) AS token
            WHERE r.id = @id::uuid AND r.source = 'github';
            """;

        public const string Analyses = """
            SELECT a.id, a.kind, a.ref, a.created_at AS createdat, a.finished_at AS finishedat, a.overall::int AS overall, a.failure, j.state
            FROM analyses AS a LEFT JOIN jobs AS j ON j.organization_id = a.organization_id AND j.id = a.job_id
            WHERE a.repository_id = @id::uuid ORDER BY a.id DESC LIMIT 8;
            """;
    }
}
