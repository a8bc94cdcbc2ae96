using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Asks GitHub how an installation of the App is now, and writes that: events come late, in any order, or not at all.</summary>
internal sealed class SyncInstallation(Db db, JobQueue jobs, GitHubInstallations installations, IOptions<GitHubOptions> options, TimeProvider time)
    : IJobHandler<SyncInstallation.Args>
{
    /// <param name="InstallationId">As <c>app.queue_due_installations</c> writes it.</param>
    public sealed record Args(long InstallationId) : IJobArgs
    {
        public static string Kind => "sync_installation";

        public static string Queue => QueueNames.Sync;
    }

    public static string Key(long installation) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Args.Kind}:{installation}");

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        if (!options.Value.HasApp)
        {
            return JobOutcome.Cancel("This installation has no GitHub App any more.");
        }

        var known = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.OrganizationId, job.Args.InstallationId }, cancellationToken)).SingleOrDefault();
        if (known is null)
        {
            return JobOutcome.Cancel("The organization is not linked with this installation any more.");
        }

        try
        {
            var now = await installations.ReadAsync(job.Args.InstallationId, cancellationToken);
            return JobOutcome.CompletedWith(connection => now is null
                ? connection.ExecuteAsync(Sql.Remove, new { job.OrganizationId, job.Args.InstallationId })
                : WriteAsync(connection, job, known, now));
        }
        catch (GitHubException exception) when (exception.ToOutcome(time) is { } outcome)
        {
            return outcome;
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, Job<Args> job, Row known, GitHubInstallations.Installation now)
    {
        await connection.ExecuteAsync(Sql.Write, new
        {
            job.OrganizationId,
            job.Args.InstallationId,
            login = now.Account.Login,
            selection = now.RepositorySelection,
            permissions = now.Permissions.GetRawText(),
            suspendedAt = now.SuspendedAt,
        });
        if (known.Login == now.Account.Login && known.IsReaching == (now.SuspendedAt is null))
        {
            return;
        }

        // The account's repositories have another name as well, and can be read again, or not any more.
        foreach (var repository in (await connection.QueryAsync<Guid>(Sql.Served, new { job.OrganizationId, job.Args.InstallationId })).AsList())
        {
            await GitHubRows.SyncAsync(connection, jobs, job.OrganizationId, repository);
        }
    }

    private sealed record Row(string Login, bool IsReaching);

    private static class Sql
    {
        public const string Find = """
            SELECT account_login AS "Login", suspended_at IS NULL AND removed_at IS NULL AS "IsReaching"
            FROM github_installations WHERE organization_id = @OrganizationId::uuid AND installation_id = @InstallationId
            """;

        public const string Write = """
            UPDATE github_installations
            SET account_login = @login, repository_selection = @selection, permissions = @permissions::jsonb, suspended_at = @suspendedAt::timestamptz, removed_at = NULL
            WHERE organization_id = @OrganizationId::uuid AND installation_id = @InstallationId
            """;

        public const string Remove = """
            UPDATE github_installations SET removed_at = coalesce(removed_at, now()) WHERE organization_id = @OrganizationId::uuid AND installation_id = @InstallationId
            """;

        public const string Served = """
            SELECT id FROM repositories
            WHERE organization_id = @OrganizationId::uuid AND installation_id = @InstallationId AND disconnected_at IS NULL ORDER BY id
            """;
    }
}
