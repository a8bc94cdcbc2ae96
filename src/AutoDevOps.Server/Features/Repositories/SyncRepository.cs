using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Asks GitHub what has become of a repository: its name, owner, branches, and whether it is still there for us.</summary>
/// <remarks>By GitHub's id, which no renaming changes. What has not changed comes from memory by its ETag.</remarks>
internal sealed class SyncRepository(
    Db db, JobQueue jobs, GitHubClient client, GitHubAccess access, GitHubInstallations installations, MissedPush missed, Sealer sealer, TimeProvider time)
    : IJobHandler<SyncRepository.Args>
{
    private const int MaxBranches = 1000;

    public sealed record Args(Guid RepositoryId) : IJobArgs
    {
        public static string Kind => "sync_repository";

        public static string Queue => QueueNames.Sync;
    }

    public static string Key(Guid repositoryId) => $"{Args.Kind}:{repositoryId:N}";

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var row = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.Args.RepositoryId }, cancellationToken)).SingleOrDefault();
        if (row is not { IsDisconnected: false })
        {
            return JobOutcome.Cancel("The repository is disconnected.");
        }

        try
        {
            var seen = await AskAsync(job, row, cancellationToken);
            if (!seen.IsReached)
            {
                return await WithoutInstallationAsync(job, row, GitHubFailure.NotFound, cancellationToken);
            }

            if (!seen.IsHeld)
            {
                return await LostAsync(job, row, cancellationToken);
            }

            var installation = row.InstallationId is null
                ? await installations.ReachingAsync(job.Caller, job.OrganizationId, seen.Repository, cancellationToken)
                : row.InstallationId;
            return Found(job, row, installation, seen);
        }
        catch (GitHubException exception) when (row.InstallationId is not null && exception.Failure is GitHubFailure.NotFound or GitHubFailure.Rejected)
        {
            return await WithoutInstallationAsync(job, row, exception.Failure, cancellationToken);
        }
        catch (GitHubException exception) when (Outcome(job, exception) is { } outcome)
        {
            return outcome;
        }
    }

    // The installation does not reach it any more, since it has another owner or was taken out of the selection. Whoever connected it may.
    private async Task<JobOutcome> WithoutInstallationAsync(Job<Args> job, Row row, GitHubFailure first, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await AskAsync(job, row with { InstallationId = null }, cancellationToken);
            return Found(job, row, await installations.ReachingAsync(job.Caller, job.OrganizationId, seen.Repository, cancellationToken), seen);
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.Unauthorized or GitHubFailure.NotFound or GitHubFailure.Forbidden)
        {
            // Not theirs to see either: what the installation was told counts, and it is asked again next time.
            return Gone(job, first == GitHubFailure.NotFound ? "gone" : "forbidden");
        }
        catch (GitHubException exception) when (Outcome(job, exception) is { } outcome)
        {
            return outcome;
        }
    }

    // The installation reaches it, but nobody here may write to it any more: it is theirs no longer to have it read that way. What everybody may read, they may.
    private async Task<JobOutcome> LostAsync(Job<Args> job, Row row, CancellationToken cancellationToken)
    {
        await db.InTransactionAsync(
            job.Caller,
            async connection =>
            {
                await connection.ExecuteAsync(Sql.SetInstallation, new { job.Args.RepositoryId, installation = (long?)null });
                await connection.ExecuteAsync(Sql.Audit, new { job.OrganizationId, target = job.Args.RepositoryId.ToString(), detail = StoredJson.Write(new { installation = row.InstallationId }) });
            },
            cancellationToken);
        try
        {
            return Found(job, row, null, await AskAsync(job, row with { InstallationId = null }, cancellationToken));
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.Unauthorized or GitHubFailure.NotFound or GitHubFailure.Forbidden)
        {
            return Gone(job, "forbidden");
        }
        catch (GitHubException exception) when (Outcome(job, exception) is { } outcome)
        {
            return outcome;
        }
    }

    // Without an installation as the member who connected it, whatever the database says by now.
    private Task<Seen> AskAsync(Job<Args> job, Row row, CancellationToken cancellationToken)
    {
        return row.InstallationId is null
            ? access.ForConnectorAsync(job.Caller, job.Args.RepositoryId, AskAsync, cancellationToken)
            : access.ForRepositoryAsync(job.Caller, job.Args.RepositoryId, AskAsync, cancellationToken);

        async Task<Seen> AskAsync(GitHubToken token)
        {
            var repository = await client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Of($"repositories/{row.GithubId}"), cancellationToken);
            List<object> branches = [];
            string? head = null;
            await foreach (var branch in client.ListAsync<Branch>(token, GitHubPath.Repository(repository.FullName) + "/branches", null, cancellationToken))
            {
                branches.Add(new { branch.Name, branch.Commit.Sha });
                head = branch.Name == repository.DefaultBranch ? branch.Commit.Sha : head;
                if (branches.Count == MaxBranches)
                {
                    break;
                }
            }

            // A token that was given before may go on reading, and what is public every installation reads.
            var isReached = row.InstallationId is not { } serving || await installations.ReachesAsync(serving, repository, cancellationToken);
            var isHeld = row.InstallationId is null || !isReached
                || await WriteAccess.IsHeldAsync(db, client, job.Caller, job.Args.RepositoryId, token, repository, cancellationToken);
            return new Seen(repository, branches, head, isReached, isHeld);
        }
    }

    private JobOutcome Found(Job<Args> job, Row row, long? installation, Seen seen) => JobOutcome.CompletedWith(async connection =>
    {
        await GitHubRows.UpdateAsync(
            connection, jobs, job.OrganizationId, job.Args.RepositoryId, row.Location, seen.Repository, installation, StoredJson.Write(seen.Branches));
        await SettleWebhook.RunAsync(
            connection, jobs, sealer, job.OrganizationId, job.Args.RepositoryId, isWanted: installation is null,
            isNew: (installation is null) != (row.InstallationId is null));
        await missed.AnalyseAsync(connection, job.OrganizationId, job.Args.RepositoryId, seen.Head);
    });

    private JobOutcome? Outcome(Job<Args> job, GitHubException exception) => exception.Failure switch
    {
        GitHubFailure.NotFound => Gone(job, "gone"),
        GitHubFailure.Forbidden => Gone(job, "forbidden"),
        GitHubFailure.Blocked => Gone(job, "blocked"),
        _ => exception.ToOutcome(time),
    };

    // The repository stays connected, with its history: it may come back, and its people are told.
    private static JobOutcome Gone(Job<Args> job, string state) =>
        JobOutcome.CompletedWith(connection => connection.ExecuteAsync(Sql.SetState, new { job.Args.RepositoryId, state }));

    private sealed record Row(long GithubId, string Location, long? InstallationId, bool IsDisconnected);

    /// <param name="IsReached">Whether the installation, if there is one, reaches it.</param>
    /// <param name="IsHeld">Whether somebody here may still have it read in the way that it was.</param>
    private sealed record Seen(GitHubRepositoryAnswer Repository, IReadOnlyList<object> Branches, string? Head, bool IsReached, bool IsHeld);

    private sealed record Branch(string Name, Head Commit);

    private sealed record Head(string Sha);

    private static class Sql
    {
        public const string Find = """
            SELECT github_id AS "GithubId", location AS "Location", installation_id AS "InstallationId", disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM repositories WHERE id = @RepositoryId::uuid AND source = 'github' AND github_id IS NOT NULL
            """;

        public const string SetInstallation = "UPDATE repositories SET installation_id = @installation::bigint WHERE id = @RepositoryId::uuid";

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, 'repository.access_lost', @target, @detail::jsonb)";

        public const string SetState = "UPDATE repositories SET github_state = @state, synced_at = app.now() WHERE id = @RepositoryId::uuid";
    }
}
