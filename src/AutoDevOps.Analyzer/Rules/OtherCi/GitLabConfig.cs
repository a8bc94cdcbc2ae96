using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>A <c>.gitlab-ci.yml</c> with its jobs and stages.</summary>
internal sealed class GitLabConfig
{
    private static readonly string[] UsualStages = ["build", "test", "deploy"];

    private GitLabConfig(SnapshotFile file, DataNode root)
    {
        File = file;
        Root = root;
        HasIncludes = root["include"] is not null || root["<<"] is not null;
        Jobs = [.. root.Entries.Where(entry => entry.Key.Text is { } name && !Detectors.Ci.GitLabPipeline.Keywords.Contains(name) && entry.Value.Kind == NodeKind.Mapping)];
        var own = (root["stages"] ?? root["types"])?.ScalarOrItems().Select(stage => stage.Text!).ToList();
        Stages = own is null && HasIncludes ? null : [".pre", .. own ?? [.. UsualStages], ".post"];
    }

    public SnapshotFile File { get; }

    public DataNode Root { get; }

    /// <summary>Whether other files may add jobs and stages.</summary>
    public bool HasIncludes { get; }

    /// <summary>The jobs, also those that only others extend, whose names begin with a dot.</summary>
    public IReadOnlyList<KeyValuePair<DataNode, DataNode>> Jobs { get; }

    /// <summary>In their order; null when another file may say them.</summary>
    public IReadOnlyList<string>? Stages { get; }

    public static bool IsPath(SnapshotFile file) => file.Path is ".gitlab-ci.yml" or ".gitlab-ci.yaml";

    public static GitLabConfig? Read(SnapshotFile file) => file.Yaml().Root is { Kind: NodeKind.Mapping } root && root["spec"] is null ? new(file, root) : null;

    public static bool IsHidden(DataNode name) => name.Text!.StartsWith('.');

    /// <summary>Whether all there is to say of the job stands in it.</summary>
    public static bool IsComplete(DataNode job) => job["extends"] is null && job["<<"] is null;
}

/// <summary>A rule about GitLab's pipelines.</summary>
internal abstract class GitLabRule : IFileRule
{
    protected const string Reference = "https://docs.gitlab.com/ci/yaml/";

    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) => GitLabConfig.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) => GitLabConfig.Read(file) is { } pipeline ? Check(pipeline) : [];

    protected abstract IEnumerable<Finding> Check(GitLabConfig pipeline);

    protected Finding At(GitLabConfig pipeline, DataNode node, string message) => Descriptor.At(Workflows.NodeLocation.Of(pipeline.File, node), message);
}
