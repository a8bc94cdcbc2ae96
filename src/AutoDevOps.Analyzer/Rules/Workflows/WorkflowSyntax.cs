using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a workflow that GitHub refuses as a whole: no YAML, no <c>on</c>, no <c>jobs</c>.</summary>
internal sealed class WorkflowSyntax : IFileRule
{
    /// <summary>Lists and mappings in each other; GitHub refuses more.</summary>
    private const int MaxDepth = 50;

    public RuleDescriptor Descriptor { get; } = new(
        "GHA001", "workflow-syntax", Category.CiCd, Severity.High,
        What: "A workflow that is not valid YAML, repeats a key, or lacks `on` or `jobs`.",
        Why: "GitHub refuses the whole file, so none of its jobs ever runs.",
        Remedy: "Mend the place that the message names.")
    {
        Equivalents = ["actionlint/syntax-check"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var document = file.Yaml();
        if (document.Root is not { } root)
        {
            var problem = document.Diagnostics.Count > 0 ? document.Diagnostics[0] : new(file.Path, 1, "The file is empty.");
            return [Descriptor.At(file.Path, Math.Max(problem.Line, 1), $"The workflow cannot be read. {problem.Message}")];
        }

        return root.Kind == NodeKind.Mapping
            ? Sections(file, root).Concat(RepeatedKeys(file, root, 0)).Concat(Tags(file, root)).Concat(Depth(file, root, 1))
            : [Descriptor.At(file.Path, root.Line, "A workflow is a mapping with the keys 'on' and 'jobs'.")];
    }

    private IEnumerable<Finding> Sections(SnapshotFile file, DataNode root)
    {
        if (root["on"] is not { } on)
        {
            yield return Descriptor.At(file.Path, root.Line, "The workflow has no 'on', so nothing starts it.");
        }
        else if (on is { Kind: NodeKind.Scalar, Text: null } or { Kind: NodeKind.Sequence, Items.Count: 0 } or { Kind: NodeKind.Mapping, Entries.Count: 0 })
        {
            yield return Descriptor.At(file.Path, on.Line, "'on' names no event.");
        }

        if (root["jobs"] is not { } jobs)
        {
            yield return Descriptor.At(file.Path, root.Line, "The workflow has no 'jobs'.");
        }
        else if (jobs.Kind != NodeKind.Mapping || jobs.Entries.Count == 0)
        {
            yield return Descriptor.At(file.Path, jobs.Line, "'jobs' must be a mapping with at least one job.");
        }
        else
        {
            foreach (var (id, job) in jobs.Entries.Where(entry => entry.Value.Kind != NodeKind.Mapping))
            {
                yield return Descriptor.At(file.Path, id.Line, $"Job '{id.Text}' must be a mapping.");
            }
        }
    }

    private IEnumerable<Finding> RepeatedKeys(SnapshotFile file, DataNode node, int depth)
    {
        // An alias repeats a whole subtree: workflows are shallow, so this depth bounds the walk without missing a key.
        if (depth > 12)
        {
            yield break;
        }

        // GitHub compares the keys without regard to case. A key that is an expression has no name before the run.
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, _) in node.Entries)
        {
            if (key.Text is { } name && !name.Contains("${{", StringComparison.Ordinal) && !seen.Add(name))
            {
                yield return Descriptor.At(file.Path, key.Line, $"The key '{name}' stands here a second time.");
            }
        }

        foreach (var finding in node.Items.Concat(node.Entries.Select(entry => entry.Value)).SelectMany(child => RepeatedKeys(file, child, depth + 1)))
        {
            yield return finding;
        }
    }

    /// <summary>GitHub knows the tags of YAML's core schema, and takes them at their word.</summary>
    private IEnumerable<Finding> Tags(SnapshotFile file, DataNode node)
    {
        if (node.Tag is { } tag && !IsKept(tag, node))
        {
            yield return Descriptor.At(file.Path, node.Line, $"The tag '{tag}' does not go with '{node.Text}', or is none that GitHub knows.");
        }

        foreach (var finding in node.Items.Concat(node.Entries.SelectMany(entry => new[] { entry.Key, entry.Value })).SelectMany(child => Tags(file, child)))
        {
            yield return finding;
        }
    }

    private static bool IsKept(string tag, DataNode scalar) => tag switch
    {
        "!" or "tag:yaml.org,2002:str" => true,
        "tag:yaml.org,2002:null" => scalar.IsPlain && scalar.Type == ScalarType.Null,
        "tag:yaml.org,2002:bool" => scalar.IsPlain && scalar.Type == ScalarType.Boolean,
        "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" => scalar.IsPlain && scalar.Type == ScalarType.Number,
        _ => false,
    };

    private IEnumerable<Finding> Depth(SnapshotFile file, DataNode node, int depth)
    {
        if (node.Kind == NodeKind.Scalar)
        {
            return [];
        }

        return depth > MaxDepth
            ? [Descriptor.At(file.Path, node.Line, $"The workflow is nested more than {MaxDepth} levels deep.")]
            : node.Items.Concat(node.Entries.Select(entry => entry.Value)).SelectMany(child => Depth(file, child, depth + 1));
    }
}
