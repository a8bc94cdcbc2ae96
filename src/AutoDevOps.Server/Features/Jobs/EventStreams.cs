using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Bounds what all streams of this process take: how many one person has, and how many read at once.</summary>
internal sealed class EventStreams(IOptions<JobOptions> options)
{
    // Streams that wake together take turns, and what happened meanwhile comes with the same read; the requests of people keep the
    // rest of the connections.
    private static readonly SemaphoreSlim Reading = new(16);
    private readonly Dictionary<Guid, int> _open = [];
    private readonly Lock _lock = new();

    public int Limit => options.Value.StreamsPerUser;

    /// <summary>How many streams are open now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Values.Sum();
            }
        }
    }

    /// <summary>A place for one more stream, until it is disposed of; null when the person has as many as are allowed.</summary>
    public IDisposable? Enter(Guid userId)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(userId);
            if (open >= Limit)
            {
                return null;
            }

            _open[userId] = open + 1;
            return new Place(this, userId);
        }
    }

    /// <summary>Reads when it is its turn.</summary>
    public static async Task<T> InTurnAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await Reading.WaitAsync(cancellationToken);
        try
        {
            return await read();
        }
        finally
        {
            Reading.Release();
        }
    }

    private void Leave(Guid userId)
    {
        lock (_lock)
        {
            if (--_open[userId] == 0)
            {
                _open.Remove(userId);
            }
        }
    }

    private sealed class Place(EventStreams streams, Guid userId) : IDisposable
    {
        public void Dispose() => streams.Leave(userId);
    }
}
