using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>A repository as it would be had nobody written CI for it yet.</summary>
internal static class WithoutCi
{
    private static readonly string[] Folders = [".github/workflows/", ".github/actions/", ".circleci/", ".gitlab/", ".azure/", ".azure-pipelines/", ".azuredevops/", ".pipelines/", ".buildkite/", ".gitea/workflows/", ".forgejo/workflows/"];

    public static RepositorySnapshot Of(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var paths = model.Ci.Select(configuration => configuration.Path).ToHashSet(StringComparer.Ordinal);
        return new(snapshot.Entries.Where(file => !paths.Contains(file.Path) && !Array.Exists(Folders, folder => file.Path.StartsWith(folder, StringComparison.Ordinal))));
    }
}
