using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>What of an analysis stands on GitHub.</summary>
/// <param name="CheckRunId">GitHub's; null when there is no check.</param>
/// <param name="StatusState">Of the commit status: <c>success</c>, <c>failure</c> or <c>error</c>; null when there is none.</param>
/// <param name="SarifId">Of what code scanning was given; null when it was not.</param>
/// <param name="Failure">What could not be told, and why.</param>
internal sealed record PublishedRow(long? CheckRunId = null, string? StatusState = null, string? SarifId = null, string? Failure = null, DateTime? PublishedAt = null, string? Location = null)
{
    public long? CheckRunId { get; set; } = CheckRunId;

    public string? StatusState { get; set; } = StatusState;

    public string? SarifId { get; set; } = SarifId;

    public bool HasNothing => CheckRunId is null && StatusState is null && SarifId is null && Failure is null;
}

/// <summary>As the API shows it.</summary>
/// <inheritdoc cref="PublishedRow"/>
public sealed record PublishedResponse(long? CheckRunId, string? StatusState, string? SarifId, string? Failure, DateTime PublishedAt)
{
    internal static PublishedResponse? Of(PublishedRow? row) =>
        row is null ? null : new(row.CheckRunId, row.StatusState, row.SarifId, row.Failure, row.PublishedAt!.Value);
}

/// <summary>Reads what was told.</summary>
internal static class ReadPublished
{
    /// <summary>Null: nobody has told anything yet.</summary>
    public static Task<PublishedRow?> FindAsync(NpgsqlConnection connection, Guid analysisId, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<PublishedRow>(new CommandDefinition(Sql.Find, new { analysisId }, cancellationToken: cancellationToken));

    private static class Sql
    {
        public const string Find = """
            SELECT p.check_run_id AS checkrunid, p.status_state AS statusstate, p.sarif_id AS sarifid, p.failure, p.published_at AS publishedat, r.location
            FROM analyses AS a
            JOIN published_results AS p ON p.organization_id = a.organization_id AND p.analysis_id = a.id
            JOIN repositories AS r ON r.organization_id = a.organization_id AND r.id = a.repository_id
            WHERE a.id = @analysisId::uuid
            """;
    }
}
