using System.Net;
using AutoDevOps.Server.GitHub;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>Until when to wait, from what GitHub's documentation says of its limits.</summary>
public sealed class GitHubLimitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    [Theory]
    [InlineData(403, "retry-after: 90", "", 90)]
    [InlineData(429, "retry-after: 90", "", 90)]
    [InlineData(403, "x-ratelimit-remaining: 0;x-ratelimit-reset: +600", "", 600)]
    [InlineData(403, "retry-after: 30;x-ratelimit-remaining: 0;x-ratelimit-reset: +600", "", 30)]
    [InlineData(403, "", "You have exceeded a secondary rate limit", 60)]
    [InlineData(429, "", "", 60)]
    [InlineData(429, "x-ratelimit-reset: 99999999999999999", "", 60)]
    [InlineData(403, "x-ratelimit-remaining: 12;x-ratelimit-reset: +600", "Resource not accessible", null)]
    [InlineData(404, "x-ratelimit-remaining: 12", "", null)]
    public void A_refusal_is_waited_for_as_long_as_GitHub_says(int status, string headers, string body, int? seconds)
    {
        var limits = new GitHubLimits(_clock);

        var until = limits.Learn("user:ada", Answer(status, headers), body);

        Assert.Equal(seconds is { } wait ? Now.AddSeconds(wait) : null, until);
        if (seconds is not null)
        {
            Assert.Equal(until, Assert.Throws<GitHubException>(() => limits.Check("user:ada")).RetryAt);
            limits.Check("user:grace");
            _clock.Advance(TimeSpan.FromSeconds(seconds.Value));
        }

        limits.Check("user:ada");
    }

    [Fact]
    public void Times_are_counted_by_GitHubs_clock()
    {
        var limits = new GitHubLimits(_clock);
        using var answer = Answer(403, "x-ratelimit-remaining: 0");
        answer.Headers.Date = Now.AddHours(5);
        answer.Headers.Add("x-ratelimit-reset", $"{Now.AddHours(5).AddMinutes(3).ToUnixTimeSeconds()}");

        Assert.Equal(Now.AddMinutes(3), limits.Learn("user:ada", answer, ""));
    }

    [Fact]
    public void What_another_process_was_told_holds_and_an_earlier_end_shortens_nothing()
    {
        var limits = new GitHubLimits(_clock);

        limits.Note("user:ada", Now.AddMinutes(10));
        limits.Note("user:ada", Now.AddMinutes(5));

        Assert.Equal(Now.AddMinutes(10), Assert.Throws<GitHubException>(() => limits.Check("user:ada")).RetryAt);
    }

    [Fact]
    public void A_job_waits_as_long_and_at_least_a_second()
    {
        Assert.Contains("Delay = 00:10:00", GitHubLimits.Refused(Now.AddMinutes(10)).ToOutcome(_clock)!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Delay = 00:00:01", GitHubLimits.Refused(Now.AddMinutes(-10)).ToOutcome(_clock)!.ToString(), StringComparison.Ordinal);
    }

    private static HttpResponseMessage Answer(int status, string headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var parts in headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ")))
        {
            var value = parts[1].StartsWith('+') ? $"{Now.AddSeconds(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)).ToUnixTimeSeconds()}" : parts[1];
            answer.Headers.TryAddWithoutValidation(parts[0], value);
        }

        return answer;
    }
}
