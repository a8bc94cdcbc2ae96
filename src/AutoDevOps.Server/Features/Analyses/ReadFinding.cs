using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Reads one finding with where it belongs.</summary>
internal static class ReadFinding
{
    public sealed record About(string Repository, DateTime AnalysedAt, bool MayWrite);

    public sealed record Result(FindingRow Finding, About About);

    /// <summary>Null: there is no such finding, or not for this person.</summary>
    public static Task<Result?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync(user.Caller, connection => FindAsync(connection, id, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<Result?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var reader = await connection.QueryMultipleAsync(new CommandDefinition(Sql.Find + Sql.About, new { id }, cancellationToken: cancellationToken));
        var finding = await reader.ReadSingleOrDefaultAsync<FindingRow>();
        return finding is null ? null : new Result(finding, await reader.ReadSingleAsync<About>());
    }

    private static class Sql
    {
        public const string Find = $"""
            SELECT {FindingRow.Columns}
            {FindingRow.Source}
            WHERE f.id = @id::uuid;
            """;

        public const string About = """
            SELECT r.name AS repository, coalesce(a.finished_at, a.created_at) AS analysedat,
                   f.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite
            FROM findings AS f
            JOIN repositories AS r ON r.organization_id = f.organization_id AND r.id = f.repository_id
            JOIN analyses AS a ON a.organization_id = f.organization_id AND a.id = f.analysis_id
            WHERE f.id = @id::uuid;
            """;
    }
}
