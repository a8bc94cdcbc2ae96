namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>The clock of a machine that nobody has set: off by so much, and as steady as any other.</summary>
internal sealed class SkewedTime(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
}
