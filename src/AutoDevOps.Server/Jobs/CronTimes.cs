using Cronos;

namespace AutoDevOps.Server.Jobs;

/// <summary>When something that is repeated happens: a cron expression of five fields, by the clock of a time zone.</summary>
/// <remarks>Where the clock is put forward, a time that does not exist happens at the first one that does; where it is put back, a time
/// that exists twice happens once.</remarks>
public sealed class CronTimes
{
    /// <summary>Two times are never closer than this.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(15);

    // Enough to see an hour's and a day's pattern.
    private const int Looked = 100;

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronTimes(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <summary>Reads what somebody typed, and holds it to what a schedule may be.</summary>
    /// <param name="cron">Minute, hour, day of the month, month, day of the week; such as <c>0 5 * * 1</c>.</param>
    /// <param name="zone">An IANA name, such as <c>Europe/Berlin</c>.</param>
    /// <param name="now">In UTC: from when on the times must be far enough apart.</param>
    /// <returns>The times, or what is wrong.</returns>
    public static (CronTimes? Times, string? Problem) Read(string cron, string zone, DateTime now)
    {
        var (times, problem) = Parse(cron, zone);
        return times is null ? (null, problem) : times.Check(cron, now) is { } refusal ? (null, refusal) : (times, null);
    }

    /// <summary>Reads what was held to the rules before: near a change of the clock two times of it may be closer than they were then.</summary>
    /// <returns>The times, or what is wrong.</returns>
    public static (CronTimes? Times, string? Problem) Parse(string cron, string zone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
        {
            return (null, $"There is no time zone {zone}. Give one by its IANA name, such as UTC or Europe/Berlin.");
        }

        if (!CronExpression.TryParse(cron, CronFormat.Standard, out var expression))
        {
            return (null, $"{cron} is no cron expression. Give five fields: minute, hour, day of the month, month, day of the week; such as 0 5 * * 1 for Mondays at five.");
        }

        return (new CronTimes(expression, found), null);
    }

    /// <returns>The first time later than this, in UTC; null when there is none within the next years.</returns>
    public DateTime? NextAfter(DateTime utc) => _expression.GetNextOccurrence(DateTime.SpecifyKind(utc, DateTimeKind.Utc), _zone);

    private string? Check(string cron, DateTime now)
    {
        if (NextAfter(now) is not { } at)
        {
            return $"{cron} never happens.";
        }

        for (var i = 0; i < Looked && NextAfter(at) is { } next; at = next, i++)
        {
            if (next - at < Least)
            {
                return $"{cron} happens twice within {Least.TotalMinutes:0} minutes. Leave at least {Least.TotalMinutes:0} minutes between two times.";
            }
        }

        return null;
    }
}
