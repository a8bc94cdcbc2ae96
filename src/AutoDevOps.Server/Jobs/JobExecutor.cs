using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using AutoDevOps.Server.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Runs one claimed job to the end of its attempt, and writes how that went.</summary>
internal sealed class JobExecutor(
    JobRegistry registry,
    JobProtocol protocol,
    JobNotifier notifier,
    ProcessIdentity process,
    IServiceProvider services,
    IOptions<JobOptions> options,
    TimeProvider time,
    ILogger<JobExecutor> logger)
{
    // A time that is over by now, or that the two clocks do not agree on.
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly ActivitySource Activities = new("AutoDevOps.Jobs");
    private static readonly Meter Meter = new("AutoDevOps.Jobs");
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("autodevops.job.duration", "s", "How long attempts took.");
    private static readonly Histogram<double> Pickups = Meter.CreateHistogram<double>("autodevops.job.wait", "s", "How long jobs waited after they were due.");

    /// <summary>Never throws: what cannot even be written is left to the rescue.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The executor is where a handler's bug ends.")]
    public async Task ExecuteAsync(ClaimedJob job, RunningJob running, QueueOptions queue, JobLine line, JobSlot slot)
    {
        using var activity = Activities.StartActivity($"job {job.Kind}", ActivityKind.Consumer, job.TraceParent);
        var started = time.GetTimestamp();
        Pickups.Record(job.Waited.TotalSeconds, new KeyValuePair<string, object?>("kind", job.Kind));
        notifier.AnnounceEvents(job.OrganizationId, job.Id);
        var state = "lost";
        try
        {
            var ending = await RunAsync(job, running, queue, line);
            if (ending.Outcome is JobOutcome.Complete { Write: null })
            {
                // It only waits for the next turn: what was taken ahead may begin.
                slot.Dispose();
            }

            state = await WriteAsync(job, running, queue, line, ending) ?? "lost";
            if (state == "lost")
            {
                logger.LogWarning("Job {Job} ({Kind}), attempt {Attempt}: the lease is lost, the result is dropped.", job.Id, job.Kind, job.Attempt);
            }
            else if (state == "pending" && running.Reason is StopReason.Shutdown or StopReason.NoSlot)
            {
                // Given back: another process may take it at once.
                notifier.Wake(registry[job.Kind].Queue);
            }
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Job {Job} ({Kind}), attempt {Attempt}: how it ended could not be written. It will be rescued.", job.Id, job.Kind, job.Attempt);
        }

        Durations.Record(
            time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("kind", job.Kind), new KeyValuePair<string, object?>("state", state));
        notifier.AnnounceEvents(job.OrganizationId, job.Id);
    }

    private async Task<JobOutcome> HandleAsync(ClaimedJob job, RunningJob running, QueueOptions queue)
    {
        var reporter = new JobReporter(protocol, notifier, running, job.OrganizationId, time);
        using var timer = time.CreateTimer(_ => running.Stop(StopReason.Timeout), null, queue.Timeout, Timeout.InfiniteTimeSpan);
        // Not awaited as it is: a handler may not listen when it is told to stop, or block before its first await.
        var handling = Task.Run(
            () => registry[job.Kind].Run(services, job, Caller.Job(job.Id, process.Id, job.Fence), reporter, running.Stopping), CancellationToken.None);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = running.Stopping.Register(told.SetResult);
        if (await Task.WhenAny(handling, told.Task) == told.Task)
        {
            try
            {
                return await handling.WaitAsync(options.Value.StopGrace, time);
            }
            catch (TimeoutException) when (!handling.IsCompleted)
            {
                logger.LogError("Job {Job} ({Kind}) does not stop when told to ({Reason}). Its slot is given away.", job.Id, job.Kind, running.Reason);
                throw new OperationCanceledException(running.Stopping);
            }
        }

        return await handling;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The executor is where a handler's bug ends: it becomes a failed attempt.")]
    private async Task<Ending> RunAsync(ClaimedJob job, RunningJob running, QueueOptions queue, JobLine line)
    {
        try
        {
            running.Stopping.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            try
            {
                return new Ending(Outcome: await HandleAsync(job, running, queue));
            }
            finally
            {
                line.Note(time.GetElapsedTime(began));
            }
        }
        catch (LeaseLostException)
        {
            return new Ending(IsLost: true);
        }
        catch (Exception) when (running.Reason is StopReason.LeaseLost)
        {
            return new Ending(IsLost: true);
        }
        catch (Exception exception) when (running.Reason is StopReason.CancelRequested or StopReason.Shutdown or StopReason.NoSlot)
        {
            if (exception is not OperationCanceledException)
            {
                logger.LogInformation(exception, "Job {Job} ({Kind}) was told to stop ({Reason}) and failed on the way.", job.Id, job.Kind, running.Reason);
            }

            return new Ending(Outcome: running.Reason switch
            {
                StopReason.CancelRequested => JobOutcome.Cancel("Cancelled."),
                StopReason.Shutdown => new JobOutcome.Snoozed(TimeSpan.Zero, "The worker was shut down."),
                _ => new JobOutcome.Snoozed(TimeSpan.Zero, "The worker had no slot for it in time."),
            });
        }
        catch (JobFailedException exception) when (exception.NotBefore is { } notBefore && running.Reason == StopReason.None)
        {
            var wait = notBefore - time.GetUtcNow();
            return new Ending(Outcome: JobOutcome.Snooze(wait > LeastWait ? wait : LeastWait, exception.Message));
        }
        catch (Exception exception)
        {
            var (code, message, isFatal) = JobFailure.Describe(exception, running.Reason, queue.Timeout, job.Id);
            logger.LogError(exception, "Job {Job} ({Kind}), attempt {Attempt} of {MaxAttempts}, failed: {Code}", job.Id, job.Kind, job.Attempt, job.MaxAttempts, code);
            return new Ending(Code: code, Error: message, IsFatal: isFatal);
        }
    }

    /// <returns>The state that the job is in now, or null when the lease is lost.</returns>
    private async Task<string?> WriteAsync(ClaimedJob job, RunningJob running, QueueOptions queue, JobLine line, Ending ending)
    {
        for (var pause = FirstPause; !ending.IsLost; pause *= 2)
        {
            try
            {
                return await TryWriteAsync(job, running, queue, line, ending);
            }
            catch (LeaseLostException)
            {
                break;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && time.GetElapsedTime(running.Renewed) < options.Value.Lease)
            {
                // A restart of the database, or a deadlock: no reason to lose what was computed while the lease may be ours.
                logger.LogWarning(exception, "Job {Job} ({Kind}), attempt {Attempt}: how it ended could not be written. Trying again in {Pause}.", job.Id, job.Kind, job.Attempt, pause);
                await Task.Delay(pause, time);
            }
            catch (Exception exception) when (exception is not NpgsqlException { IsTransient: true } && ending.Outcome is JobOutcome.Complete or JobOutcome.Failed)
            {
                // The handler's own write does not work: that is a failed attempt too.
                var (code, message, isFatal) = JobFailure.Describe(exception, StopReason.None, queue.Timeout, job.Id);
                logger.LogError(exception, "Job {Job} ({Kind}), attempt {Attempt}: the result could not be written: {Code}", job.Id, job.Kind, job.Attempt, code);
                ending = new Ending(Code: code, Error: message, IsFatal: isFatal);
            }
        }

        return null;
    }

    private async Task<string?> TryWriteAsync(ClaimedJob job, RunningJob running, QueueOptions queue, JobLine line, Ending ending)
    {
        // Not the handler's token: that it was told to stop must still be written.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), time);
        switch (ending.Outcome)
        {
            case JobOutcome.Complete { Write: null }:
                return await line.CompleteAsync(job.Id, job.Fence) ? "completed" : null;
            case JobOutcome.Complete { Write: { } write }:
                await protocol.CompleteAsync(job.Id, job.Fence, write, patience.Token);
                return "completed";
            case JobOutcome.Failed failed:
                await protocol.BuryAsync(job.Id, job.Fence, "failed", failed.Reason, failed.Write, patience.Token);
                return "dead_letter";
            case JobOutcome.Cancelled cancelled:
                return await protocol.EndCancelledAsync(job.Id, job.Fence, cancelled.Reason, patience.Token) ? "cancelled" : null;
            case JobOutcome.Snoozed snoozed:
                var code = running.Reason is StopReason.Shutdown or StopReason.NoSlot ? "released" : "snoozed";
                return await protocol.SnoozeAsync(job.Id, job.Fence, snoozed.Delay, code, snoozed.Reason, patience.Token);
            default:
                return await protocol.FailAsync(
                    job.Id, job.Fence, ending.Code, ending.Error, ending.IsFatal, Jittered(queue.Waits), patience.Token);
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "Nothing secret: it only spreads retries.")]
    private TimeSpan[] Jittered(TimeSpan[] waits) => [.. waits.Select(wait => wait * (1 + (Random.Shared.NextDouble() * options.Value.Jitter)))];

    private sealed record Ending(JobOutcome? Outcome = null, string Code = "", string Error = "", bool IsFatal = false, bool IsLost = false);
}
