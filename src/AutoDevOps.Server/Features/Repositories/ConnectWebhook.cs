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
/// <remarks>However often it runs, and wherever it breaks off, there is one hook in the end: the next attempt finds it by its address. What
/// the hook signs with until GitHub has agreed to a new secret counts until then, and a hook that works is left alone by whoever may not
/// administer it. If the repository was disconnected meanwhile, the hook is deleted again.</remarks>
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

    public Task<JobOutcome> HandleAsync(Job<Args> job, CancellationToken cancellationToken) =>
        WebhookTurn.TakeAsync(db, job, job.Args.RepositoryId, () => RunAsync(job, cancellationToken), cancellationToken);

    private async Task<JobOutcome> RunAsync(Job<Args> job, CancellationToken cancellationToken)
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

        var offer = await PrepareAsync(job, cancellationToken);
        if (IsOutOfReach(http.Value, github.Value))
        {
            return JobOutcome.CompletedWith(connection => NoteAsync(
                connection, offer.Webhook, "failed", $"GitHub cannot reach {http.Value.PublicAddress.GetLeftPart(UriPartial.Authority)}. {Without}"));
        }

        try
        {
            return await MakeAsync(job, row, offer, cancellationToken);
        }
        catch (GitHubException exception)
        {
            if (exception.ToOutcome(time, connection => NoteAsync(connection, offer.Webhook, offer.IsActive ? "active" : "failed", Why(exception, row.Location, offer.IsActive))) is { } outcome)
            {
                return outcome;
            }

            await db.InTransactionAsync(
                job.Caller, connection => NoteAsync(connection, offer.Webhook, offer.IsActive ? "active" : "creating", $"{exception.Message} It is tried again by itself."), cancellationToken);
            throw;
        }
    }

    private async Task<JobOutcome> MakeAsync(Job<Args> job, Row row, Offer offer, CancellationToken cancellationToken)
    {
        var address = Address(http.Value, offer.Webhook);
        var hook = await access.ForRepositoryAsync(
            job.Caller, job.Args.RepositoryId, GitHubPurpose.Hooking, token => hooks.EnsureAsync(token, row.Location, address, offer.Secret, cancellationToken), cancellationToken);
        var isWanted = await db.InTransactionAsync(
            job.Caller, connection => connection.ExecuteAsync(Sql.Activate, new { offer.Webhook, hook, offer.Sealed }), cancellationToken) == 1;
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

    // The new secret is beside the old one, which GitHub signs with until it has agreed; and it is the same one at each attempt, as GitHub may
    // have agreed without our having heard it. One that a lost key sealed is replaced.
    private Task<Offer> PrepareAsync(Job<Args> job, CancellationToken cancellationToken) => db.InTransactionAsync(
        job.Caller,
        async connection =>
        {
            var (secret, made) = (RandomToken.Create(), Guid.CreateVersion7());
            await connection.ExecuteAsync(Sql.Add, new { made, job.OrganizationId, job.Args.RepositoryId, secret = sealer.Seal(secret, WebhookSecrets.Purpose, made) });
            var known = await connection.QuerySingleAsync<Known>(Sql.FindWebhook, new { job.Args.RepositoryId });
            var (offered, envelope) = known.NextSecret is { } next && sealer.TryOpen(next, WebhookSecrets.Purpose, known.Id) is { } before
                ? (before, next)
                : (secret, sealer.Seal(secret, WebhookSecrets.Purpose, known.Id));
            await connection.ExecuteAsync(Sql.Prepare, new { webhook = known.Id, envelope });
            return new Offer(known.Id, offered, envelope, known.State == "active");
        },
        cancellationToken);

    private static Task<int> NoteAsync(NpgsqlConnection connection, Guid webhook, string state, string failure) =>
        connection.ExecuteAsync(Sql.Note, new { webhook, state, failure = failure[..Math.Min(failure.Length, 1000)] });

    private static string Why(GitHubException exception, string repository, bool isActive)
    {
        var text = exception.Failure is GitHubFailure.NotFound or GitHubFailure.Forbidden
            ? $"GitHub does not let whoever connected {repository} make hooks there: that takes admin rights in the repository."
            : exception.Message;
        return $"{text} {(isActive ? "The hook that is there goes on as it is." : Without)}";
    }

    private sealed record Row(string Location, long? InstallationId, bool IsDisconnected);

    private sealed record Known(Guid Id, string State, byte[]? NextSecret);

    /// <param name="Secret">What GitHub is to sign with.</param>
    /// <param name="Sealed">The same, as the row has it.</param>
    /// <param name="IsActive">A hook works already.</param>
    private sealed record Offer(Guid Webhook, string Secret, byte[] Sealed, bool IsActive)
    {
        public override string ToString() => $"a secret for the webhook {Webhook}";
    }

    private static class Sql
    {
        public const string Find = """
            SELECT location AS "Location", installation_id AS "InstallationId", disconnected_at IS NOT NULL AS "IsDisconnected"
            FROM repositories WHERE id = @RepositoryId::uuid AND source = 'github'
            """;

        public const string Add = """
            INSERT INTO repository_webhooks (id, organization_id, repository_id, secret, next_secret) VALUES (@made, @OrganizationId, @RepositoryId, @secret, @secret)
            ON CONFLICT (organization_id, repository_id) DO NOTHING
            """;

        public const string FindWebhook = """
            SELECT id AS "Id", state AS "State", next_secret AS "NextSecret" FROM app.webhook_of_repository(@RepositoryId::uuid)
            """;

        public const string Prepare = """
            UPDATE repository_webhooks
            SET next_secret = @envelope, state = CASE state WHEN 'active' THEN state ELSE 'creating' END, failure = NULL, tried_at = app.now()
            WHERE id = @webhook::uuid
            """;

        public const string Activate = """
            UPDATE repository_webhooks AS webhook SET hook_id = @hook, secret = @Sealed, next_secret = NULL, state = 'active', failure = NULL
            FROM repositories AS repository
            WHERE webhook.id = @Webhook::uuid AND webhook.state IN ('creating', 'active')
              AND repository.organization_id = webhook.organization_id AND repository.id = webhook.repository_id
              AND repository.disconnected_at IS NULL AND repository.installation_id IS NULL
            """;

        public const string Note = "UPDATE repository_webhooks SET state = @state, failure = @failure WHERE id = @webhook::uuid AND state <> 'removing'";
    }
}
