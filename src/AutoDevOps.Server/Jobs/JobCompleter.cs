using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Completes jobs that have nothing more to write. Those that end while one batch is being committed are the next batch: nobody
/// waits for a timer, and the busier the worker, the fewer commits a job costs.</summary>
internal sealed class JobCompleter(JobProtocol protocol, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private List<Ended> _gathered = [];
    private bool _isWriting;

    /// <summary>Completes the job.</summary>
    /// <returns>False when its lease is lost.</returns>
    public Task<bool> CompleteAsync(Guid job, int fence)
    {
        var ended = new Ended(job, fence);
        lock (_lock)
        {
            _gathered.Add(ended);
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync);
            }
        }

        return ended.Answer.Task;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<Ended> batch;
            lock (_lock)
            {
                (batch, _gathered) = (_gathered, []);
                if (batch.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
            }

            await WriteAsync(batch);
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031", Justification = "Whoever waits gets it.")]
    private async Task WriteAsync(List<Ended> batch)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var completed = await protocol.CompleteAsync([.. batch.Select(ended => (ended.Job, ended.Fence))], patience.Token);
            foreach (var ended in batch)
            {
                ended.Answer.SetResult(completed.Contains(ended.Job));
            }
        }
        catch (PostgresException exception) when (!exception.IsTransient && batch.Count > 1)
        {
            // One of them cannot be completed; the others must not suffer for it.
            foreach (var ended in batch)
            {
                await WriteAsync([ended]);
            }
        }
        catch (Exception exception)
        {
            foreach (var ended in batch)
            {
                ended.Answer.SetException(exception);
            }
        }
    }

    private sealed record Ended(Guid Job, int Fence)
    {
        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
