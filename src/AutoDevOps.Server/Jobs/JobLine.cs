using System.Threading.Channels;

namespace AutoDevOps.Server.Jobs;

/// <summary>One queue in this process: how many of its jobs run, which of them have ended and wait to be completed, and a bell.</summary>
internal sealed class JobLine(string queue)
{
    // Rounds of the thread pool in which no job ended. A job needs some of them from its handler's last line to here.
    private const int MostIdle = 8;

    private readonly Lock _lock = new();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<EndedJob> _ended = [];
    private int _running;

    public string Queue => queue;

    /// <summary>Jobs that were taken and whose end is not written yet.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    public void Wake() => _bell.Writer.TryWrite(true);

    /// <summary>Runs the work; until it ends it takes a slot.</summary>
    public async Task TrackAsync(Func<Task> work)
    {
        lock (_lock)
        {
            _running++;
        }

        try
        {
            await work();
        }
        finally
        {
            lock (_lock)
            {
                _running--;
            }

            Wake();
        }
    }

    /// <summary>Has the job completed in the next turn of the line, together with others that ended meanwhile: the busier the worker, the fewer
    /// commits a job costs.</summary>
    /// <returns>False when its lease is lost.</returns>
    public Task<bool> CompleteAsync(Guid job, int fence)
    {
        var ended = new EndedJob(job, fence);
        lock (_lock)
        {
            _ended.Add(ended);
        }

        Wake();
        return ended.Answer.Task;
    }

    /// <summary>Lets jobs that are about to end do so, for as long as some do: one turn for ten costs little more than one for two.
    /// What still works is not waited for.</summary>
    public async Task GatherAsync()
    {
        for (var (known, idle) = (0, 0); idle < MostIdle;)
        {
            int ended;
            lock (_lock)
            {
                ended = _ended.Count;
                if (ended == 0 || ended == _running)
                {
                    return;
                }
            }

            idle = ended == known ? idle + 1 : 0;
            known = ended;
            // Behind what the thread pool has in line.
            await Task.Yield();
        }
    }

    /// <summary>The jobs that wait to be completed. Whoever takes them answers them.</summary>
    public IReadOnlyList<EndedJob> TakeEnded()
    {
        lock (_lock)
        {
            (var taken, _ended) = (_ended, []);
            return taken;
        }
    }

    /// <summary>Waits for the bell, at most so long.</summary>
    public async Task WaitAsync(TimeSpan most, TimeProvider time)
    {
        if (_bell.Reader.TryRead(out _))
        {
            return;
        }

        using var poll = new CancellationTokenSource(most, time);
        try
        {
            await _bell.Reader.ReadAsync(poll.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look.
        }
    }
}

/// <summary>A job whose handler has ended well and has nothing to write.</summary>
internal sealed record EndedJob(Guid Id, int Fence)
{
    public TaskCompletionSource<bool> Answer { get; } = new();
}
