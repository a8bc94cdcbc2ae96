using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a workflow that GitHub refuses as a whole: no YAML, no <c>on</c>, no <c>jobs</c>.</summary>
internal sealed class WorkflowSyntax : IFileRule
{
    /// <summary>Lists and mappings in each other; GitHub refuses more.</summary>
    private const int MaxDepth = 50;

    /// <summary>More are not listed.</summary>
    private const int MaxFindings = 200;

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

        if (root.Kind != NodeKind.Mapping)
        {
            return [Descriptor.At(file.Path, root.Line, "A workflow is a mapping with the keys 'on' and 'jobs'.")];
        }

        List<Finding> below = [];
        CheckBelow(file, root, 1, below);
        return Sections(file, root).Concat(below);
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

    /// <summary>What is wrong with a node and with what is below it: repeated keys, tags, depth.</summary>
    private void CheckBelow(SnapshotFile file, DataNode node, int depth, List<Finding> findings)
    {
        WorkBudget.Spend(1 + ((node.Text?.Length ?? 0) / 64));
        if (findings.Count >= MaxFindings)
        {
            return;
        }

        if (node.Kind == NodeKind.Scalar)
        {
            if (node.Tag is { } tag && !IsKept(tag, node))
            {
                findings.Add(Descriptor.At(file.Path, node.Line, $"The tag '{Printable.Short(tag, 80)}' does not go with '{Printable.Short(node.Text ?? "", 80)}', or is none that GitHub knows."));
            }

            return;
        }

        if (depth > MaxDepth)
        {
            findings.Add(Descriptor.At(file.Path, node.Line, $"The workflow is nested more than {MaxDepth} levels deep."));
            return;
        }

        CheckKeys(file, node, findings);
        foreach (var item in node.Items)
        {
            CheckBelow(file, item, depth + 1, findings);
        }

        foreach (var (key, value) in node.Entries)
        {
            CheckBelow(file, key, depth + 1, findings);
            CheckBelow(file, value, depth + 1, findings);
        }
    }

    /// <summary>GitHub compares the keys without regard to case. A key that is an expression has no name before the run.</summary>
    private void CheckKeys(SnapshotFile file, DataNode mapping, List<Finding> findings)
    {
        if (mapping.Key("<<") is { IsPlain: true } merged)
        {
            findings.Add(Descriptor.At(file.Path, merged.Line, "GitHub does not merge mappings: '<<' is the name of a key to it. Name the anchor for the whole, or write the keys out."));
        }

        if (mapping.Entries.Count < 2)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, _) in mapping.Entries)
        {
            WorkBudget.Spend(1 + ((key.Text?.Length ?? 0) / 16));
            if (key.Text is { } name && !name.Contains("${{", StringComparison.Ordinal) && !seen.Add(name))
            {
                findings.Add(Descriptor.At(file.Path, key.Line, $"The key '{Printable.Short(name, 80)}' stands here a second time."));
            }
        }
    }

    /// <summary>GitHub knows the tags of YAML's core schema, and takes them at their word.</summary>
    private static bool IsKept(string tag, DataNode scalar) => tag switch
    {
        "!" or "tag:yaml.org,2002:str" => true,
        "tag:yaml.org,2002:null" => scalar.IsPlain && scalar.Type == ScalarType.Null,
        "tag:yaml.org,2002:bool" => scalar.IsPlain && scalar.Type == ScalarType.Boolean,
        "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" => scalar.IsPlain && scalar.Type == ScalarType.Number,
        _ => false,
    };
}
