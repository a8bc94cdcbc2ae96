using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Keeps the leases of this process: one statement for all its jobs, on a thread and a connection of its own, so that
/// neither busy handlers nor an empty pool can stop it.</summary>
/// <remarks>A process that cannot reach the database in time stops its own jobs before another worker may take them. That is watched
/// by a second thread, as a beat may hang in a connection that is dead and does not know it.</remarks>
internal sealed class Heartbeat(
    Db db, JobProtocol protocol, RunningJobs runningJobs, JobSignals signals, IOptions<JobOptions> options, TimeProvider time, ILogger<Heartbeat> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private readonly AutoResetEvent _soon = new(false);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Guid, long> _askedTooSoon = new();
    private readonly List<Thread> _threads = [];
    private long _forgot = time.GetTimestamp();
    private NpgsqlConnection? _connection;
    private bool _isDisposed;

    internal bool IsBeating => _threads.Exists(thread => thread.IsAlive);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        signals.CancelRequested += BeatIfRunning;
        runningJobs.Added += BeatIfAsked;
        Start("job heartbeat", Run);
        Start("job lease watch", Watch);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        signals.CancelRequested -= BeatIfRunning;
        runningJobs.Added -= BeatIfAsked;
        EndThreads();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // A host that fails to start is disposed of without being stopped. What a thread that hangs still needs is left to it.
        if (!_isDisposed && EndThreads())
        {
            _isDisposed = true;
            _connection?.Dispose();
            _soon.Dispose();
            _stopping.Dispose();
        }
    }

    /// <summary>Beats once.</summary>
    /// <returns>Whether every lease was renewed or is known to be lost; else it should soon be tried again.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps it from beating, it must go on trying.")]
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
            var isComplete = true;
            foreach (var beat in protocol.Beat(_connection, [.. jobs.Select(job => (job.Id, job.Fence))], options.Value.Lease, timeoutSeconds: 2))
            {
                Apply(beat, sent);
                isComplete &= beat.IsRenewed || beat.IsLost;
            }

            return isComplete;
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "The heartbeat did not reach the database.");
            _connection?.Dispose();
            _connection = null;
            return false;
        }
    }

    /// <summary>Stops the jobs whose lease was not renewed for so long that it may end before it can be.</summary>
    public void StopWhatMayBeLost()
    {
        var limit = options.Value.Lease - (options.Value.Lease / 5);
        foreach (var job in runningJobs.All.Where(job => time.GetElapsedTime(job.Renewed) >= limit))
        {
            job.Stop(StopReason.LeaseLost);
        }
    }

    private void Apply(Beat beat, long sent)
    {
        if (runningJobs.Find(beat.JobId, beat.Fence) is not { } job)
        {
            return;
        }

        if (beat.IsLost)
        {
            job.Stop(StopReason.LeaseLost);
            return;
        }

        if (beat.IsRenewed)
        {
            job.Renewed = sent;
        }

        if (beat.IsCancelRequested)
        {
            job.Stop(StopReason.CancelRequested);
        }
    }

    // Asked and looked in this order, and by BeatIfAsked in the other: a job that is just being taken is noticed by one of the two.
    private void BeatIfRunning(Guid? jobId)
    {
        if (jobId is { } id)
        {
            _askedTooSoon[id] = time.GetTimestamp();
            ForgetWhatWasAskedLongAgo();
            if (!runningJobs.Contains(id))
            {
                return;
            }

            _askedTooSoon.TryRemove(id, out _);
        }

        _soon.Set();
    }

    // Now and then only: however many jobs are cancelled at once, each costs the same.
    private void ForgetWhatWasAskedLongAgo()
    {
        var forgot = Volatile.Read(ref _forgot);
        if (time.GetElapsedTime(forgot) <= options.Value.Lease || Interlocked.CompareExchange(ref _forgot, time.GetTimestamp(), forgot) != forgot)
        {
            return;
        }

        foreach (var (old, _) in _askedTooSoon.Where(asked => time.GetElapsedTime(asked.Value) > options.Value.Lease))
        {
            _askedTooSoon.TryRemove(old, out _);
        }
    }

    private void BeatIfAsked(RunningJob job)
    {
        if (_askedTooSoon.TryRemove(job.Id, out _))
        {
            _soon.Set();
        }
    }

    private void Start(string name, ThreadStart loop)
    {
        var thread = new Thread(loop) { IsBackground = true, Name = name, Priority = ThreadPriority.AboveNormal };
        _threads.Add(thread);
        thread.Start();
    }

    /// <returns>Whether they have ended.</returns>
    private bool EndThreads()
    {
        _stopping.Cancel();
        _soon.Set();
        return _threads.TrueForAll(thread => thread.Join(TimeSpan.FromSeconds(5)));
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

    private void Watch()
    {
        while (!_stopping.Token.WaitHandle.WaitOne(options.Value.Lease / 15))
        {
            StopWhatMayBeLost();
        }
    }
}
