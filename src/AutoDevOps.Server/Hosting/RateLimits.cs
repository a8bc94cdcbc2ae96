using System.Collections.Concurrent;
using System.Globalization;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Hosting;

/// <summary>The groups that endpoints are counted in.</summary>
internal enum RateLimitGroup
{
    Auth,
    Repositories,
    Analysis,
    Jobs,

    /// <summary>Deliveries that are not signed right, each address for itself. Those that are, are not counted.</summary>
    Webhooks,
}

/// <summary>Counts requests in windows of a minute that begin with the first request, and says truly how many are left.</summary>
/// <remarks>The limiters of System.Threading.RateLimiting do not tell when their window ends, and cannot be given a clock; the
/// headers of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ need the former, tests the latter.
/// Counts live in this process: with several, each counts for itself.</remarks>
internal sealed class RateLimits(IOptions<RateLimitOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(RateLimitGroup Group, string Partition), Count> _counts = new();
    private long _nextPrune = time.GetTimestamp();

    /// <summary>Takes one request off what is left.</summary>
    /// <param name="partition">Whom it is counted for.</param>
    public Permit Take(RateLimitGroup group, string partition)
    {
        Prune();
        var limit = Limit(group);
        var count = _counts.GetOrAdd((group, partition), _ => new Count(time.GetTimestamp()));
        lock (count)
        {
            if (time.GetElapsedTime(count.Start) >= Window)
            {
                count.Start = time.GetTimestamp();
                count.Used = 0;
            }

            var allowed = count.Used < limit;
            count.Used += allowed ? 1 : 0;
            var reset = Window - time.GetElapsedTime(count.Start);
            return new Permit(allowed, limit, limit - count.Used, (int)Math.Ceiling(reset.TotalSeconds));
        }
    }

    private int Limit(RateLimitGroup group) => group switch
    {
        RateLimitGroup.Auth => options.Value.Auth,
        RateLimitGroup.Repositories => options.Value.Repositories,
        RateLimitGroup.Analysis => options.Value.Analysis,
        RateLimitGroup.Webhooks => options.Value.Webhooks,
        _ => options.Value.Jobs,
    };

    // Once a window, so that the addresses of passers-by do not add up.
    private void Prune()
    {
        var due = Interlocked.Read(ref _nextPrune);
        if (time.GetElapsedTime(due) < Window || Interlocked.CompareExchange(ref _nextPrune, time.GetTimestamp(), due) != due)
        {
            return;
        }

        foreach (var (key, count) in _counts)
        {
            lock (count)
            {
                if (time.GetElapsedTime(count.Start) >= Window)
                {
                    _counts.TryRemove(key, out _);
                }
            }
        }
    }

    /// <param name="ResetSeconds">Until the window ends and the whole limit is there again.</param>
    internal readonly record struct Permit(bool Allowed, int Limit, int Remaining, int ResetSeconds);

    private sealed class Count(long start)
    {
        public long Start { get; set; } = start;

        public int Used { get; set; }
    }
}

/// <summary>Marks an endpoint as counted in a group.</summary>
internal sealed record RateLimited(RateLimitGroup Group);

/// <summary>Refuses with 429 what is over the limit of its group, before anything else is done for it; every counted answer says
/// what is left.</summary>
internal sealed class RateLimitGate(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RateLimited>() is not { } limited)
        {
            return next(context);
        }

        var permit = limits.Take(limited.Group, Partition(context, limited.Group));
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = permit.Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = permit.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = permit.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        if (permit.Allowed)
        {
            return next(context);
        }

        headers.RetryAfter = permit.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        return Problems.WriteAsync(
            context, StatusCodes.Status429TooManyRequests, $"More than {permit.Limit} requests a minute. Try again in {permit.ResetSeconds} s.");
    }

    // A stranger has only an address; so has whoever is about to sign in.
    private static string Partition(HttpContext context, RateLimitGroup group) =>
        group != RateLimitGroup.Auth && context.Features.Get<CurrentUser>() is { } user
            ? $"{user.Id:N}/{user.OrganizationId:N}"
            : context.Connection.RemoteIpAddress?.ToString() ?? "";
}

internal static class RateLimitExtensions
{
    /// <summary>Counts every request to these endpoints in the group.</summary>
    public static RouteGroupBuilder Limited(this RouteGroupBuilder routes, RateLimitGroup group) => routes.WithMetadata(new RateLimited(group));
}
