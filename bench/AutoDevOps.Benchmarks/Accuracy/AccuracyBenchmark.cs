namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Measures our rules on suites that others wrote.</summary>
internal static class AccuracyBenchmark
{
    /// <param name="folder">Has a clone of each suite, named as it is.</param>
    public static int Run(string folder)
    {
        if (Suites.All.FirstOrDefault(suite => !Directory.Exists(Path.Combine(folder, suite.Name))) is { } missing)
        {
            Console.Error.WriteLine($"'{Path.Combine(folder, missing.Name)}' is no folder: clone github.com/{missing.Repository} there.");
            return 2;
        }

        var measurement = new Measurement();
        var measured = Suites.All.Select(suite => measurement.Measure(suite, Path.Combine(folder, suite.Name))).ToList();
        Console.Out.Write(AccuracyReport.Write(measured));
        return 0;
    }
}
