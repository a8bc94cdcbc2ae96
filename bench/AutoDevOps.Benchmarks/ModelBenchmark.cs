using System.Diagnostics;
using System.Globalization;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Snapshots;

namespace AutoDevOps.Benchmarks;

/// <summary>How long it takes to say what a repository is and to write its pipeline: the stages by themselves, and our program as a whole
/// beside others that read a repository, in turn.</summary>
/// <remarks>The others do something else: <c>build-info</c> names frameworks and how they are built, <c>repomix</c> reads every file as we do
/// and packs them into one. They say what a person waits for elsewhere, not who does more.</remarks>
internal static class ModelBenchmark
{
    /// <param name="path">The repository: 10,000 files and more for the goals.</param>
    /// <param name="program">Our native program, as <c>dotnet publish src/AutoDevOps.Cli</c> makes it.</param>
    public static int Run(string path, string program, int rounds)
    {
        if (!Directory.Exists(path) || !File.Exists(program))
        {
            Console.Error.WriteLine($"'{path}' must be a folder, and '{program}' the program: dotnet publish src/AutoDevOps.Cli --output artifacts/cli");
            return 2;
        }

        var isMet = Stages(path, rounds);
        Beside(path, program, rounds);
        return isMet ? 0 : 1;
    }

    private static bool Stages(string path, int rounds)
    {
        List<double> models = [], pipelines = [];
        var (files, jobs) = (0, "");
        // The first round fills the disk's cache and compiles the code.
        for (var round = -1; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var snapshot = FolderSnapshot.Read(path, SnapshotLimits.Default, CancellationToken.None);
            var model = RepositoryModelBuilder.Build(snapshot).Model;
            var modelled = watch.Elapsed;
            var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new PipelineOptions());
            (files, jobs) = (snapshot.Entries.Count, pipeline.IsProven ? "offered" : "refused");
            if (round >= 0)
            {
                models.Add(modelled.TotalMilliseconds);
                pipelines.Add((watch.Elapsed - modelled).TotalMilliseconds);
            }
        }

        Line($"{files} files, {rounds} rounds, median (least to most):\n");
        Line($"| stage | ms | goal |\n|---|---|---|");
        Line($"| files listed, model built | {Timing.Show(models)} | 2,000 |");
        Line($"| pipeline planned, written and proven ({jobs}) | {Timing.Show(pipelines)} | 300 |\n");
        return Timing.Median(models) < 2000 && Timing.Median(pipelines) < 300;
    }

    private static void Beside(string path, string program, int rounds)
    {
        var packed = Path.Combine(Path.GetTempPath(), $"autodevops-bench-{Environment.ProcessId}.xml");
        (string Name, string Program, string[] Arguments, List<double> Times)[] peers =
        [
            ("autodevops model", program, ["model", path], []),
            ("autodevops generate", program, ["generate", path, "--platform", "github", "--stdout"], []),
            ("@netlify/build-info", "node", [Peers.Path("node_modules/@netlify/build-info/bin.js"), path], []),
            ("repomix", "node", [Peers.Path("node_modules/repomix/bin/repomix.cjs"), path, "--quiet", "--output", packed], []),
        ];
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var peer in peers)
                {
                    peer.Times.Add(Timing.Program(peer.Program, peer.Arguments));
                }
            }
        }
        finally
        {
            File.Delete(packed);
        }

        Line($"| whole program, started anew | ms |\n|---|---|");
        foreach (var peer in peers)
        {
            Line($"| {peer.Name} | {Timing.Show(peer.Times)} |");
        }
    }

    private static void Line(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
