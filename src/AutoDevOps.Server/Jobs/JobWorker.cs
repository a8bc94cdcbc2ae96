using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Jobs;

/// <summary>Takes jobs for its free slots and runs them, each queue for itself.</summary>
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
    private readonly Dictionary<string, Line> _lines;

    public JobWorker(
        JobProtocol protocol, JobExecutor executor, JobRegistry registry, QueueCatalog queues, RunningJobs running, JobNotifier notifier, JobSignals signals,
        IOptions<JobOptions> options, TimeProvider time, ILogger<JobWorker> logger)
    {
        (_protocol, _executor, _registry, _queues, _running, _notifier, _signals) = (protocol, executor, registry, queues, running, notifier, signals);
        (_options, _time, _logger) = (options.Value, time, logger);
        _lines = QueueNames.All.ToDictionary(name => name, name => new Line(name), StringComparer.Ordinal);
    }

    /// <summary>Claims for every queue's free slots once, and runs what it got to the end of its attempt.</summary>
    /// <returns>How many it ran.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        List<Task> started = [];
        foreach (var line in _lines.Values)
        {
            started.AddRange(await ClaimAsync(line, cancellationToken));
        }

        await Task.WhenAll(started);
        return started.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _signals.Woken += Wake;
        try
        {
            await Task.WhenAll(_lines.Values.Select(line => WorkAsync(line, stoppingToken)));
        }
        finally
        {
            _signals.Woken -= Wake;
        }
    }

    /// <summary>Takes no more jobs, lets those that run finish for a while, and puts the rest back.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var rest = Task.WhenAll(_lines.Values.SelectMany(line => line.Running()));
        try
        {
            await rest.WaitAsync(_options.Drain, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            foreach (var job in _running.All)
            {
                job.Stop(StopReason.Shutdown);
            }

            await rest;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on when the database is back.")]
    private async Task WorkAsync(Line line, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ClaimAsync(line, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _logger.LogError(exception, "Could not take jobs from the queue {Queue}. Trying again in {Poll}.", line.Queue, _options.Poll);
            }

            await line.WaitAsync(_options.Poll, _time, stoppingToken);
        }
    }

    private async Task<List<Task>> ClaimAsync(Line line, CancellationToken cancellationToken)
    {
        var queue = _queues[line.Queue];
        var slots = queue.Concurrency - line.Count;
        if (slots <= 0)
        {
            return [];
        }

        var sent = _time.GetTimestamp();
        // Once sent, a claim is not given up: what the database gave must be run.
        cancellationToken.ThrowIfCancellationRequested();
        var claimed = await _protocol.ClaimAsync(line.Queue, _registry.KindsOf(line.Queue), slots, queue, _options.Lease, CancellationToken.None);
        List<Task> started = [.. claimed.Taken.Select(job => Start(line, job, sent, queue))];
        foreach (var job in claimed.Moved)
        {
            _notifier.Announce(job);
        }

        return started;
    }

    private Task Start(Line line, ClaimedJob job, long sent, QueueOptions queue)
    {
        var running = new RunningJob(job.Id, job.Fence, sent);
        _running.Add(running);
        return line.Track(async () =>
        {
            using (running)
            {
                await _executor.ExecuteAsync(job, running, queue);
                _running.Remove(running);
            }
        });
    }

    private void Wake(string? queue)
    {
        foreach (var line in _lines.Values.Where(line => queue is null || line.Queue == queue))
        {
            line.Wake();
        }
    }

    /// <summary>One queue's running jobs and its bell.</summary>
    private sealed class Line(string queue)
    {
        private readonly HashSet<Task> _running = [];
        private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public string Queue => queue;

        public int Count
        {
            get
            {
                lock (_running)
                {
                    return _running.Count;
                }
            }
        }

        public Task[] Running()
        {
            lock (_running)
            {
                return [.. _running];
            }
        }

        public void Wake() => _bell.Writer.TryWrite(true);

        /// <summary>Counts the work as running until it ends, then rings: there is a free slot.</summary>
        public Task Track(Func<Task> work)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_running)
            {
                _running.Add(done.Task);
            }

            _ = Task.Run(async () =>
            {
                try
                {
                    await work();
                }
                finally
                {
                    lock (_running)
                    {
                        _running.Remove(done.Task);
                    }

                    done.SetResult();
                    Wake();
                }
            });
            return done.Task;
        }

        public async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
        {
            using var poll = new CancellationTokenSource(most, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellationToken);
            try
            {
                await _bell.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // Time to look, or to stop: the loop sees which.
            }
        }
    }
}
