using System.Diagnostics.CodeAnalysis;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>Chance that a seed repeats.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Nothing secret, and it must be repeatable.")]
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <returns>From 0 to one less.</returns>
    public int Roll(int sides) => _random.Next(sides);

    public T Pick<T>(IReadOnlyList<T> things) => things[Roll(things.Count)];

    /// <returns>Instants in this time, in their order.</returns>
    public IReadOnlyList<TimeSpan> Instants(int count, TimeSpan time) => [.. Enumerable.Range(0, count).Select(_ => time * _random.NextDouble()).Order()];
}
