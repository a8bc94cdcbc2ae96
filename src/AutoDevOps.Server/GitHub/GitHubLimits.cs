using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace AutoDevOps.Server.GitHub;

/// <summary>Knows, for each token, before when GitHub allows no request, and lets none go before.</summary>
/// <remarks>Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. Times are counted from the moment that
/// the answer itself says it is: the two clocks need not agree.</remarks>
internal sealed class GitHubLimits(TimeProvider time)
{
    /// <summary>What GitHub asks to wait when it says nothing.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);

    /// <exception cref="GitHubException">GitHub does not allow a request with this token yet.</exception>
    public void Check(string identity)
    {
        if (_notBefore.TryGetValue(identity, out var until))
        {
            if (until > time.GetUtcNow())
            {
                throw Refused(until);
            }

            _notBefore.TryRemove(new(identity, until));
        }
    }

    /// <summary>Notes what is known from elsewhere: another process may have been told.</summary>
    public void Note(string identity, DateTimeOffset until) => _notBefore.AddOrUpdate(identity, until, (_, known) => known > until ? known : until);

    /// <summary>Learns from an answer.</summary>
    /// <returns>Until when to wait, if the answer was a refusal for its rate.</returns>
    public DateTimeOffset? Learn(string identity, HttpResponseMessage response, string body)
    {
        var now = time.GetUtcNow();
        var isSpent = Header(response, "x-ratelimit-remaining") == "0";
        DateTimeOffset? reset = long.TryParse(Header(response, "x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? now + (DateTimeOffset.FromUnixTimeSeconds(seconds) - (response.Headers.Date ?? now))
            : null;
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            if (isSpent && reset is { } later && later > now)
            {
                Note(identity, later);
            }

            return null;
        }

        DateTimeOffset? until = RetryAfter(response, now) is { } told ? told
            : isSpent && reset is { } spent ? spent
            : response.StatusCode == HttpStatusCode.TooManyRequests || body.Contains("rate limit", StringComparison.OrdinalIgnoreCase) ? now + Least
            : null;
        if (until is { } known)
        {
            Note(identity, known);
        }

        return until;
    }

    public static GitHubException Refused(DateTimeOffset until) => new(
        GitHubFailure.RateLimited, string.Create(CultureInfo.InvariantCulture, $"GitHub allows no more requests before {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."), until);

    private static DateTimeOffset? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => now + delta,
        { Date: { } date } => now + (date - (response.Headers.Date ?? now)),
        _ => null,
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
