using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Reads the CI files that a repository already has, as evidence of how it is built and tested.</summary>
public static class ExistingCi
{
    /// <summary>People's own files have hundreds. What lies beyond would be kept in memory as evidence for nothing new.</summary>
    private const int MaxSteps = 5000;

    private static readonly Vendor[] Vendors =
    [
        new("github", IsGitHub, GitHubWorkflow.Read),
        new("gitlab", file => file.Path is ".gitlab-ci.yml" or ".gitlab-ci.yaml", GitLabPipeline.Read, GitLabRuntimes.Read),
        new("circleci", file => file.Path is ".circleci/config.yml" or ".circleci/config.yaml", CircleConfiguration.Read, CircleRuntimes.Read),
        new("azure", IsAzure, AzurePipeline.Read, AzurePipeline.Containers),
        new("jenkins", file => file.Name == "Jenkinsfile" && file.Directory.Length == 0, (file, _) => Jenkinsfile.Read(file), (file, _) => JenkinsRuntimes.Read(file)),
        new("travis", file => file.Path is ".travis.yml" or ".travis.yaml", TravisConfiguration.Read, (_, root) => TravisConfiguration.Runtimes(root)),
        new("gitea", file => IsYaml(file) && file.Directory == ".gitea/workflows", GitHubWorkflow.Read),
        new("forgejo", file => IsYaml(file) && file.Directory == ".forgejo/workflows", GitHubWorkflow.Read),

        // Known by their place; what they run is not read.
        new("appveyor", file => file.Path is "appveyor.yml" or ".appveyor.yml", null),
        new("bitbucket", file => file.Path == "bitbucket-pipelines.yml", null),
        new("drone", file => file.Path is ".drone.yml" or ".drone.yaml", null),
        new("woodpecker", file => IsYaml(file) && (file.Path is ".woodpecker.yml" or ".woodpecker.yaml" || file.Directory == ".woodpecker"), null),
        new("buildkite", file => IsYaml(file) && file.Directory == ".buildkite", null),
        new("cirrus", file => file.Path == ".cirrus.yml", null),
        new("semaphore", file => IsYaml(file) && file.Directory == ".semaphore", null),
        new("bitrise", file => file.Path == "bitrise.yml", null),
        new("codemagic", file => file.Path == "codemagic.yaml", null),
        new("codebuild", file => file.Path is "buildspec.yml" or "buildspec.yaml", null),
        new("cloudbuild", file => file.Path is "cloudbuild.yaml" or "cloudbuild.yml" or "cloudbuild.json", null),
        new("sourcehut", file => IsYaml(file) && (file.Path == ".build.yml" || file.Directory == ".builds"), null),
        new("teamcity", file => file.Path == ".teamcity/settings.kts", null),
        new("tekton", file => IsYaml(file) && file.Directory == ".tekton", null),
        new("wercker", file => file.Path == "wercker.yml", null),
    ];

    /// <summary>Every CI file, in the order of their paths. A file that cannot be parsed is listed without steps and reported.</summary>
    public static IReadOnlyList<CiConfiguration> Read(RepositorySnapshot snapshot, Action<Diagnostic> report)
    {
        var found = new List<CiConfiguration>();
        foreach (var file in snapshot.Files)
        {
            if (Array.Find(Vendors, vendor => vendor.Matches(file)) is { } vendor)
            {
                var root = Root(vendor, file);
                found.Add(new(vendor.Name, file.Path)
                {
                    Steps = Steps(vendor, file, root, report),
                    Runtimes = [.. (vendor.Runtimes?.Invoke(file, root) ?? []).Take(MaxSteps)],
                    IsGenerated = GeneratedMark.IsOn(file),
                });
            }
        }

        return found;
    }

    private static DataNode Root(Vendor vendor, SnapshotFile file) =>
        (vendor.Read is not null && IsYaml(file) ? file.Yaml().Root : null) ?? DataNode.Mapping(default, default);

    private static IReadOnlyList<CiStep> Steps(Vendor vendor, SnapshotFile file, DataNode root, Action<Diagnostic> report)
    {
        var steps = vendor.Read?.Invoke(file, root) ?? [];
        if (steps.Count <= MaxSteps)
        {
            return steps;
        }

        report(new(file.Path, 0, $"Has {steps.Count} steps; only the first {MaxSteps} count as evidence."));
        return [.. steps.Take(MaxSteps)];
    }

    private static bool IsGitHub(SnapshotFile file) =>
        IsYaml(file)
        && (file.Directory == ".github/workflows"
            || (file.Name is "action.yml" or "action.yaml" && file.Path.StartsWith(".github/", StringComparison.Ordinal)));

    private static bool IsAzure(SnapshotFile file) =>
        IsYaml(file)
        && (file.Directory is "" or ".azure" or ".azure-pipelines" or ".azuredevops" or ".pipelines" or "azure-pipelines")
        && (file.Name.StartsWith("azure-pipelines", StringComparison.Ordinal) || file.Directory.Length > 0);

    private static bool IsYaml(SnapshotFile file) => file.Extension is ".yml" or ".yaml";

    /// <param name="Read">Null: the vendor is recognised only.</param>
    /// <param name="Runtimes">Reads what jobs run in; null: the vendor's jobs set up what they need in their steps.</param>
    private sealed record Vendor(
        string Name, Predicate<SnapshotFile> Matches, Func<SnapshotFile, DataNode, IReadOnlyList<CiStep>>? Read,
        Func<SnapshotFile, DataNode, IEnumerable<CiRuntime>>? Runtimes = null);
}
