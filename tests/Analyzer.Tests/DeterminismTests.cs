using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Tests.Reports;
using AutoDevOps.Analyzer.Tests.RepositoryModels;
using AutoDevOps.Analyzer.Tests.Rules;

namespace AutoDevOps.Analyzer.Tests;

/// <summary>The same files give the same bytes: in any order, on any number of cores, with files let go of and loaded again.</summary>
public sealed class DeterminismTests
{
    [Fact]
    public void Shuffled_side_by_side_and_loaded_anew_each_time_the_bytes_are_the_same()
    {
        var files = Everything();
        var first = Print(files);
        Assert.True(first.Length > 100_000, "There is too little in the reports to tell anything.");

        var random = new Random(1);
        List<SnapshotFile>[] runs = [.. new[] { files, [.. files.Select(Forgetful)] }.Select(run => run.OrderBy(_ => random.Next()).ToList())];
        Parallel.ForEach(runs, run => Assert.Equal(first, Print(run)));
    }

    private static SnapshotFile Forgetful(SnapshotFile file)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(file.IsRead ? file.Text : "");
        return new SnapshotFile(file.Path, file.Size, file.Kind, () =>
        {
            GC.Collect(0);
            return [.. bytes];
        });
    }

    /// <summary>Every fixture there is, each in a folder of its own; workflows where GitHub looks for them.</summary>
    private static List<SnapshotFile> Everything()
    {
        var repositories = FixtureRepositories.Names.SelectMany(row => FixtureRepositories.Files(row.Data).Select(file => (Folder: row.Data, File: file)));
        var rules = RuleCatalog.All.SelectMany(rule => RuleFixture.Read(rule.Descriptor.Name, "bad").Snapshot.Entries.Select(file => (Folder: rule.Descriptor.Name, File: file)));
        return
        [
            .. repositories.Concat(rules).Select(entry => new SnapshotFile(
                entry.File.Directory == ".github/workflows" ? $".github/workflows/{entry.Folder}-{entry.File.Name}" : $"{entry.Folder}/{entry.File.Path}",
                entry.File.Size, entry.File.Kind, () => System.Text.Encoding.UTF8.GetBytes(entry.File.Text))).DistinctBy(file => file.Path),
        ];
    }

    private static string Print(IEnumerable<SnapshotFile> files)
    {
        var snapshot = new RepositorySnapshot(files);
        var result = RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);
        var model = RepositoryModelBuilder.Build(snapshot).Model;
        var pipelines = PipelineTargets.All.Select(target => PipelineGenerator.Generate(snapshot, model, target.Platform, new()))
            .SelectMany(pipeline => pipeline.Files.Select(file => file.Text).Concat(pipeline.Checks.Select(check => check.ToString())).Concat(pipeline.NotInferred.Select(gap => gap.ToString())));
        return string.Join('\n', [ReportCases.Json(result), ReportCases.Sarif(result), ReportCases.Markdown(result), ReportCases.Annotations(result), ReportCases.Model(snapshot), .. pipelines]);
    }
}
