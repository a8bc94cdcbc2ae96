using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Reads one page of the repositories by name.</summary>
internal static class ReadRepositories
{
    public const int PageSize = 50;

    public sealed record Row(
        Guid Id, string Name, string Source, string Location, DateTime ConnectedAt, DateTime? DisconnectedAt, int? Overall, DateTime? AnalysedAt, string? State, bool HasFailed, bool MayManage);

    public sealed record Organization(Guid Id, string Name);

    /// <param name="Managed">Organizations that the person may connect repositories in.</param>
    public sealed record Result(IReadOnlyList<Row> Rows, bool HasMore, IReadOnlyList<Organization> Managed);

    /// <param name="after">The name and id of the last row of the page before.</param>
    public static Task<Result> ReadAsync(
        Db db, CurrentUser user, string? search, bool disconnected, (string Name, Guid Id)? after, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var parameters = new
                {
                    search = string.IsNullOrWhiteSpace(search) ? null : search.Trim(),
                    disconnected,
                    afterName = after?.Name,
                    afterId = after?.Id,
                    limit = PageSize + 1,
                };
                var rows = (await connection.QueryAsync<Row>(new CommandDefinition(Sql.Rows, parameters, cancellationToken: cancellationToken))).AsList();
                var managed = (await connection.QueryAsync<Organization>(new CommandDefinition(Sql.Managed, cancellationToken: cancellationToken))).AsList();
                return new Result([.. rows.Take(PageSize)], rows.Count > PageSize, managed);
            },
            cancellationToken);

    /// <summary>Organizations that the person may connect repositories in.</summary>
    public static Task<IReadOnlyList<Organization>> ManagedAsync(Db db, CurrentUser user, CancellationToken cancellationToken) =>
        db.QueryAsync<Organization>(user.Caller, Sql.Managed, null, cancellationToken);

    private static class Sql
    {
        public const string Rows = $"""
            SELECT r.id, r.name, r.source, r.location, r.connected_at AS connectedat, r.disconnected_at AS disconnectedat,
                   a.overall::int AS overall, a.finished_at AS analysedat, j.state, {LatestAnalysis.HasFailed} AS hasfailed,
                   r.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS maymanage
            FROM repositories AS r
            LEFT JOIN LATERAL (
                SELECT overall, finished_at FROM analyses
                WHERE organization_id = r.organization_id AND repository_id = r.id AND {LatestAnalysis.Condition}
                ORDER BY id DESC LIMIT 1) AS a ON true
            LEFT JOIN LATERAL (
                SELECT jobs.state FROM analyses JOIN jobs ON jobs.organization_id = analyses.organization_id AND jobs.id = analyses.job_id
                WHERE analyses.organization_id = r.organization_id AND analyses.repository_id = r.id AND analyses.finished_at IS NULL
                  AND jobs.state NOT IN ('completed', 'dead_letter', 'cancelled')
                ORDER BY analyses.id DESC LIMIT 1) AS j ON true
            WHERE (r.disconnected_at IS NOT NULL) = @disconnected::boolean
              AND (@search::text IS NULL OR strpos(lower(r.name), lower(@search::text)) > 0 OR strpos(lower(r.location), lower(@search::text)) > 0)
              AND (@afterId::uuid IS NULL OR (r.name, r.id) > (@afterName::text, @afterId::uuid))
            ORDER BY r.name, r.id
            LIMIT @limit
            """;

        public const string Managed =
            "SELECT id, name FROM organizations WHERE id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) ORDER BY name, id";
    }
}
