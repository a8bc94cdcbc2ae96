using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Reads once for all who want to read about the same thing at the same time: a thousand pages of one organization wake together.</summary>
/// <remarks>Whoever comes while a read is under way waits for the next one, since what made them look may be newer than what that one sees.</remarks>
/// <typeparam name="TFrom">What one of them has had.</typeparam>
/// <typeparam name="TResult">What they all get.</typeparam>
/// <param name="read">Reads about a subject, as the caller who came first, for all of these.</param>
internal sealed class ReadGroups<TFrom, TResult>(Func<Guid, Caller, IReadOnlyCollection<TFrom>, Task<TResult>> read)
{
    private readonly Dictionary<Guid, Group?> _next = [];
    private readonly Lock _lock = new();

    /// <summary>Takes part in the next read about the subject.</summary>
    public Task<TResult> JoinAsync(Guid subject, Caller caller, TFrom from, CancellationToken cancellationToken)
    {
        Group group;
        lock (_lock)
        {
            var isUnderWay = _next.TryGetValue(subject, out var next);
            group = next ?? new Group(caller);
            group.From.Add(from);
            // Null: a read is under way, and nobody waits for the next.
            _next[subject] = isUnderWay ? group : null;
            if (!isUnderWay)
            {
                _ = RunAsync(subject, group);
            }
        }

        return group.Answer.Task.WaitAsync(cancellationToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed to those who wait.")]
    private async Task RunAsync(Guid subject, Group? group)
    {
        // Not under the lock of whoever came first.
        await Task.Yield();
        while (group is not null)
        {
            try
            {
                group.Answer.SetResult(await read(subject, group.Caller, group.From));
            }
            catch (Exception exception)
            {
                group.Answer.SetException(exception);
            }

            lock (_lock)
            {
                group = _next[subject];
                if (group is null)
                {
                    _next.Remove(subject);
                }
                else
                {
                    _next[subject] = null;
                }
            }
        }
    }

    private sealed class Group(Caller caller)
    {
        public Caller Caller => caller;

        public List<TFrom> From { get; } = [];

        // Those who wait go on by themselves, side by side.
        public TaskCompletionSource<TResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
