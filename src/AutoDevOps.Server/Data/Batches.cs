using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Does together what arrives while the ones before it are under way: what is alone waits for nobody, and a burst shares its round trips
/// and commits.</summary>
/// <param name="most">So many in one batch at most.</param>
/// <param name="atOnce">So many batches under way at most.</param>
/// <param name="work">In one transaction. The results are in the order of the items.</param>
internal sealed class Batches<TItem, TResult>(int most, int atOnce, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> work)
{
    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private int _running;

    /// <exception cref="Exception">What the work threw. An item that the database refuses fails alone.</exception>
    public Task<TResult> AddAsync(TItem item)
    {
        var waiting = new Waiting(item, new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue(waiting);
        StartIfThereIsRoom();
        return waiting.Done.Task;
    }

    private void StartIfThereIsRoom()
    {
        while (!_waiting.IsEmpty)
        {
            var running = Volatile.Read(ref _running);
            if (running >= atOnce)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _running, running + 1, running) == running)
            {
                _ = RunAsync();
                return;
            }
        }
    }

    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            await DoAsync(batch);
        }

        Interlocked.Decrement(ref _running);
        // What came between the last look and now.
        StartIfThereIsRoom();
    }

    private List<Waiting> Take()
    {
        List<Waiting> taken = [];
        while (taken.Count < most && _waiting.TryDequeue(out var next))
        {
            taken.Add(next);
        }

        return taken;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed to whoever waits for the item.")]
    private async Task DoAsync(IReadOnlyList<Waiting> batch)
    {
        try
        {
            var results = await work([.. batch.Select(waiting => waiting.Item)]);
            for (var at = 0; at < batch.Count; at++)
            {
                batch[at].Done.SetResult(results[at]);
            }
        }
        catch (PostgresException exception) when (!exception.IsTransient && batch.Count > 1)
        {
            foreach (var waiting in batch)
            {
                await DoAsync([waiting]);
            }
        }
        catch (Exception exception)
        {
            foreach (var waiting in batch)
            {
                waiting.Done.TrySetException(exception);
            }
        }
    }

    private sealed record Waiting(TItem Item, TaskCompletionSource<TResult> Done);
}
