using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Proposals;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Reads one finding with where it belongs.</summary>
internal static class ReadFinding
{
    /// <param name="CommitSha">That was analysed.</param>
    /// <param name="PullRequest">Whose head was analysed; null when it was a branch.</param>
    public sealed record About(Guid OrganizationId, string Repository, DateTime AnalysedAt, string? CommitSha, int? PullRequest, bool MayWrite);

    /// <param name="Proposal">The pull request for its rule and file, whichever finding it was asked for.</param>
    /// <param name="Target">Whether one can be opened.</param>
    public sealed record Result(FindingRow Finding, About About, ReadProposals.Proposal? Proposal, ProposalTarget Target)
    {
        public FindingResponse Response => FindingResponse.Whole(Finding) with { PullRequest = ProposalResponse.Of(Proposal) };

        /// <summary>Why none can be opened; null when nothing speaks against it.</summary>
        public string? CannotPropose => Target.Reason([Finding.Patch?.Path ?? ""]) ?? ProposeFix.Reason(Finding, About.PullRequest);
    }

    /// <summary>Null: there is no such finding, or not for this person.</summary>
    public static Task<Result?> ReadAsync(Db db, CurrentUser user, Guid id, CancellationToken cancellationToken) =>
        db.InTransactionAsync(user.Caller, connection => FindAsync(connection, id, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<Result?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var reader = await connection.QueryMultipleAsync(new CommandDefinition(Sql.Find + Sql.About, new { id }, cancellationToken: cancellationToken));
        if (await reader.ReadSingleOrDefaultAsync<FindingRow>() is not { } finding)
        {
            return null;
        }

        var about = await reader.ReadSingleAsync<About>();
        await reader.DisposeAsync();
        var branch = ProposeFix.Branch(finding);
        return new Result(
            finding, about,
            (await ReadProposals.ReadAsync(connection, finding.RepositoryId, [branch], cancellationToken)).GetValueOrDefault(branch),
            await ProposalTarget.ReadAsync(connection, finding.RepositoryId, cancellationToken));
    }

    private static class Sql
    {
        public const string Find = $"""
            SELECT {FindingRow.Columns}
            {FindingRow.Source}
            WHERE f.id = @id::uuid;
            """;

        public const string About = """
            SELECT f.organization_id AS organizationid, r.name AS repository, coalesce(a.finished_at, a.created_at) AS analysedat,
                   a.commit_sha AS commitsha, a.pull_request AS pullrequest,
                   f.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite
            FROM findings AS f
            JOIN repositories AS r ON r.organization_id = f.organization_id AND r.id = f.repository_id
            JOIN analyses AS a ON a.organization_id = f.organization_id AND a.id = f.analysis_id
            WHERE f.id = @id::uuid;
            """;
    }
}
