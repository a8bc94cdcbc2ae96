using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Events with the ids to go on from, as one read of a stream gives them.</summary>
/// <param name="Position">The id to go on from after all of them, also when there were none.</param>
/// <param name="HasMore">There was more than one read gives.</param>
/// <param name="IsOver">Nothing can follow.</param>
internal sealed record EventBatch(IReadOnlyList<(string Id, JobEvent Event)> Events, string Position, bool HasMore, bool IsOver = false);

/// <summary>Reads what a stream has not sent yet, as its person: what they may not see any more is not there.</summary>
internal interface IEventReader
{
    Task<EventBatch> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Asked at each heartbeat: what the person may see may be more or less than it was.</summary>
    Task LookAroundAsync(CancellationToken cancellationToken);
}

/// <summary>The events of one job. A job's events commit in the order of their numbers, so that the last number is the cursor.</summary>
internal sealed class JobEventReader(Db db, SharedEventReads shared, CurrentUser user, Guid jobId, int after) : IEventReader
{
    private const int MaxEvents = 500;
    private int _after = after;

    public async Task<EventBatch> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await shared.OfJob.JoinAsync(jobId, user.Caller, _after, cancellationToken);
        IReadOnlyList<JobEvent.Row> rows = found.IsWhole && found.Members.Contains(user.Id)
            ? [.. found.Rows.Where(row => row.Seq > _after)]
            : await EventStreams.InTurnAsync(
                () => db.QueryAsync<JobEvent.Row>(user.Caller, Sql.Events, new { jobId, after = _after, limit = MaxEvents }, cancellationToken), cancellationToken);
        var events = rows.Select(row => row.ToEvent()).ToList();
        if (events.Count > 0)
        {
            _after = events[^1].Seq;
        }

        return new EventBatch(
            [.. events.Select(item => (item.Seq.ToString(CultureInfo.InvariantCulture), item))],
            _after.ToString(CultureInfo.InvariantCulture),
            events.Count == MaxEvents,
            events.Count > 0 && events[^1].IsLast);
    }

    /// <summary>A job stays in its organization, and who left that is told nothing more by the read itself.</summary>
    public Task LookAroundAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static class Sql
    {
        public const string Events = $"""
            SELECT {JobEvent.Row.Columns} FROM job_events AS e
            WHERE e.job_id = @jobId::uuid AND e.seq > @after::int ORDER BY e.seq LIMIT @limit::int
            """;
    }
}

/// <summary>The events of all jobs of the caller's organizations. One that they join is noticed at the next heartbeat, and told of from
/// the last one on; one that they leave is not told of from that moment.</summary>
/// <param name="bell">Rings for those organizations, once they have been looked up.</param>
/// <param name="cursor">Null: what happens from now on.</param>
internal sealed class FleetEventReader(Db db, SharedEventReads shared, CurrentUser user, EventBell bell, EventCursor? cursor) : IEventReader
{
    private const int MaxEvents = 500;
    private EventCursor? _cursor = cursor;
    private Guid[] _organizations = [];

    public async Task LookAroundAsync(CancellationToken cancellationToken)
    {
        var found = (await db.QueryAsync<Surroundings>(user.Caller, Sql.Organizations, null, cancellationToken))[0];
        if (!found.Organizations.SequenceEqual(_organizations))
        {
            _organizations = found.Organizations;
            bell.HangFor(found.Organizations);
        }
        else if (_cursor is { Of: { } of, Within: null })
        {
            // In no other organization up to now.
            _cursor = _cursor with { Of = of with { Others = found.Snapshot } };
        }
    }

    public async Task<EventBatch> ReadAsync(CancellationToken cancellationToken)
    {
        if (_cursor is not { } start)
        {
            _cursor = new EventCursor((await db.QueryAsync<string>(user.Caller, Sql.Now, null, cancellationToken))[0]);
            return new EventBatch([], _cursor.ToString(), HasMore: false);
        }

        var together = await ReadSharedAsync(start, cancellationToken);
        var (snapshot, found) = together ?? await ReadAloneAsync(start, cancellationToken);
        var hasMore = found.Count == MaxEvents;
        // A read for one organization says nothing of those that its reader may just have joined.
        var of = together is not null ? start.Of ?? new(_organizations[0], start.Seen) : start.Within?.IsShared == true ? start.Of : null;
        var end = new EventCursor(snapshot, Of: of);
        start = of is null ? start : start with { Of = of };
        List<(string, JobEvent)> events = [];
        for (var at = 0; at < found.Count; at++)
        {
            _cursor = at == found.Count - 1 && !hasMore
                ? end
                : start with { Within = new(snapshot, found[at].Xid, found[at].JobId, found[at].Seq, of is not null) };
            events.Add((_cursor.ToString(), found[at].ToEvent()));
        }

        if (found.Count == 0)
        {
            _cursor = end;
        }

        // What was left of an interrupted batch says nothing about what came after it.
        return new EventBatch(events, _cursor.ToString(), hasMore || start.Within is not null);
    }

    // With all others of the organization; null when that does not serve: several organizations, or another than before, the rest of a
    // batch, very many events, or a person who is no member any more.
    private async Task<(string Snapshot, IReadOnlyList<JobEvent.Row> Rows)?> ReadSharedAsync(EventCursor start, CancellationToken cancellationToken)
    {
        if (_organizations.Length != 1 || start.Within is not null || (start.Of is { } of && of.Organization != _organizations[0]))
        {
            return null;
        }

        var seen = PgSnapshot.Parse(start.Seen);
        var found = await shared.OfOrganization.JoinAsync(_organizations[0], user.Caller, seen.Xmin, cancellationToken);
        return found.IsWhole && found.Members.Contains(user.Id) ? (found.Snapshot, [.. found.Rows.Where(row => !seen.Shows(row.Xid))]) : null;
    }

    private async Task<(string Snapshot, IReadOnlyList<JobEvent.Row> Rows)> ReadAloneAsync(EventCursor start, CancellationToken cancellationToken)
    {
        var rows = await EventStreams.InTurnAsync(
            () => db.QueryAsync<SharedEventReads.Row>(
                user.Caller,
                Sql.Events,
                new
                {
                    seen = start.Seen,
                    start.Of?.Organization,
                    others = start.Of?.Others ?? start.Seen,
                    until = start.Within?.Snapshot,
                    start.Within?.Xid,
                    start.Within?.JobId,
                    start.Within?.Seq,
                    isShared = start.Within?.IsShared == true,
                    limit = MaxEvents,
                },
                cancellationToken),
            cancellationToken);
        // One row always comes, for its snapshot.
        return (rows[0].Snapshot, [.. rows.Where(row => row.JobId != Guid.Empty)]);
    }

    private sealed record Surroundings
    {
        public string Snapshot { get; init; } = "";

        public Guid[] Organizations { get; init; } = [];
    }

    private static class Sql
    {
        public const string Now = "SELECT pg_current_snapshot()::text";

        public const string Organizations = """
            SELECT pg_current_snapshot()::text AS "Snapshot",
                   ARRAY(SELECT organization_id FROM app.organizations_of_caller() AS organization_id ORDER BY 1) AS "Organizations"
            """;

        // The second condition is the first in a form that an index serves. The third leaves out what a restored backup brought along
        // from another server: numbers of transactions that have not been yet. The last two go on within a batch.
        public const string Events = $"""
            WITH look AS (SELECT coalesce(@until::pg_snapshot, pg_current_snapshot()) AS snapshot)
            SELECT look.snapshot::text AS "Snapshot", found.*
            FROM look LEFT JOIN LATERAL (
                SELECT {JobEvent.Row.Columns} FROM job_events AS e
                WHERE e.organization_id = ANY (ARRAY(SELECT app.organizations_of_caller()))
                  AND NOT pg_visible_in_snapshot(e.xid, CASE WHEN e.organization_id = @Organization::uuid THEN @seen ELSE @others END::pg_snapshot)
                  AND e.xid >= least(pg_snapshot_xmin(@seen::pg_snapshot), pg_snapshot_xmin(@others::pg_snapshot))
                  AND pg_visible_in_snapshot(e.xid, look.snapshot)
                  AND (@Xid::bigint IS NULL OR (e.xid, e.job_id, e.seq) > (@Xid::text::xid8, @JobId::uuid, @Seq::int))
                  AND (NOT @isShared::boolean OR e.organization_id = @Organization::uuid)
                ORDER BY e.xid, e.job_id, e.seq
                LIMIT @limit::int) AS found ON true
            """;
    }
}
