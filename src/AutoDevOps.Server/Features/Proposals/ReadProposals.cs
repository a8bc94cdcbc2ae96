using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Reads what was proposed to a repository, and what became of it.</summary>
internal static class ReadProposals
{
    /// <param name="SubjectId">The pipeline or the finding.</param>
    /// <param name="State"><c>pending</c>, <c>open</c>, <c>unchanged</c>, <c>merged</c>, <c>closed</c> or <c>failed</c>.</param>
    /// <param name="Failure">Why it failed; or what was left as it is, of one that is open.</param>
    public sealed record Proposal(
        Guid Id, string Kind, Guid SubjectId, Guid JobId, string Branch, int? Number, string? Address, string State, string? Failure, DateTime UpdatedAt);

    /// <returns>By branch.</returns>
    public static async Task<IReadOnlyDictionary<string, Proposal>> ReadAsync(
        NpgsqlConnection connection, Guid repositoryId, IEnumerable<string> branches, CancellationToken cancellationToken)
    {
        var asked = branches.Distinct(StringComparer.Ordinal).ToArray();
        return asked.Length == 0
            ? new Dictionary<string, Proposal>(StringComparer.Ordinal)
            : (await connection.QueryAsync<Proposal>(new CommandDefinition(Sql.Find, new { repositoryId, branches = asked }, cancellationToken: cancellationToken)))
                .ToDictionary(proposal => proposal.Branch, StringComparer.Ordinal);
    }

    private static class Sql
    {
        // A job that ended without a word of its own has the last one.
        public const string Find = """
            SELECT p.id, p.kind, p.subject_id AS subjectid, p.job_id AS jobid, p.branch, p.number, p.address,
                   CASE WHEN p.state = 'pending' AND j.state IN ('dead_letter', 'cancelled') THEN 'failed' ELSE p.state END AS state,
                   CASE WHEN p.state = 'pending' AND j.state IN ('dead_letter', 'cancelled') THEN coalesce(j.error, 'It was cancelled.') ELSE p.failure END AS failure,
                   p.updated_at AS updatedat
            FROM proposals AS p
            LEFT JOIN jobs AS j ON j.organization_id = p.organization_id AND j.id = p.job_id
            WHERE p.organization_id = (SELECT organization_id FROM repositories WHERE id = @repositoryId::uuid)
              AND p.repository_id = @repositoryId::uuid AND p.branch = ANY (@branches)
            """;
    }
}
