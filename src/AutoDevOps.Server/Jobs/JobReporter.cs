using System.Text.Json;

namespace AutoDevOps.Server.Jobs;

/// <summary>Writes a running job's stages; thins out what comes too fast.</summary>
internal sealed class JobReporter(JobProtocol protocol, JobNotifier notifier, RunningJob running, Guid organizationId, TimeProvider time) : IJobReporter
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private string? _stage;
    private long _reported;

    public async Task EnterAsync(JobState state, CancellationToken cancellationToken)
    {
        if (state is not (JobState.Processing or JobState.AiRequest))
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "A handler enters Processing or AiRequest; the rest follows from its outcome.");
        }

        Check(await protocol.AdvanceAsync(running.Id, running.Fence, state == JobState.Processing ? "processing" : "ai_request", cancellationToken));
    }

    public async Task ReportAsync(string stage, int done, int total, CancellationToken cancellationToken)
    {
        if (!IsWorthTelling(stage, done, total))
        {
            return;
        }

        var data = JsonSerializer.Serialize(new Progress(stage, done, total), JobJson.Options);
        Check(await protocol.ReportAsync(running.Id, running.Fence, data, cancellationToken));
    }

    // A new stage and the end of one always are.
    private bool IsWorthTelling(string stage, int done, int total)
    {
        lock (_lock)
        {
            if (stage == _stage && done < total && time.GetElapsedTime(_reported) < LeastPause)
            {
                return false;
            }

            _stage = stage;
            _reported = time.GetTimestamp();
            return true;
        }
    }

    private void Check(bool isHeld)
    {
        if (!isHeld)
        {
            running.Stop(StopReason.LeaseLost);
            throw new LeaseLostException(running.Id);
        }

        notifier.AnnounceEvents(organizationId, running.Id);
    }

    private sealed record Progress(string Stage, int Done, int Total);
}
