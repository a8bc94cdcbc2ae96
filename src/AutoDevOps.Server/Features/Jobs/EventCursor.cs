using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>How far a reader of an organization's events is: what PostgreSQL's snapshot <paramref name="Seen"/> shows it has had.</summary>
/// <remarks>Transactions that write events commit in another order than their numbers, so no number says "everything before". A
/// snapshot does: an event is new if and only if its transaction is not visible in the snapshot of the last look. See
/// https://www.postgresql.org/docs/15/functions-info.html (pg_visible_in_snapshot).</remarks>
/// <param name="Seen">As <c>pg_snapshot</c> is written: <c>xmin:xmax:xip,…</c></param>
/// <param name="Within">Set in the middle of a batch: the snapshot that the batch was read in, and its last event that was had.</param>
internal sealed partial record EventCursor(string Seen, EventCursor.Place? Within = null)
{
    // Two snapshots with every connection of a large server in each.
    private const int MaxLength = 16_000;

    internal sealed record Place(string Snapshot, long Xid, Guid JobId, int Seq);

    /// <summary>As an event's id; safe in a header.</summary>
    public override string ToString() => Within is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{Seen}~{place.Snapshot}~{place.Xid}.{place.JobId:N}.{place.Seq}")
        : Seen;

    /// <summary>Null for what is no id of ours.</summary>
    public static EventCursor? Parse(string text)
    {
        if (text.Length > MaxLength || Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var seen = match.Groups["seen"].Value;
        if (!match.Groups["within"].Success)
        {
            return new EventCursor(seen);
        }

        return long.TryParse(match.Groups["xid"].Value, CultureInfo.InvariantCulture, out var xid)
            && int.TryParse(match.Groups["seq"].Value, CultureInfo.InvariantCulture, out var seq)
            ? new EventCursor(seen, new Place(match.Groups["snapshot"].Value, xid, Guid.ParseExact(match.Groups["job"].Value, "N"), seq))
            : null;
    }

    [GeneratedRegex(
        "^(?<seen>[0-9]{1,19}:[0-9]{1,19}:[0-9,]*)(?<within>~(?<snapshot>[0-9]{1,19}:[0-9]{1,19}:[0-9,]*)~(?<xid>[0-9]{1,19})[.](?<job>[0-9a-f]{32})[.](?<seq>[0-9]{1,10}))?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
