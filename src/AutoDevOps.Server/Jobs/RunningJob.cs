using System.Collections.Concurrent;

namespace AutoDevOps.Server.Jobs;

/// <summary>Why a running handler was told to stop.</summary>
internal enum StopReason
{
    None,
    Timeout,
    CancelRequested,
    LeaseLost,
    Shutdown,

    /// <summary>It was taken ahead, and no slot became free for it.</summary>
    NoSlot,
}

/// <summary>One claim of a job that this process is working on.</summary>
internal sealed class RunningJob(Guid id, int fence, long renewed) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private bool _isDisposed;
    private long _renewed = renewed;

    public Guid Id => id;

    public int Fence => fence;

    /// <summary>The first reason given; later ones do not change it.</summary>
    public StopReason Reason { get; private set; }

    public CancellationToken Stopping => _stop.Token;

    /// <summary>A timestamp from before the statement that renewed the lease was sent: the lease lasts at least from then.</summary>
    public long Renewed
    {
        get => Interlocked.Read(ref _renewed);
        set => Interlocked.Exchange(ref _renewed, value);
    }

    public void Stop(StopReason reason)
    {
        lock (_lock)
        {
            if (_isDisposed || Reason != StopReason.None)
            {
                return;
            }

            Reason = reason;
            // On its own, so that a handler that does much when told to stop cannot hold up the heartbeat.
            _ = _stop.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _stop.Dispose();
        }
    }
}

/// <summary>What this process is working on.</summary>
internal sealed class RunningJobs
{
    private readonly ConcurrentDictionary<(Guid Id, int Fence), RunningJob> _jobs = new();

    /// <summary>A job was added.</summary>
    public event Action<RunningJob>? Added;

    public ICollection<RunningJob> All => _jobs.Values;

    public bool Contains(Guid jobId) => _jobs.Keys.Any(key => key.Id == jobId);

    public void Add(RunningJob job)
    {
        // A crash of the server may take a claim back, and this process may make the same again: the first run goes for nothing.
        if (_jobs.TryGetValue((job.Id, job.Fence), out var undone))
        {
            undone.Stop(StopReason.LeaseLost);
        }

        _jobs[(job.Id, job.Fence)] = job;
        Added?.Invoke(job);
    }

    public void Remove(RunningJob job) => _jobs.TryRemove(KeyValuePair.Create((job.Id, job.Fence), job));

    public RunningJob? Find(Guid jobId, int fence) => _jobs.GetValueOrDefault((jobId, fence));
}
