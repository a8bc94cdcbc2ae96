using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has GitHub tell us of a repository: a hook with a secret of its own, known by the address that is made for it.</summary>
/// <remarks>However often it runs, and wherever it breaks off, there is one hook in the end: the next attempt finds it by its address. If the
/// repository was disconnected meanwhile, the hook is deleted again.</remarks>
internal sealed class ConnectWebhook(
    Db db, GitHubAccess access, GitHubHooks hooks, Sealer sealer, IOptions<HttpOptions> http, IOptions<GitHubOptions> github, TimeProvider time)
    : IJobHandler<ConnectWebhook.Args>
{
    private const string Without = "Deliveries will not arrive; analyses can be started by hand or by schedule.";

    public sealed record Args(Guid RepositoryId) : IJobArgs
    {
        public static string Kind => "connect_webhook";

        public static string Queue => QueueNames.Sync;
    }

    public static string Key(Guid repositoryId) => $"{Args.Kind}:{repositoryId:N}";

    /// <summary>Where GitHub sends what it tells by a hook.</summary>
    public static Uri Address(HttpOptions http, Guid webhook) => new(http.PublicAddress, $"/webhooks/github/{webhook}");

    /// <summary>Whether GitHub could not send anything here.</summary>
    public static bool IsOutOfReach(HttpOptions http, GitHubOptions github) =>
        (http.PublicAddress.IsLoopback || NetworkAddress.IsLocalName(http.PublicAddress.IdnHost)) && !github.WebAddress.IsLoopback
        && !NetworkAddress.IsLocalName(github.WebAddress.IdnHost);

    public async Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken)
    {
        var row = (await db.QueryAsync<Row>(job.Caller, Sql.Find, new { job.Args.RepositoryId }, cancellationToken)).SingleOrDefault();
        if (row is not { IsDisconnected: false })
        {
            return JobOutcome.Cancel("The repository is disconnected.");
        }

        if (row.InstallationId is not null)
        {
            return JobOutcome.Cancel("The GitHub App tells of this repository: it needs no hook of its own.");
        }

        var (webhook, secret) = await PrepareAsync(job, cancellationToken);
        if (IsOutOfReach(http.Value, github.Value))
        {
            return JobOutcome.CompletedWith(connection => NoteAsync(
                connection, webhook, "failed", $"GitHub cannot reach {http.Value.PublicAddress.GetLeftPart(UriPartial.Authority)}. {Without}"));
        }

        try
        {
            return await MakeAsync(job, row, webhook, secret, cancellationToken);
        }
        catch (GitHubException exception)
        {
            if (exception.ToOutcome(time, connection => NoteAsync(connection, webhook, "failed", Why(exception, row.Location))) is { } outcome)
            {
                return outcome;
            }

            await db.InTransactionAsync(
                job.Caller, connection => NoteAsync(connection, webhook, "creating", $"{exception.Message} It is tried again by itself."), cancellationToken);
            throw;
        }
    }

    private async Task<JobOutcome> MakeAsync(Job<Args> job, Row row, Guid webhook, string secret, CancellationToken cancellationToken)
    {
        var address = Address(http.Value, webhook);
        var hook = await access.ForRepositoryAsync(
            job.Caller, job.Args.RepositoryId, GitHubPurpose.Hooking, token => hooks.EnsureAsync(token, row.Location, address, secret, cancellationToken), cancellationToken);
        var isWanted = await db.InTransactionAsync(
            job.Caller, connection => connection.ExecuteAsync(Sql.Activate, new { webhook, hook }), cancellationToken) == 1;
        if (isWanted)
        {
            return JobOutcome.Completed;
        }

        await access.ForRepositoryAsync(
            job.Caller, job.Args.RepositoryId, GitHubPurpose.Hooking,
            async token =>
            {
                await hooks.RemoveAsync(token, row.Location, hook, address, cancellationToken);
                return true;
            },
            cancellationToken);
        return JobOutcome.Cancel("The repository was disconnected meanwhile: the hook was deleted again.");
    }

    // A new secret each time: the old one cannot be read back, and nobody needs it.
    private Task<(Guid Webhook, string Secret)> PrepareAsync(Job<Args> job, CancellationToken cancellationToken) => db.InTransactionAsync(
        job.Caller,
        async connection =>
        {
            var (secret, made) = (RandomToken.Create(), Guid.CreateVersion7());
            await connection.ExecuteAsync(Sql.Add, new { made, job.OrganizationId, job.Args.RepositoryId, secret = sealer.Seal(secret, WebhookSecrets.Purpose, made) });
            var webhook = await connection.QuerySingleAsync<Guid>(Sql.FindWebhook, new { job.Args.RepositoryId });
            await connection.ExecuteAsync(Sql.Prepare, new { webhook, secret = sealer.Seal(secret, WebhookSecrets.Purpose, webhook) });
            return (webhook, secret);
        },
        cancellationToken);

    private static Task<int> NoteAsync(NpgsqlConnection connection, Guid webhook, string state, string failure) =>
        connection.ExecuteAsync(Sql.Note, new { webhook, state, failure = failure[..Math.Min(failure.Length, 1000)] });

    private static string Why(GitHubException exception, string repository) => exception.Failure switch
    {
        GitHubFailure.NotFound or GitHubFailure.Forbidden => $"GitHub does not let whoever connected {repository} make hooks there: that takes admin rights in the repository. {Without}",
        _ => $"{exception.Message} {Without}",
    };

    private sealed record Row(string Location, long? InstallationId, bool IsDisconnected);

    private static class Sql
    {
        public const string Find = """
            SELECT location AS "Location", installation_id AS "InstallationId", disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM repositories WHERE id = @RepositoryId::uuid AND source = 'github'
            """;

        public const string Add = """
            INSERT INTO repository_webhooks (id, organization_id, repository_id, secret) VALUES (@made, @OrganizationId, @RepositoryId, @secret)
            ON CONFLICT (organization_id, repository_id) DO NOTHING
            """;

        public const string FindWebhook = "SELECT id FROM repository_webhooks WHERE repository_id = @RepositoryId::uuid";

        public const string Prepare = "UPDATE repository_webhooks SET secret = @secret, state = 'creating', failure = NULL WHERE id = @webhook::uuid";

        public const string Activate = """
            UPDATE repository_webhooks AS webhook SET hook_id = @hook, state = 'active', failure = NULL
            FROM repositories AS repository
            WHERE webhook.id = @webhook::uuid AND webhook.state = 'creating'
              AND repository.organization_id = webhook.organization_id AND repository.id = webhook.repository_id
              AND repository.disconnected_at IS NULL AND repository.installation_id IS NULL
            """;

        public const string Note = "UPDATE repository_webhooks SET state = @state, failure = @failure WHERE id = @webhook::uuid AND state <> 'removing'";
    }
}
