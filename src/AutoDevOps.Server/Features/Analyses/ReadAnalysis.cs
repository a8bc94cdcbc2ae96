using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Jobs;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Reads an analysis: how far it is, then what it established.</summary>
internal static class ReadAnalysis
{
    public const int PageSize = 50;

    public sealed record Analysis(
        Guid Id, Guid OrganizationId, Guid RepositoryId, string Repository, Guid JobId, Guid? BaselineId, string Kind, string? Ref, string? CommitSha, bool IsDirty, string? RuleSet,
        int? Overall, string? Scores, string? Model, string? Coverage, string? Diagnostics, int? Files, long? Bytes, int? DurationMs, string? Failure, DateTime CreatedAt, DateTime? FinishedAt, bool MayWrite, int? PullRequest)
    {
        public bool HasResult => FinishedAt is not null && Failure is null;
    }

    public sealed record Facet(string Category, string Severity, string State, int Count);

    /// <param name="Proposals">The pull requests for what these findings' fixes change, by branch.</param>
    /// <param name="Target">Whether one can be opened.</param>
    /// <param name="Published">What GitHub was told; null when nobody has told it anything.</param>
    public sealed record Result(
        Analysis Analysis, IReadOnlyList<Facet> Facets, IReadOnlyList<FindingRow> Findings, bool HasMore, JobProgress? Progress,
        IReadOnlyDictionary<string, ReadProposals.Proposal> Proposals, ProposalTarget Target, PublishedRow? Published);

    /// <summary>Null: there is no such analysis, or not for this person.</summary>
    public static Task<Result?> ReadAsync(
        Db db, CurrentUser user, Guid id, FindingFilter filter, FindingCursor? after, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var analysis = await FindAsync(connection, id, cancellationToken);
                if (analysis is null)
                {
                    return null;
                }

                var target = await ProposalTarget.ReadAsync(connection, analysis.RepositoryId, cancellationToken);
                if (analysis.FinishedAt is null)
                {
                    return new Result(
                        analysis, [], [], false, await JobProgress.ReadAsync(connection, analysis.JobId, cancellationToken),
                        new Dictionary<string, ReadProposals.Proposal>(), target, null);
                }

                var facets = await FacetsAsync(connection, id, cancellationToken);
                var rows = await PageAsync(connection, id, filter, after, PageSize + 1, cancellationToken);
                return new Result(
                    analysis, facets, [.. rows.Take(PageSize)], rows.Count > PageSize, null,
                    await ReadProposals.ReadAsync(connection, analysis.RepositoryId, rows.Where(row => row.Fix is not null).Select(ProposeFix.Branch), cancellationToken),
                    target, await ReadPublished.FindAsync(connection, id, cancellationToken));
            },
            cancellationToken);

    public static Task<Analysis?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<Analysis>(new CommandDefinition(Sql.Find, new { id }, cancellationToken: cancellationToken));

    public static Task<bool> ExistsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(Sql.Exists, new { id }, cancellationToken: cancellationToken));

    public static async Task<List<Facet>> FacetsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<Facet>(new CommandDefinition(Sql.Facets, new { id }, cancellationToken: cancellationToken))).AsList();

    public static async Task<List<FindingRow>> PageAsync(
        NpgsqlConnection connection, Guid id, FindingFilter filter, FindingCursor? after, int limit, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            id,
            filter.Category,
            filter.Severity,
            filter.State,
            filter.Path,
            filter.Rule,
            afterRank = after?.Rank,
            afterId = after?.Id,
            limit,
        };
        return (await connection.QueryAsync<FindingRow>(new CommandDefinition(Sql.Findings, parameters, cancellationToken: cancellationToken))).AsList();
    }

    private static class Sql
    {
        public const string Find = """
            SELECT a.id, a.organization_id AS organizationid, a.repository_id AS repositoryid, r.name AS repository, a.job_id AS jobid, a.baseline_id AS baselineid, a.kind, a.ref, a.commit_sha AS commitsha,
                   a.is_dirty AS isdirty, a.rule_set AS ruleset, a.overall::int AS overall, a.scores, a.model, a.coverage, a.diagnostics, a.files, a.bytes, a.duration_ms AS durationms, a.failure,
                   a.created_at AS createdat, a.finished_at AS finishedat,
                   a.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite,
                   a.pull_request AS pullrequest
            FROM analyses AS a JOIN repositories AS r ON r.organization_id = a.organization_id AND r.id = a.repository_id
            WHERE a.id = @id::uuid
            """;

        public const string Exists = "SELECT EXISTS (SELECT FROM analyses WHERE id = @id::uuid)";

        public const string Facets = """
            SELECT f.category, f.severity, f.state, count(*)::int AS count
            FROM analyses AS a JOIN findings AS f ON f.organization_id = a.organization_id AND f.analysis_id = a.id
            WHERE a.id = @id::uuid
            GROUP BY f.category, f.severity, f.state
            """;

        public const string Findings = $"""
            SELECT {FindingRow.Columns}
            {FindingRow.Source}
            WHERE f.organization_id = (SELECT organization_id FROM analyses WHERE id = @id::uuid) AND f.analysis_id = @id::uuid
              AND (@Category::text IS NULL OR f.category = @Category::text)
              AND (@Severity::text IS NULL OR f.severity = @Severity::text)
              AND CASE WHEN @State::text IS NULL THEN f.state IN ('new', 'existing') ELSE @State::text IN (f.state, 'all') END
              AND (@Path::text IS NULL OR strpos(lower(f.path), lower(@Path::text)) > 0)
              AND (@Rule::text IS NULL OR @Rule::text IN (f.rule_id, f.rule_name))
              AND (@afterId::uuid IS NULL OR f.severity_rank < @afterRank::int OR (f.severity_rank = @afterRank::int AND f.id > @afterId::uuid))
            ORDER BY f.severity_rank DESC, f.id
            LIMIT @limit
            """;
    }
}
