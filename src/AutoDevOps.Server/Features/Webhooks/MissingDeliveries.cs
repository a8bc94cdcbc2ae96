using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Finds what GitHub delivered, or tried to, and did not arrive; and asks it to deliver that again.</summary>
/// <remarks>GitHub never tries again by itself, and keeps deliveries for three days:
/// https://docs.github.com/en/webhooks/using-webhooks/automatically-redelivering-failed-deliveries-for-a-repository-webhook</remarks>
internal sealed class MissingDeliveries(Db db, GitHubClient client, TimeProvider time)
{
    /// <summary>How far back it looks: as far as GitHub can deliver again.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(3);

    /// <summary>How often one is tried in all: one that we refuse each time would be asked for each hour.</summary>
    public const int MaxAttempts = 4;

    private const int Batch = 500;

    // It may be on its way, or being taken in.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <param name="caller">Who looks for them here.</param>
    /// <param name="path">The hook's list, such as <c>repos/o/r/hooks/1/deliveries</c>.</param>
    /// <param name="seenUntil">Of those before nothing is missing, as an earlier look found.</param>
    /// <returns>How many GitHub was asked for, and for the next look until when nothing is missing any more.</returns>
    /// <exception cref="GitHubException">GitHub did not answer; what was asked for until then comes.</exception>
    public async Task<(int Asked, DateTimeOffset SeenUntil)> AskAgainAsync(
        Caller caller, GitHubToken token, string path, DateTimeOffset? seenUntil, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = seenUntil > now - Reach ? seenUntil : now - Reach;
        var attempts = await AttemptsAsync(token, path, since.Value, cancellationToken);
        var candidates = attempts.Where(entry => entry.Value.Count < MaxAttempts && !IsFresh(entry.Value))
            .OrderBy(entry => entry.Value.Min(attempt => attempt.DeliveredAt)).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        // All attempts at one are counted, so the first of what is still open is to be seen next time.
        var open = attempts.Values.Where(IsFresh).ToList();
        var asked = 0;
        foreach (var batch in candidates.Chunk(Batch))
        {
            var missing = (await db.QueryAsync<string>(caller, Sql.Missing, new { guids = batch.Select(entry => entry.Key).ToArray() }, cancellationToken))
                .ToHashSet(StringComparer.Ordinal);
            foreach (var (_, tried) in batch.Where(entry => missing.Contains(entry.Key)))
            {
                open.Add(tried);
                asked += await AskAsync(token, $"{path}/{GitHubPath.Of($"{tried[0].Id}")}/attempts", cancellationToken) ? 1 : 0;
            }
        }

        return (asked, open.SelectMany(tried => tried).Select(attempt => attempt.DeliveredAt).Append(now - Fresh).Min().ToUniversalTime());

        bool IsFresh(List<Attempt> tried) => tried.Exists(attempt => attempt.DeliveredAt >= now - Fresh);
    }

    /// <summary>What GitHub tried to deliver since then, by its id.</summary>
    private async Task<Dictionary<string, List<Attempt>>> AttemptsAsync(GitHubToken token, string path, DateTimeOffset since, CancellationToken cancellationToken)
    {
        Dictionary<string, List<Attempt>> attempts = new(StringComparer.Ordinal);
        await foreach (var attempt in client.ListAsync<Attempt>(token, path, null, cancellationToken))
        {
            if (attempt.DeliveredAt < since)
            {
                // The newest come first.
                break;
            }

            if (!attempts.TryGetValue(attempt.Guid, out var others))
            {
                attempts[attempt.Guid] = others = [];
            }

            others.Add(attempt);
        }

        return attempts;
    }

    private async Task<bool> AskAsync(GitHubToken token, string path, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(token, HttpMethod.Post, path, null, cancellationToken);
            return true;
        }
        catch (GitHubException exception) when (exception.Failure is GitHubFailure.NotFound or GitHubFailure.Rejected)
        {
            // It has become too old meanwhile, or its hook is turned off: the others may still come.
            return false;
        }
    }

    private sealed record Attempt(long Id, string Guid, DateTimeOffset DeliveredAt);

    private static class Sql
    {
        public const string Missing = "SELECT guid FROM app.missing_deliveries(@guids::text[]) AS guid";
    }
}
