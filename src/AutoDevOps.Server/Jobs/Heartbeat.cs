using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Keeps the leases of this process: one statement for all its jobs, on a thread and a connection of its own, so that
/// neither busy handlers nor an empty pool can stop it.</summary>
/// <remarks>A process that cannot reach the database in time stops its own jobs before another worker may take them.</remarks>
internal sealed class Heartbeat(
    Db db, JobProtocol protocol, RunningJobs runningJobs, JobSignals signals, IOptions<JobOptions> options, TimeProvider time, ILogger<Heartbeat> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private readonly AutoResetEvent _soon = new(false);
    private readonly CancellationTokenSource _stopping = new();
    private Thread? _thread;
    private NpgsqlConnection? _connection;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        signals.CancelRequested += BeatIfRunning;
        _thread = new Thread(Run) { IsBackground = true, Name = "job heartbeat", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        signals.CancelRequested -= BeatIfRunning;
        _stopping.Cancel();
        _soon.Set();
        _thread?.Join(TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _soon.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Beats once.</summary>
    /// <returns>Whether the database was reached.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps it from beating, it must go on trying and stop the jobs in time.")]
    public bool Beat()
    {
        var jobs = runningJobs.All.ToList();
        if (jobs.Count == 0)
        {
            return true;
        }

        var sent = time.GetTimestamp();
        try
        {
            _connection ??= db.OpenKept();
            foreach (var beat in protocol.Beat(_connection, [.. jobs.Select(job => (job.Id, job.Attempt))], options.Value.Lease, timeoutSeconds: 2))
            {
                Apply(beat, sent);
            }

            return true;
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "The heartbeat did not reach the database.");
            _connection?.Dispose();
            _connection = null;
            StopWhatMayBeLost(jobs);
            return false;
        }
    }

    private void Apply(Beat beat, long sent)
    {
        if (runningJobs.Find(beat.JobId, beat.Attempt) is not { } job)
        {
            return;
        }

        if (beat.IsLost)
        {
            job.Stop(StopReason.LeaseLost);
            return;
        }

        job.Renewed = sent;
        if (beat.IsCancelRequested)
        {
            job.Stop(StopReason.CancelRequested);
        }
    }

    // Two tries before the lease ends: one pause and one timeout of a beat.
    private void StopWhatMayBeLost(List<RunningJob> jobs)
    {
        var limit = options.Value.Lease - (options.Value.Lease / 5);
        foreach (var job in jobs.Where(job => time.GetElapsedTime(job.Renewed) >= limit))
        {
            job.Stop(StopReason.LeaseLost);
        }
    }

    private void BeatIfRunning(Guid? jobId)
    {
        if (jobId is not { } id || runningJobs.Contains(id))
        {
            _soon.Set();
        }
    }

    private void Run()
    {
        var wait = options.Value.Heartbeat;
        while (!_stopping.IsCancellationRequested)
        {
            _soon.WaitOne(wait);
            wait = Beat() ? options.Value.Heartbeat : RetryPause;
        }
    }
}
