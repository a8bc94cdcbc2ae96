namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The files by which a repository configures continuous integration, of any vendor.</summary>
internal static class CiFiles
{
    private static readonly HashSet<string> Paths = new(StringComparer.OrdinalIgnoreCase)
    {
        ".gitlab-ci.yml", ".gitlab-ci.yaml", ".circleci/config.yml", ".circleci/config.yaml", "azure-pipelines.yml", "azure-pipelines.yaml",
        ".azure-pipelines.yml", "jenkinsfile", ".travis.yml", "appveyor.yml", ".appveyor.yml", ".drone.yml", ".drone.yaml", ".drone.jsonnet",
        ".drone.star", "bitbucket-pipelines.yml", ".cirrus.yml", ".cirrus.star", ".woodpecker.yml", ".woodpecker.yaml", ".semaphore/semaphore.yml",
        "cloudbuild.yaml", "cloudbuild.yml", "buildspec.yml", "buildspec.yaml", ".build.yml", "codefresh.yml", "wercker.yml", "shippable.yml",
        ".prow.yaml", ".zuul.yaml", "zuul.yaml", "bitrise.yml", "codemagic.yaml", ".earthly/config.yml", "vercel-ci.json", ".ci-operator.yaml",
    };

    private static readonly string[] Folders =
    [
        ".github/workflows/", ".buildkite/", ".azure-pipelines/", "azure-pipelines/", ".builds/", ".teamcity/", ".woodpecker/", ".forgejo/workflows/",
        ".gitea/workflows/", ".zuul.d/", "zuul.d/", ".prow/", ".tekton/", "tekton/", ".jenkins/", "jenkins/", ".gitlab/ci/", ".gitlab-ci/", ".pipelines/",
        "eng/pipelines/", ".evergreen/", ".kokoro/", ".ci/", "ci/",
    ];

    public static IEnumerable<SnapshotFile> In(RepositorySnapshot snapshot) =>
        snapshot.Entries.Where(file => Paths.Contains(file.Path)
            || file.Name.StartsWith("Jenkinsfile", StringComparison.OrdinalIgnoreCase)
            || Folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)));
}
