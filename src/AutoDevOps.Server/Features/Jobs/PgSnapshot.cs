using System.Globalization;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>What a snapshot of PostgreSQL shows. See https://www.postgresql.org/docs/15/functions-info.html (pg_snapshot).</summary>
/// <param name="Xmin">All transactions before it are over.</param>
/// <param name="Xmax">Neither it nor one after it had begun.</param>
/// <param name="Running">Those between them that were not over.</param>
internal sealed record PgSnapshot(long Xmin, long Xmax, IReadOnlySet<long> Running)
{
    /// <param name="text">Such as <c>10:20:12,15</c>: of <see cref="EventCursor"/>, which has looked at its form.</param>
    public static PgSnapshot Parse(string text)
    {
        var parts = text.Split(':');
        return new PgSnapshot(
            Number(parts[0]), Number(parts[1]), parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number).ToHashSet());
    }

    /// <summary>Whether PostgreSQL would read it: numbers may be in the form of a snapshot and be none.</summary>
    public static bool IsRight(string text)
    {
        var parts = text.Split(':');
        var (xmin, xmax) = (Number(parts[0]), Number(parts[1]));
        var running = parts[2].Split(',');
        // PostgreSQL lets the last comma be.
        var listed = running[^1].Length == 0 ? running[..^1] : running;
        return xmin > 0 && xmin <= xmax && listed.All(written => written.Length is > 0 and < 20 && Number(written) >= xmin && Number(written) < xmax)
            && listed.Zip(listed.Skip(1)).All(pair => Number(pair.First) <= Number(pair.Second));
    }

    /// <summary>Whether what the transaction did is visible in it: <c>pg_visible_in_snapshot</c>.</summary>
    public bool Shows(long xid) => xid < Xmin || (xid < Xmax && !Running.Contains(xid));

    // Nineteen digits may be more than the largest number: then it is later than all.
    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
