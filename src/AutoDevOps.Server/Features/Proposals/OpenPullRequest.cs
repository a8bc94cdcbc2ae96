using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Pipelines;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Opens a pull request on GitHub, or brings the one that is open up to date.</summary>
/// <remarks>Nothing is kept between its steps: what was done is read from GitHub, so that it may end anywhere and begin again.</remarks>
internal sealed class OpenPullRequest(
    Db db, GitHubAccess access, GitHubClient client, IOptions<GitHubOptions> github, IOptions<HttpOptions> http, TimeProvider time)
    : IJobHandler<OpenPullRequest.Args>
{
    public sealed record Args(Guid ProposalId) : IJobArgs
    {
        public static string Kind => "open_pull_request";

        public static string Queue => QueueNames.CiGeneration;
    }

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var (proposal, subject) = await db.InTransactionAsync(job.Caller, connection => ReadAsync(connection, job.Args.ProposalId, cancellationToken), cancellationToken);
        if (proposal is null)
        {
            return JobOutcome.Cancel("The proposal was deleted.");
        }

        await job.EnterAsync(JobState.Processing, cancellationToken);
        if (subject is null || proposal.IsDisconnected)
        {
            return Refused(job.Args, proposal.IsDisconnected ? "The repository is disconnected. Connect it again first." : "What was to be proposed is not there any more.");
        }

        try
        {
            var result = await access.ForRepositoryAsync(
                job.Caller,
                proposal.RepositoryId,
                GitHubPurpose.Proposing,
                token => new PullRequestSteps(client, token, proposal.Location, proposal.GithubId, proposal.Branch, job.Id)
                    .RunAsync((git, target) => subject(git, target, cancellationToken), cancellationToken),
                cancellationToken);
            return result.Refusal is { } why
                ? Refused(job.Args, why)
                : JobOutcome.CompletedWith(connection => connection.ExecuteAsync(
                    Sql.Finish, new { job.Args.ProposalId, result.State, result.Number, result.Address, result.HeadSha, failure = Short(result.Note) }));
        }
        catch (GitHubException exception) when (exception.ToOutcome(time, connection => FailAsync(connection, job.Args, proposal, exception)) is { } outcome)
        {
            return outcome;
        }
    }

    private static JobOutcome Refused(Args args, string why) =>
        JobOutcome.Fail(why, connection => connection.ExecuteAsync(Sql.Fail, new { args.ProposalId, failure = Short(why) }));

    private static async Task FailAsync(NpgsqlConnection connection, Args args, Row proposal, GitHubException exception)
    {
        await connection.ExecuteAsync(Sql.Fail, new { args.ProposalId, failure = Short(exception.Message) });
        await GitHubRows.SyncIfMovedAsync(connection, proposal.RepositoryId, exception);
    }

    private static string? Short(string? text) => text is { Length: > 1000 } ? text[..999] + "…" : text;

    private async Task<(Row? Proposal, Build? Subject)> ReadAsync(NpgsqlConnection connection, Guid proposalId, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { proposalId });
        var web = github.Value.WebAddress;
        if (row?.Kind == "pipeline" && await ReadPipeline.FindAsync(connection, row.SubjectId, cancellationToken) is { } pipeline)
        {
            return (row, (git, target, stop) => PipelineProposal.BuildAsync(git, target, pipeline, web, Page($"/pipelines/{row.SubjectId}"), stop));
        }

        return row?.Kind == "fix" && await FixProposal.ReadAsync(connection, row.SubjectId, cancellationToken) is { } fix
            ? (row, (git, target, stop) => FixProposal.BuildAsync(git, target, fix, web, Page($"/findings/{row.SubjectId}"), stop))
            : (row, null);
    }

    private Uri Page(string path) => new(http.Value.PublicAddress, path);

    private delegate Task<ProposedChange> Build(GitHubGit git, ProposalBase target, CancellationToken cancellationToken);

    internal sealed record Row(Guid RepositoryId, string Kind, Guid SubjectId, string Branch, string Location, long? GithubId, bool IsDisconnected);

    private static class Sql
    {
        public const string Find = """
            SELECT proposals.repository_id AS "RepositoryId", proposals.kind AS "Kind", proposals.subject_id AS "SubjectId", proposals.branch AS "Branch",
                   repositories.location AS "Location", repositories.github_id AS "GithubId", repositories.disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM proposals
            JOIN repositories ON repositories.organization_id = proposals.organization_id AND repositories.id = proposals.repository_id
            WHERE proposals.id = @proposalId::uuid
            """;

        public const string Finish = """
            UPDATE proposals
            SET state = @State, number = coalesce(@Number::integer, number), address = coalesce(@Address::text, address),
                head_sha = coalesce(@HeadSha::text, head_sha), failure = @failure, updated_at = now()
            WHERE id = @ProposalId::uuid
            """;

        public const string Fail = "UPDATE proposals SET state = 'failed', failure = @failure, updated_at = now() WHERE id = @ProposalId::uuid";
    }
}
