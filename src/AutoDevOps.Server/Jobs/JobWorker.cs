using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>Takes jobs for its free slots and runs them, each queue for itself.</summary>
/// <remarks>A turn of a queue is one round trip and one transaction: it completes what has ended, and takes jobs for the slots that are
/// free then, and a few more when jobs are short (docs/decisions/0021). While a turn is under way, what ends and what is woken gathers for
/// the next.</remarks>
internal sealed class JobWorker : BackgroundService
{
    private readonly JobProtocol _protocol;
    private readonly JobExecutor _executor;
    private readonly JobRegistry _registry;
    private readonly QueueCatalog _queues;
    private readonly RunningJobs _running;
    private readonly JobNotifier _notifier;
    private readonly JobSignals _signals;
    private readonly JobOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobWorker> _logger;
    private readonly Dictionary<string, JobLine> _lines;
    private CancellationToken _stopping;

    public JobWorker(
        JobProtocol protocol, JobExecutor executor, JobRegistry registry, QueueCatalog queues, RunningJobs running, JobNotifier notifier, JobSignals signals,
        IOptions<JobOptions> options, TimeProvider time, ILogger<JobWorker> logger)
    {
        (_protocol, _executor, _registry, _queues, _running, _notifier, _signals) = (protocol, executor, registry, queues, running, notifier, signals);
        (_options, _time, _logger) = (options.Value, time, logger);
        _lines = QueueNames.All.ToDictionary(name => name, name => new JobLine(name, queues[name].Concurrency, time), StringComparer.Ordinal);
    }

    /// <summary>How many jobs of the queue it has and has not brought to an end. For tests.</summary>
    internal int Taken(string queue) => _lines[queue].Running;

    /// <summary>Claims for every queue's free slots once, and runs what it got to the end of its attempt.</summary>
    /// <returns>How many it ran.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        List<Task> started = [];
        foreach (var line in _lines.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            started.AddRange(await TakeTurnAsync(line, mayClaim: true, mayTakeAhead: false));
        }

        var all = Task.WhenAll(started);
        while (!all.IsCompleted)
        {
            foreach (var line in _lines.Values)
            {
                await TakeTurnAsync(line, mayClaim: false, mayTakeAhead: false);
            }

            using var over = new CancellationTokenSource();
            Task[] bells = [.. _lines.Values.Select(line => line.WaitAsync(_options.Poll, over.Token))];
            await Task.WhenAny([all, .. bells]);
            await over.CancelAsync();
            await Task.WhenAll(bells);
        }

        await all;
        return started.Count;
    }

    /// <summary>Takes no more jobs, lets those that run finish for a while, and puts the rest back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Drain, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await using var registration = either.Token.Register(() =>
        {
            foreach (var job in _running.All)
            {
                job.Stop(StopReason.Shutdown);
            }
        });
        // Each job ends soon after it was told to; the lines end when they have none.
        await base.StopAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Dispose();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        _signals.Woken += Wake;
        await using var registration = stoppingToken.Register(() => Wake(null));
        try
        {
            await Task.WhenAll(_lines.Values.Select(line => WorkAsync(line, stoppingToken)));
        }
        finally
        {
            _signals.Woken -= Wake;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on when the database is back.")]
    private async Task WorkAsync(JobLine line, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested || line.Running > 0)
        {
            try
            {
                await TakeTurnAsync(line, mayClaim: !stoppingToken.IsCancellationRequested, mayTakeAhead: true);
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "Could not take jobs from the queue {Queue}. Trying again in {Poll}.", line.Queue, _options.Poll);
            }

            await line.WaitAsync(_options.Poll, CancellationToken.None);
        }
    }

    /// <summary>Completes what has ended and takes jobs for the free slots.</summary>
    /// <returns>The jobs that were started.</returns>
    private async Task<List<Task>> TakeTurnAsync(JobLine line, bool mayClaim, bool mayTakeAhead)
    {
        var queue = _queues[line.Queue];
        await line.GatherAsync();
        var ended = line.TakeEnded();
        var slots = mayClaim ? line.Room(ended.Count, mayTakeAhead) : 0;
        if (slots == 0 && ended.Count == 0)
        {
            return [];
        }

        var sent = _time.GetTimestamp();
        Turn turn;
        try
        {
            // Once sent, it is not given up: what the database gave must be run.
            turn = await _protocol.TakeTurnAsync(line.Queue, ended, _registry.KindsOf(line.Queue), slots, queue, _options.Lease, CancellationToken.None);
        }
        catch (Exception exception)
        {
            foreach (var job in ended)
            {
                job.Answer.SetException(exception);
            }

            // Each of those jobs tells of it, and tries again.
            if (ended.Count > 0)
            {
                return [];
            }

            throw;
        }

        List<Task> started = [.. turn.Taken.Select(job => StartAsync(line, job, sent, queue))];
        foreach (var job in ended)
        {
            job.Answer.SetResult(turn.Completed.Contains(job.Id));
        }

        foreach (var job in turn.Moved)
        {
            _notifier.Announce(job);
        }

        return started;
    }

    private Task StartAsync(JobLine line, ClaimedJob job, long sent, QueueOptions queue)
    {
        var running = new RunningJob(job.Id, job.Fence, sent);
        if (_stopping.IsCancellationRequested)
        {
            // The claim was under way: another process may have it.
            running.Stop(StopReason.Shutdown);
        }

        _running.Add(running);
        return line.TrackAsync(
            running,
            async slot =>
            {
                await _executor.ExecuteAsync(job, running, queue, line, slot);
                _running.Remove(running);
                running.Dispose();
            },
            _stopping);
    }

    private void Wake(string? queue)
    {
        foreach (var line in _lines.Values.Where(line => queue is null || line.Queue == queue))
        {
            line.Wake();
        }
    }
}
