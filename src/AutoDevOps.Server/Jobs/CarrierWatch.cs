using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Jobs;

/// <summary>Says in the database that this process is there and what carries its signals, and notices others that use another carrier: they do not
/// hear each other, and everything still works, only late.</summary>
/// <remarks>Two servers of Redis are not told apart: each process only says that it uses one.</remarks>
internal sealed class CarrierWatch(Db db, ProcessIdentity process, ISignalCarrier carrier, IServiceProvider services, TimeProvider time, ILogger<CarrierWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>What says nothing for so long is not there any more.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private volatile string? _trouble;
    private bool _isFailureTold;

    /// <summary>What is wrong, for whoever runs the installation; null: nothing.</summary>
    public string? Trouble => _trouble;

    /// <summary>Says that the process is there, and looks at the others once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var others = await db.QueryAsync<string>(
            process.Caller,
            Sql.Report,
            new
            {
                id = process.Id,
                role = services.GetService<RunningJobs>() is null ? "serve" : "work",
                host = Environment.MachineName,
                version = Product.Version,
                startedAt = _started,
                runningJobs = services.GetService<RunningJobs>()?.All.Count,
                signals = carrier.Name,
                silence = Silence,
            },
            cancellationToken);
        if (others.Count == 0 && _trouble is not null)
        {
            _trouble = null;
            logger.LogInformation("All processes use the same carrier of signals again.");
        }
        else if (others.Count > 0 && _trouble is null)
        {
            _trouble = $"Signals between processes are carried by {carrier.Name} here and by {others[0]} elsewhere, so that some do not hear of jobs, cancellations and events at once. Give every process the same ConnectionStrings:Redis, or none.";
            logger.LogWarning("{Trouble}", _trouble);
        }
    }

    /// <summary>Says that the process is gone.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What cannot be said is noticed by the silence.")]
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await db.QueryAsync<Guid>(process.Caller, Sql.Leave, new { id = process.Id }, either.Token);
        }
        catch (Exception exception)
        {
            logger.LogDebug(exception, "Could not say that this process is gone.");
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Repeatedly.RunAsync(
        time, Period, atOnce: true,
        async stop =>
        {
            await LookAsync(stop);
            _isFailureTold = false;
        },
        exception =>
        {
            // Once for an outage.
            logger.Log(_isFailureTold ? LogLevel.Debug : LogLevel.Warning, exception, "Could not look at what the other processes use.");
            _isFailureTold = true;
        },
        stoppingToken);

    private static class Sql
    {
        // What is silent is passed over at once, and removed much later: a process that was only frozen comes back.
        public const string Report = """
            WITH gone AS (DELETE FROM nodes WHERE seen_at < now() - interval '1 hour' AND id <> @id::uuid), reported AS (
                INSERT INTO nodes (id, role, host, version, started_at, seen_at, running_jobs, signals)
                VALUES (@id::uuid, @role, @host, @version, @startedAt, now(), @runningJobs::int, @signals)
                ON CONFLICT (id) DO UPDATE SET seen_at = now(), running_jobs = excluded.running_jobs)
            SELECT DISTINCT signals FROM nodes
            WHERE id <> @id::uuid AND seen_at > now() - @silence::interval AND signals <> @signals ORDER BY 1
            """;

        public const string Leave = "DELETE FROM nodes WHERE id = @id::uuid RETURNING id";
    }
}
