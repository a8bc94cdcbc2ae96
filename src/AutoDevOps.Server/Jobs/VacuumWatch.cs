using System.Diagnostics.Metrics;
using System.Text.Json;
using AutoDevOps.Server.Data;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>Watches what makes a queue in a table slow: rows that are dead and cannot be removed, and the old snapshot that keeps them.</summary>
/// <remarks>What it sees is measured; what is over a limit is an alert of the installation, raised once by whichever process sees it first, and
/// resolved when it is over.</remarks>
internal sealed class VacuumWatch(Db db, ProcessIdentity process, IOptions<JobOptions> options, TimeProvider time, ILogger<VacuumWatch> logger) : BackgroundService
{
    public const string OldSnapshot = "old_snapshot";
    public const string DeadRows = "dead_rows";

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly Meter Meter = new("AutoDevOps.Jobs");
    private static readonly Gauge<double> Age = Meter.CreateGauge<double>("autodevops.database.oldest_snapshot", "s", "How long the oldest transaction has kept dead rows from being removed.");
    private static readonly Gauge<long> Lag = Meter.CreateGauge<long>("autodevops.database.oldest_snapshot.transactions", "{transaction}", "How many transactions ago what keeps dead rows began, replication slots among it.");
    private static readonly Gauge<long> Dead = Meter.CreateGauge<long>("autodevops.database.dead_rows", "{row}", "Rows of the queue's tables that are dead and still there.");
    private static readonly Gauge<long> Live = Meter.CreateGauge<long>("autodevops.database.live_rows", "{row}", "Rows of the queue's tables.");
    private bool _isBlindnessTold;

    /// <summary>Looks once: measures, raises what is over its limit, and resolves what is not any more.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var (holders, tables, seesAll) = await db.ReadAsync(
            process.Caller, Sql.Look, null,
            async results => ((await results.ReadAsync<Holder>()).AsList(), (await results.ReadAsync<Table>()).AsList(), await results.ReadSingleAsync<bool>()),
            cancellationToken);
        TellIfBlind(seesAll);
        var oldest = holders.MaxBy(holder => holder.Seconds ?? 0);
        Age.Record(oldest?.Seconds ?? 0);
        Lag.Record(holders.Select(holder => holder.Transactions ?? 0).DefaultIfEmpty().Max());
        foreach (var table in tables)
        {
            Dead.Record(table.Dead, new KeyValuePair<string, object?>("table", table.Name));
            Live.Record(table.Live, new KeyValuePair<string, object?>("table", table.Name));
        }

        await SettleAsync(
            OldSnapshot, oldest?.Seconds > options.Value.SnapshotAlert.TotalSeconds ? new { oldest.Name, seconds = (long)oldest.Seconds.Value } : null, cancellationToken);
        await SettleAsync(
            DeadRows, tables.Find(table => table.Dead > Math.Max(options.Value.DeadRowsAlert, table.Live)), cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, Period, atOnce: false, LookAsync, exception => logger.LogWarning(exception, "Could not look for old snapshots and dead rows."), stoppingToken);

    /// <param name="trouble">What is over its limit; null: nothing.</param>
    private async Task SettleAsync(string kind, object? trouble, CancellationToken cancellationToken)
    {
        if (trouble is null)
        {
            if ((await db.QueryAsync<Guid>(process.Caller, Sql.Resolve, new { kind }, cancellationToken)).Count > 0)
            {
                logger.LogInformation("The alert {Alert} is over.", kind);
            }

            return;
        }

        var detail = JsonSerializer.Serialize(trouble, JsonSerializerOptions.Web);
        var isNew = await db.InTransactionAsync(
            process.Caller,
            async connection =>
            {
                // Of several processes that see it at once one raises it.
                await connection.ExecuteAsync(new CommandDefinition(Sql.Lock, cancellationToken: cancellationToken));
                return await connection.ExecuteAsync(new CommandDefinition(Sql.Raise, new { id = Guid.CreateVersion7(), kind, detail }, cancellationToken: cancellationToken)) > 0;
            },
            cancellationToken);
        if (isNew)
        {
            logger.LogWarning("Alert {Alert}: {Detail}. Dead rows of the queue pile up and make it slow; end what holds them, or look why autovacuum does not come.", kind, detail);
        }
    }

    private void TellIfBlind(bool seesAll)
    {
        if (!seesAll && !_isBlindnessTold)
        {
            _isBlindnessTold = true;
            logger.LogWarning(
                "Old transactions of other database roles than the program's own are not seen. Let a superuser run: GRANT pg_read_all_stats TO autodevops_queue");
        }
    }

    internal sealed record Holder(string Name, double? Seconds, long? Transactions);

    internal sealed record Table(string Name, long Dead, long Live);

    private static class Sql
    {
        // Our own sessions may be seen by anybody of our role, other roles' by the function, perhaps.
        public const string Look = """
            SELECT holder AS "Name", extract(epoch FROM app.now() - since)::double precision AS "Seconds", transactions AS "Transactions"
            FROM (
                SELECT holder, since, transactions FROM app.snapshot_holders()
                UNION ALL
                SELECT format('session %s of %s', pid, usename), xact_start, greatest(age(backend_xid), age(backend_xmin))::bigint
                FROM pg_stat_activity
                WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)
            ) AS found;
            SELECT relname::text AS "Name", n_dead_tup AS "Dead", n_live_tup AS "Live" FROM pg_stat_user_tables
            WHERE relid IN ('public.jobs'::regclass, 'public.job_events'::regclass) ORDER BY 1;
            SELECT pg_has_role('autodevops_queue', 'pg_read_all_stats', 'USAGE')
            """;

        public const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended('alerts of the installation', 0))";

        public const string Raise = """
            INSERT INTO alerts (id, kind, detail) SELECT @id::uuid, @kind, @detail::jsonb
            WHERE NOT EXISTS (SELECT FROM alerts WHERE kind = @kind AND organization_id IS NULL AND resolved_at IS NULL)
            """;

        public const string Resolve = """
            UPDATE alerts SET resolved_at = now() WHERE kind = @kind AND organization_id IS NULL AND resolved_at IS NULL RETURNING id
            """;
    }
}
