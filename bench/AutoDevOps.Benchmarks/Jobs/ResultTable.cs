using System.Globalization;

namespace AutoDevOps.Benchmarks.Jobs;

/// <summary>What was measured, as a table for the documentation.</summary>
internal sealed class ResultTable(int jobs, int rounds)
{
    private readonly Dictionary<string, List<DrainResult>> _drains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double[]> _pickups = new(StringComparer.Ordinal);
    private readonly List<(int Organizations, double[] Took)> _claims = [];
    private double[] _cancellations = [];

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

    /// <param name="took">In milliseconds, sorted.</param>
    public void AddClaims(int organizations, double[] took) => _claims.Add((organizations, took));

    /// <param name="waits">In milliseconds, sorted.</param>
    public void AddCancellations(double[] waits) => _cancellations = waits;

    public string Last(string name) => F($"{_drains[name][^1].JobsPerSecond:0} jobs/s, {_drains[name][^1].WorkerMilliseconds:0} + {_drains[name][^1].ServerMilliseconds:0} ms of processor time per 1,000 jobs");

    public void Print(TextWriter output)
    {
        output.WriteLine(F($"{jobs:#,0} jobs that do nothing, 10 at once unless it says otherwise, {rounds} rounds in turn; median (least to most)."));
        output.WriteLine();
        output.WriteLine("| queue | jobs/s | CPU ms per 1,000 jobs: worker | database | pickup p50 | p95 | p99 |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, drains) in _drains)
        {
            output.WriteLine(
                $"| {name} | {Spread(drains.Select(drain => drain.JobsPerSecond))} | {Spread(drains.Select(drain => drain.WorkerMilliseconds))} | {Spread(drains.Select(drain => drain.ServerMilliseconds))} "
                + $"| {At(_pickups[name], 0.5)} | {At(_pickups[name], 0.95)} | {At(_pickups[name], 0.99)} |");
        }

        output.WriteLine();
        output.WriteLine("A claim of 10 jobs out of 10,000 that wait, one round trip with its commit:");
        output.WriteLine();
        output.WriteLine("| organizations in line | p50 | p95 |");
        output.WriteLine("|---|---|---|");
        foreach (var (organizations, took) in _claims)
        {
            output.WriteLine(F($"| {organizations:#,0} | {At(took, 0.5)} | {At(took, 0.95)} |"));
        }

        output.WriteLine();
        output.WriteLine($"A cancellation reaches the handler in another process after {At(_cancellations, 0.5)} (p50), {At(_cancellations, 0.95)} (p95), {At(_cancellations, 0.99)} (p99), {At(_cancellations, 1)} at most.");
    }

    private static string Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return F($"{sorted[sorted.Count / 2]:#,0} ({sorted[0]:#,0} to {sorted[^1]:#,0})");
    }

    private static string At(double[] values, double part) => F($"{values[(int)Math.Ceiling(part * values.Length) - 1]:0.0} ms");

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
