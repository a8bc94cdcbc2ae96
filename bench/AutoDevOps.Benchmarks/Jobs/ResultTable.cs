using System.Globalization;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>What was measured, as a table for the documentation.</summary>
internal sealed class ResultTable(int jobs, int concurrency, int rounds)
{
    private readonly Dictionary<string, List<DrainResult>> _drains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double[]> _pickups = new(StringComparer.Ordinal);

    public void Add(string name, DrainResult drain)
    {
        if (!_drains.TryGetValue(name, out var drains))
        {
            _drains.Add(name, drains = []);
        }

        drains.Add(drain);
    }

    /// <param name="waits">In milliseconds, sorted.</param>
    public void Add(string name, double[] waits) => _pickups[name] = waits;

    public string Last(string name) => F($"{_drains[name][^1].JobsPerSecond:0} jobs/s, {_drains[name][^1].WorkerMilliseconds:0} + {_drains[name][^1].ServerMilliseconds:0} ms of processor time per 1,000 jobs");

    public void Print(TextWriter output)
    {
        output.WriteLine(F($"{jobs} jobs that do nothing, {concurrency} at once, {rounds} rounds in turn; median (least to most)."));
        output.WriteLine();
        output.WriteLine("| queue | jobs/s | CPU ms per 1,000 jobs: worker | database | pickup p50 | p95 | p99 |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, drains) in _drains)
        {
            output.WriteLine(
                $"| {name} | {Spread(drains.Select(drain => drain.JobsPerSecond))} | {Spread(drains.Select(drain => drain.WorkerMilliseconds))} | {Spread(drains.Select(drain => drain.ServerMilliseconds))} "
                + $"| {At(name, 0.5)} | {At(name, 0.95)} | {At(name, 0.99)} |");
        }
    }

    private static string Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return F($"{sorted[sorted.Count / 2]:#,0} ({sorted[0]:#,0} to {sorted[^1]:#,0})");
    }

    private string At(string name, double part)
    {
        var waits = _pickups[name];
        return F($"{waits[(int)Math.Ceiling(part * waits.Length) - 1]:0.0} ms");
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
