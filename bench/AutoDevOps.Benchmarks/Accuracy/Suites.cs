namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>The suites that are measured.</summary>
internal static class Suites
{
    public static IReadOnlyList<ISuite> All { get; } =
    [
        new GitleaksSuite(),
        new SecretlintSuite(),
        new ActionlintSuite(),
        new SchemaStoreSuite(),
        new ScorecardSuite(),
        new SemgrepSuite(),
    ];
}
