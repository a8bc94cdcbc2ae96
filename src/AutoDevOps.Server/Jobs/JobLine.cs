using System.Threading.Channels;

namespace AutoDevOps.Server.Jobs;

/// <summary>One queue in this process: its slots, the jobs it has, which of them have ended and wait to be completed, and a bell.</summary>
/// <param name="slots">How many handlers run at once.</param>
internal sealed class JobLine(string queue, int slots, TimeProvider time) : IDisposable
{
    // Rounds of the thread pool in which no job ended. A job needs some of them from its handler's last line to here.
    private const int MostIdle = 8;

    // About what a turn takes. What is taken ahead should have begun by the time at which it could have been fetched.
    private static readonly TimeSpan LooksAhead = TimeSpan.FromMilliseconds(10);

    // A job that was taken ahead and finds no slot for so long is another worker's.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _slots = new(slots, slots);
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<EndedJob> _ended = [];
    private int _running;
    private TimeSpan? _usual;

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

    /// <summary>How many jobs the next turn may take.</summary>
    /// <param name="ending">Those that it completes.</param>
    /// <param name="mayTakeAhead">Beyond the free slots, as many as the slots get through while a turn is under way: none when jobs take
    /// longer, when it is not known how long they take, or while none ends.</param>
    public int Room(int ending, bool mayTakeAhead)
    {
        lock (_lock)
        {
            var most = mayTakeAhead && (ending > 0 || _running < slots) ? slots + Ahead() : slots;
            return Math.Max(0, most - _running + ending);
        }
    }

    public void Wake() => _bell.Writer.TryWrite(true);

    /// <summary>Runs the work once there is a slot for the job; or without one, if the job was told to stop before.</summary>
    /// <param name="stopping">Of the process: what has not begun by then must not begin.</param>
    public async Task TrackAsync(RunningJob job, Func<JobSlot, Task> work, CancellationToken stopping)
    {
        lock (_lock)
        {
            _running++;
        }

        try
        {
            using var slot = await EnterAsync(job, stopping);
            await work(slot);
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

    /// <summary>A handler has ended, after so long.</summary>
    public void Note(TimeSpan took)
    {
        lock (_lock)
        {
            // One that takes long counts at once, those that follow it slowly make up for it.
            _usual = _usual is { } usual ? usual + ((took - usual) / 8) : took;
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Waits for the bell, at most so long. Who waits no longer must say so: the bell rings for one.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        if (_bell.Reader.TryRead(out _))
        {
            return;
        }

        using var poll = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellationToken);
        try
        {
            await _bell.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look, or nobody waits any more.
        }
    }

    private int Ahead() => _usual is { } usual ? (int)Math.Min(slots, slots * (LooksAhead / TimeSpan.FromTicks(Math.Max(1, usual.Ticks)))) : 0;

    private async Task<JobSlot> EnterAsync(RunningJob job, CancellationToken stopping)
    {
        if (_slots.Wait(0, CancellationToken.None))
        {
            return new JobSlot(_slots);
        }

        using var registration = stopping.Register(() => job.Stop(StopReason.Shutdown));
        await using var patience = time.CreateTimer(_ => GiveBack(job), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await _slots.WaitAsync(job.Stopping);
            return new JobSlot(_slots);
        }
        catch (OperationCanceledException)
        {
            return new JobSlot(null);
        }
    }

    private void GiveBack(RunningJob job)
    {
        lock (_lock)
        {
            // Those that run now take longer than those before them.
            _usual = _usual > Patience ? _usual : Patience;
        }

        job.Stop(StopReason.NoSlot);
    }
}

/// <summary>A right to run a handler, until it is given back; null: none, as there was none in time.</summary>
internal sealed class JobSlot(SemaphoreSlim? slots) : IDisposable
{
    private SemaphoreSlim? _slots = slots;

    public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Release();
}

/// <summary>A job whose handler has ended well and has nothing to write.</summary>
internal sealed record EndedJob(Guid Id, int Fence)
{
    public TaskCompletionSource<bool> Answer { get; } = new();
}
