using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>How far a reader of an organization's events is: what PostgreSQL's snapshot <paramref name="Seen"/> shows it has had.</summary>
/// <remarks>Transactions that write events commit in another order than their numbers, so no number says "everything before". A
/// snapshot does: an event is new if and only if its transaction is not visible in the snapshot of the last look. See
/// https://www.postgresql.org/docs/15/functions-info.html (pg_visible_in_snapshot).</remarks>
/// <param name="Seen">As <c>pg_snapshot</c> is written: <c>xmin:xmax:xip,…</c></param>
/// <param name="Within">Set in the middle of a batch: the snapshot that the batch was read in, and its last event that was had.</param>
/// <param name="Of">Set when <paramref name="Seen"/> is of one organization only.</param>
internal sealed partial record EventCursor(string Seen, EventCursor.Place? Within = null, EventCursor.Share? Of = null)
{
    private const string Snapshot = "[0-9]{1,19}:[0-9]{1,19}:[0-9,]*";

    // Three snapshots with every connection of a large server in each.
    private const int MaxLength = 16_000;

    /// <param name="IsShared">The batch has events of the organization of the <see cref="Share"/> only.</param>
    internal sealed record Place(string Snapshot, long Xid, Guid JobId, int Seq, bool IsShared);

    /// <param name="Others">How far the reader is with all other organizations: it was in none of them then.</param>
    internal sealed record Share(Guid Organization, string Others);

    /// <summary>As an event's id; safe in a header.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seen}{Written(Of)}{Written(Within)}");

    /// <summary>Null for what is no id of ours.</summary>
    public static EventCursor? Parse(string text)
    {
        if (text.Length > MaxLength || Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (seen, others, snapshot) = (match.Groups["seen"].Value, match.Groups["others"].Value, match.Groups["snapshot"].Value);
        var isShared = match.Groups["shared"].Success;
        if ((isShared && others.Length == 0) || new[] { seen, others, snapshot }.Any(written => written.Length > 0 && !PgSnapshot.IsRight(written)))
        {
            return null;
        }

        var of = others.Length > 0 ? new Share(Guid.ParseExact(match.Groups["organization"].Value, "N"), others) : null;
        return snapshot.Length == 0 ? new EventCursor(seen, Of: of)
            : long.TryParse(match.Groups["xid"].Value, CultureInfo.InvariantCulture, out var xid) && int.TryParse(match.Groups["seq"].Value, CultureInfo.InvariantCulture, out var seq)
                ? new EventCursor(seen, new Place(snapshot, xid, Guid.ParseExact(match.Groups["job"].Value, "N"), seq, isShared), of)
            : null;
    }

    private static string Written(Share? share) => share is null ? "" : $"!{share.Organization:N}.{share.Others}";

    private static string Written(Place? place) =>
        place is null ? "" : string.Create(CultureInfo.InvariantCulture, $"~{place.Snapshot}~{place.Xid}.{place.JobId:N}.{place.Seq}{(place.IsShared ? "s" : "")}");

    [GeneratedRegex(
        $"^(?<seen>{Snapshot})(!(?<organization>[0-9a-f]{{32}})[.](?<others>{Snapshot}))?(~(?<snapshot>{Snapshot})~(?<xid>[0-9]{{1,19}})[.](?<job>[0-9a-f]{{32}})[.](?<seq>[0-9]{{1,10}})(?<shared>s)?)?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
