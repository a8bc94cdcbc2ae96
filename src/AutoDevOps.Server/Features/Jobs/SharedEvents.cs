using AutoDevOps.Server.Data;
using Dapper;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>What one read found for all streams that wanted to read about the same organization or job.</summary>
/// <param name="Rows">In the order of the stream, from where the furthest behind is.</param>
/// <param name="Snapshot">What PostgreSQL's snapshot of the read shows.</param>
/// <param name="Members">Who might see it when it was read.</param>
/// <param name="IsWhole">There was no more than one read gives.</param>
internal sealed record SharedEvents(IReadOnlyList<JobEvent.Row> Rows, string Snapshot, IReadOnlySet<Guid> Members, bool IsWhole);

/// <summary>The reads that streams of this process share: a thousand pages of one organization cost one read for an event.</summary>
/// <remarks>Read as whoever came first, whom the policies bind like everybody. The members are read after the events: who is none any
/// more when the events are there gets none of them.</remarks>
internal sealed class SharedEventReads
{
    /// <summary>A read that has more is for each stream to do by itself.</summary>
    private const int MaxEvents = 500;

    private readonly Db _db;

    public SharedEventReads(Db db)
    {
        _db = db;
        OfOrganization = new(ReadOrganizationAsync);
        OfJob = new(ReadJobAsync);
    }

    /// <summary>From the oldest transaction that one of them has not had.</summary>
    public ReadGroups<long, SharedEvents> OfOrganization { get; }

    /// <summary>From the number after the last one that they have had.</summary>
    public ReadGroups<int, SharedEvents> OfJob { get; }

    private Task<SharedEvents> ReadOrganizationAsync(Guid organization, Caller caller, IReadOnlyCollection<long> from) =>
        ReadAsync(caller, Sql.OfOrganization, new { organization, from = from.Min(), limit = MaxEvents });

    private Task<SharedEvents> ReadJobAsync(Guid job, Caller caller, IReadOnlyCollection<int> from) =>
        ReadAsync(caller, Sql.OfJob, new { job, after = from.Min(), limit = MaxEvents });

    private Task<SharedEvents> ReadAsync(Caller caller, string sql, object parameters) => EventStreams.InTurnAsync(
        () => _db.ReadAsync(
            caller, sql, parameters,
            async results =>
            {
                var rows = (await results.ReadAsync<Row>()).AsList();
                var found = rows.FindAll(row => row.JobId != Guid.Empty);
                return new SharedEvents(found, rows[0].Snapshot, (await results.ReadAsync<Guid>()).ToHashSet(), found.Count < MaxEvents);
            },
            CancellationToken.None),
        CancellationToken.None);

    internal sealed record Row : JobEvent.Row
    {
        public string Snapshot { get; init; } = "";
    }

    private static class Sql
    {
        // One row always comes, for its snapshot.
        public const string OfOrganization = $"""
            SELECT look.snapshot::text AS "Snapshot", found.*
            FROM (SELECT pg_current_snapshot() AS snapshot) AS look LEFT JOIN LATERAL (
                SELECT {JobEvent.Row.Columns} FROM job_events AS e
                WHERE e.organization_id = @organization::uuid AND e.xid >= @from::bigint::text::xid8 AND pg_visible_in_snapshot(e.xid, look.snapshot)
                ORDER BY e.xid, e.job_id, e.seq
                LIMIT @limit::int) AS found ON true;
            SELECT user_id FROM organization_members WHERE organization_id = @organization::uuid
            """;

        public const string OfJob = $"""
            SELECT '' AS "Snapshot", found.*
            FROM (SELECT) AS look LEFT JOIN LATERAL (
                SELECT {JobEvent.Row.Columns} FROM job_events AS e
                WHERE e.job_id = @job::uuid AND e.seq > @after::int ORDER BY e.seq LIMIT @limit::int) AS found ON true;
            SELECT user_id FROM organization_members WHERE organization_id = (SELECT organization_id FROM jobs WHERE id = @job::uuid)
            """;
    }
}
