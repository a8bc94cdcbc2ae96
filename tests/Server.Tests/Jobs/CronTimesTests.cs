using System.Globalization;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Tests.Jobs;

public sealed class CronTimesTests
{
    [Theory]
    [InlineData("0 5 * * 1", "UTC", "2026-03-02T05:00", "2026-03-09T05:00")]
    [InlineData("0 5 * * *", "Europe/Berlin", "2026-03-02T04:00", "2026-03-03T04:00")]
    [InlineData("*/15 * * * *", "UTC", "2026-03-01T12:15", "2026-03-01T12:30")]
    // The last Sunday of March: 02:30 does not exist, the clock goes from 02:00 to 03:00.
    [InlineData("30 2 29 3 *", "Europe/Berlin", "2026-03-29T01:00", "2027-03-29T00:30")]
    // The last Sunday of October: 02:30 exists twice.
    [InlineData("30 2 25 10 *", "Europe/Berlin", "2026-10-25T00:30", "2027-10-25T00:30")]
    public void The_next_times_are_by_the_clock_of_the_zone(string cron, string zone, string first, string second)
    {
        var (times, problem) = CronTimes.Read(cron, zone, Utc("2026-03-01T12:00"));
        Assert.Null(problem);
        Assert.Equal(Utc(first), times!.NextAfter(Utc("2026-03-01T12:00")));
        Assert.Equal(Utc(second), times.NextAfter(Utc(first)));
    }

    [Theory]
    [InlineData("every day", "UTC", "every day is no cron expression")]
    [InlineData("0 5 * *", "UTC", "Give five fields")]
    [InlineData("0 25 * * *", "UTC", "no cron expression")]
    [InlineData("0 5 30 2 *", "UTC", "never happens")]
    [InlineData("* * * * *", "UTC", "twice within 15 minutes")]
    [InlineData("0,10 5 * * *", "UTC", "Leave at least 15 minutes")]
    [InlineData("0 5 * * *", "Mars/Olympus", "There is no time zone Mars/Olympus")]
    public void What_is_no_schedule_is_refused_with_what_is_wrong(string cron, string zone, string expected)
    {
        var (times, problem) = CronTimes.Read(cron, zone, Utc("2026-03-01T12:00"));
        Assert.Null(times);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static DateTime Utc(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
