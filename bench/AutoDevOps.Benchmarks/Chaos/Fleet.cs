using System.Runtime.Versioning;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>The workers, each in a place of its own; who dies is followed by another. The first is left alone, as never all die at once.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Fleet(string database, WorkerOptions options, TextWriter log) : IDisposable
{
    /// <summary>What their clocks say too much or too little.</summary>
    public static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromSeconds(-40), TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(-11), TimeSpan.FromHours(3)];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private readonly WorkerProcess?[] _workers = new WorkerProcess?[Skews.Length];
    private readonly HashSet<int> _free = [];

    /// <summary>Results that workers computed for jobs that they had lost meanwhile.</summary>
    public int Dropped { get; private set; }

    public Task StartAsync() => Task.WhenAll(Enumerable.Range(0, Skews.Length).Select(ReplaceAsync));

    /// <summary>One that nobody else is busy with, to be disturbed. Whoever takes it gives it back.</summary>
    public async Task<(int Place, WorkerProcess Worker)> TakeAsync(Dice dice)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_free.Count > 0)
                {
                    var place = dice.Pick([.. _free.Order()]);
                    _free.Remove(place);
                    return (place, _workers[place]!);
                }
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    public void GiveBack(int place)
    {
        lock (_lock)
        {
            _free.Add(place);
        }
    }

    /// <summary>Puts a new worker in the place of one that has ended.</summary>
    public async Task ReplaceAsync(int place)
    {
        if (_workers[place] is { } ended)
        {
            lock (_lock)
            {
                Dropped += ended.Dropped;
            }

            ended.Dispose();
        }

        _workers[place] = await WorkerProcess.StartAsync(database, options with { Skew = Skews[place] }, log);
        if (place > 0)
        {
            GiveBack(place);
        }
    }

    /// <summary>Asks all to end.</summary>
    /// <returns>How many did not end well.</returns>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        var codes = await Task.WhenAll(_workers.Select(worker => worker!.TerminateAsync(patience)));
        Dropped += _workers.Sum(worker => worker!.Dropped);
        return codes.Count(code => code != 0);
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker?.Dispose();
        }
    }
}
