using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace AutoDevOps.Server.Jobs;

/// <summary>Tells this process at once, and the others through the carrier, that there is something to look at.</summary>
/// <remarks>Never inside the transaction that made it so: a pending NOTIFY takes a lock on the whole server at commit. What comes
/// while the last ones are being sent goes with the next, each thing once. What could not be sent is kept and sent again.</remarks>
public sealed class JobNotifier(ISignalCarrier carrier, JobSignals signals, TimeProvider time, ILogger<JobNotifier> logger) : BackgroundService
{
    /// <summary>So many different signals wait at most; after them, one for each channel says "look at everything".</summary>
    internal const int MaxPending = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Signal, byte> _pending = new();
    private readonly Channel<bool> _somethingIsPending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _count;
    private TimeSpan _pause = Pause;

    /// <summary>How many signals wait to be sent. For tests, which keep them from it.</summary>
    internal int Pending => _pending.Count;

    /// <summary>There are jobs in the queue.</summary>
    public void Wake(string queue)
    {
        signals.Wake(queue);
        Add(Signal.Wake, queue);
    }

    /// <summary>A new job is in line: told in one message, so that the next one need not wait for the second half of this.</summary>
    public void AnnounceJob(string queue, Guid organizationId, Guid jobId)
    {
        Keep(new Signal(Signal.Events, new EventNotice(organizationId, jobId).ToString()));
        Keep(new Signal(Signal.Wake, queue));
        _somethingIsPending.Writer.TryWrite(true);
        signals.Wake(queue);
        signals.AddEvents(new EventNotice(organizationId, jobId));
    }

    /// <summary>A running job was asked to stop.</summary>
    public void RequestCancel(Guid jobId)
    {
        signals.RequestCancel(jobId);
        Add(Signal.Cancel, jobId.ToString());
    }

    /// <summary>The job has new events.</summary>
    public void AnnounceEvents(Guid organizationId, Guid jobId)
    {
        var notice = new EventNotice(organizationId, jobId);
        signals.AddEvents(notice);
        Add(Signal.Events, notice.ToString());
    }

    /// <summary>A job was put elsewhere on the way: perhaps it waits in line again, and who watches it wants to know.</summary>
    internal void Announce(MovedJob job)
    {
        if (job.State == "pending")
        {
            Wake(job.Queue);
        }

        AnnounceEvents(job.OrganizationId, job.Id);
    }

    /// <summary>Sends what is still pending: jobs that this process gave back wait for others now.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Whom it could not reach a moment ago it does not wait for: they find the jobs when they look.
        if (_pause == Pause)
        {
            await SendAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _somethingIsPending.Reader.ReadAllAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
                await Task.Delay(_pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the host would take it for a failure when it is disposed without being stopped first.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Told once, and tried again; the next ones must still be sent.")]
    internal async Task SendAsync(CancellationToken cancellationToken)
    {
        var sent = Take();
        if (sent.Count == 0)
        {
            return;
        }

        try
        {
            await carrier.SendAsync(sent, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped in the middle: they go out with the last ones.
            sent.ForEach(Keep);
            throw;
        }
        catch (Exception exception)
        {
            sent.ForEach(Keep);
            // Once for an outage, however often it is tried.
            logger.Log(
                _pause == Pause ? LogLevel.Warning : LogLevel.Debug, exception,
                "Could not tell the other processes about jobs. It is tried again until it works; they find the jobs when they look.");
            _pause = TimeSpan.FromSeconds(Math.Clamp(_pause.TotalSeconds * 2, 0.25, MaxPause.TotalSeconds));
            _somethingIsPending.Writer.TryWrite(true);
            return;
        }

        if (_pause != Pause)
        {
            _pause = Pause;
            logger.LogInformation("The other processes are told about jobs again.");
        }
    }

    private List<Signal> Take()
    {
        List<Signal> taken = [];
        foreach (var signal in _pending.Keys)
        {
            if (_pending.TryRemove(signal, out _))
            {
                Interlocked.Decrement(ref _count);
                taken.Add(signal);
            }
        }

        return taken;
    }

    private void Add(string channel, string about)
    {
        Keep(new Signal(channel, about));
        _somethingIsPending.Writer.TryWrite(true);
    }

    private void Keep(Signal signal)
    {
        if (_pending.TryAdd(Volatile.Read(ref _count) < MaxPending ? signal : signal with { About = Signal.Everything }, 0))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
