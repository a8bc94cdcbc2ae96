using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What the pipeline that we would write sets up: also where the model names no version, the writer's convention does.</summary>
internal static class Convention
{
    /// <summary>The versions by runtime, read from the generated workflow as any workflow is.</summary>
    public static IReadOnlyDictionary<string, SortedSet<string>> Versions(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new());
        var files = pipeline.Files.Where(file => file.Path.EndsWith(".yml", StringComparison.Ordinal)).Select(file => (file.Path, file.Text)).ToArray();
        if (files.Length == 0)
        {
            return new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        }

        var ours = RepositorySnapshot.FromText(files);
        return new CiTruth(ours, RepositoryModelBuilder.Build(ours).Model, generated: true).Versions();
    }
}
