using System.Collections.Concurrent;
using System.Threading.Channels;
using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Jobs;

/// <summary>Tells this process at once, and the others by NOTIFY, that there is something to look at.</summary>
/// <remarks>Never inside the transaction that made it so: a pending NOTIFY takes a lock on the whole server at commit. What comes
/// while a notification is under way is sent with the next one, each thing once.</remarks>
public sealed class JobNotifier(Db db, JobSignals signals, TimeProvider time, ILogger<JobNotifier> logger) : BackgroundService
{
    internal const string WakeChannel = "autodevops_wake";
    internal const string CancelChannel = "autodevops_cancel";
    internal const string EventsChannel = "autodevops_events";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly ConcurrentDictionary<(string Channel, string Payload), byte> _pending = new();
    private readonly Channel<bool> _somethingIsPending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There are jobs in the queue.</summary>
    public void Wake(string queue)
    {
        signals.Wake(queue);
        Add(WakeChannel, queue);
    }

    /// <summary>A running job was asked to stop.</summary>
    public void RequestCancel(Guid jobId)
    {
        signals.RequestCancel(jobId);
        Add(CancelChannel, jobId.ToString());
    }

    /// <summary>The job has new events.</summary>
    public void AnnounceEvents(Guid organizationId, Guid jobId)
    {
        var notice = new EventNotice(organizationId, jobId);
        signals.AddEvents(notice);
        Add(EventsChannel, notice.ToString());
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
        await SendAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _somethingIsPending.Reader.ReadAllAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the host would take it for a failure when it is disposed without being stopped first.
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031", Justification = "A lost hint costs one poll; the next one must still be sent.")]
    internal async Task SendAsync(CancellationToken cancellationToken)
    {
        var sent = _pending.Keys.ToArray();
        foreach (var key in sent)
        {
            _pending.TryRemove(key, out _);
        }

        if (sent.Length == 0)
        {
            return;
        }

        try
        {
            await db.QueryAsync<object>(
                Caller.Anonymous, Sql.Notify,
                new { channels = sent.Select(key => key.Channel).ToArray(), payloads = sent.Select(key => key.Payload).ToArray() },
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped in the middle: they go out with the last ones.
            foreach (var key in sent)
            {
                _pending.TryAdd(key, 0);
            }

            throw;
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "Could not notify the other processes; they find the jobs when they look.");
        }
    }

    private void Add(string channel, string payload)
    {
        _pending.TryAdd((channel, payload), 0);
        _somethingIsPending.Writer.TryWrite(true);
    }

    private static class Sql
    {
        public const string Notify = """
            SELECT set_config('synchronous_commit', 'off', true) FROM unnest(@channels::text[], @payloads::text[]) AS notice (channel, payload), pg_notify(notice.channel, notice.payload)
            """;
    }
}
