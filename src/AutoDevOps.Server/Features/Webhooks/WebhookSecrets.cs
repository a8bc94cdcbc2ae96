using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>What deliveries are signed with: the App's secret, and one for each repository's own hook. Those are remembered for a moment, so
/// that taking in a delivery is one round trip to the database.</summary>
internal sealed class WebhookSecrets(
    Db db, Sealer sealer, ProcessIdentity process, IOptions<GitHubOptions> options, TimeProvider time, ILogger<WebhookSecrets> logger)
{
    /// <summary>What <c>repository_webhooks.secret</c> is sealed for, in the row with that id.</summary>
    public const string Purpose = "webhook-secret";

    private const int MaxEntries = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, (Secret Secret, long At)> _known = new();

    // Those that were told of already.
    private readonly ConcurrentDictionary<Guid, bool> _lost = new();
    private readonly Lazy<Secret?> _app = new(() => options.Value.ReadWebhookSecret() is { Length: > 0 } text ? new Secret([Encoding.UTF8.GetBytes(text)], null) : null);

    /// <summary>Nobody signs with it: what stands in for the secret of a hook that there is none of.</summary>
    public byte[] Nobodys { get; } = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <param name="webhook">A row of <c>repository_webhooks</c>; null: the App.</param>
    /// <param name="isFresh">Not from memory: the hook may have been given another.</param>
    /// <returns>The secret and whether it is from memory; null: there is none.</returns>
    public async ValueTask<(Secret? Secret, bool IsRemembered)> FindAsync(Guid? webhook, bool isFresh, CancellationToken cancellationToken)
    {
        if (webhook is not { } id)
        {
            return (_app.Value, false);
        }

        if (!isFresh && _known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < Lifetime)
        {
            return (known.Secret, true);
        }

        var row = (await db.QueryAsync<Row>(process.Caller, Sql.Find, new { webhook = id }, cancellationToken)).SingleOrDefault();
        if (row is null || Open(id, row) is not { } secret)
        {
            _known.TryRemove(id, out _);
            return (null, false);
        }

        if (_known.Count >= MaxEntries)
        {
            _known.Clear();
        }

        _known[id] = (secret, time.GetTimestamp());
        return (secret, false);
    }

    // Without the key that it was sealed with there is none: the next look at the repository has the hook made anew.
    private Secret? Open(Guid webhook, Row row)
    {
        try
        {
            return new Secret(
                [.. new[] { row.Secret, row.NextSecret }.OfType<byte[]>().Select(envelope => Encoding.UTF8.GetBytes(sealer.Open(envelope, Purpose, webhook)))], row.GithubRepositoryId);
        }
        catch (CryptographicException exception)
        {
            if (_lost.Count < MaxEntries && _lost.TryAdd(webhook, true))
            {
                logger.LogError(
                    exception, "The secret of the webhook {Webhook} cannot be opened with the keys of this installation: its deliveries are refused until it has been made anew, within a day.", webhook);
            }

            return null;
        }
    }

    /// <param name="Keys">Each counts: while a hook gets a new secret, GitHub may sign with the old one or the new one.</param>
    /// <param name="RepositoryId">GitHub's id of the only repository that is spoken of with it; null for the App.</param>
    internal sealed record Secret(IReadOnlyList<byte[]> Keys, long? RepositoryId)
    {
        public override string ToString() => $"the secret of a webhook of {RepositoryId}";
    }

    private sealed record Row(byte[] Secret, byte[]? NextSecret, long? GithubRepositoryId);

    private static class Sql
    {
        public const string Find = """
            SELECT secret AS "Secret", next_secret AS "NextSecret", github_repository_id AS "GithubRepositoryId" FROM app.webhook_secret(@webhook::uuid)
            """;
    }
}
