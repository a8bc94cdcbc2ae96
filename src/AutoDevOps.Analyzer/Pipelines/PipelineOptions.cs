namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>What a person may choose about a pipeline.</summary>
public sealed record PipelineOptions
{
    /// <summary>The branch that pushes are built on; null: the one that existing workflows name, else <c>main</c>.</summary>
    public string? DefaultBranch { get; init; }
}

/// <summary>Every platform a pipeline can be written for.</summary>
public static class PipelineTargets
{
    public static IReadOnlyList<IPipelineWriter> All { get; } =
    [
        new GitHubActionsWriter(),
        new DependabotWriter(),
        new GitLabWriter(),
        new CircleCiWriter(),
        new AzurePipelinesWriter(),
        new JenkinsWriter(),
    ];

    /// <summary>The writer of a platform, or null.</summary>
    public static IPipelineWriter? Find(string platform) => All.FirstOrDefault(writer => writer.Platform == platform);
}
