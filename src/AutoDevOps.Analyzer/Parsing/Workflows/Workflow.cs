using System.Runtime.CompilerServices;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>A GitHub workflow or composite action as a typed view over its YAML, every part with its place.</summary>
/// <remarks>The view is lenient: a part of the wrong shape is missing here, and said so by the rules on syntax.</remarks>
public sealed class Workflow
{
    /// <summary>Many rules look at a file one after the other; its view lives as long as what it was parsed into.</summary>
    private static readonly ConditionalWeakTable<DataNode, Workflow> Views = [];

    private readonly Lazy<string[]> _lines;

    private Workflow(SnapshotFile file, DataNode root, bool isAction)
    {
        File = file;
        Root = root;
        IsAction = isAction;
        _lines = new(() => [.. file.Lines().Select(line => line.Text)]);
        Triggers = isAction ? [] : ReadTriggers(root["on"]);
        Jobs = isAction ? [] : [.. Pairs(root["jobs"]).Select(job => new WorkflowJob(this, job.Key, job.Value))];
        ActionSteps = isAction ? [.. (root.At("runs", "steps")?.Items ?? []).Select(step => new WorkflowStep(this, null, step))] : [];
    }

    public SnapshotFile File { get; }

    public DataNode Root { get; }

    /// <summary>Whether this is an <c>action.yml</c>, not a workflow.</summary>
    public bool IsAction { get; }

    /// <summary>The events under <c>on</c>, however it is written.</summary>
    public IReadOnlyList<WorkflowTrigger> Triggers { get; }

    public IReadOnlyList<WorkflowJob> Jobs { get; }

    /// <summary>The steps of a composite action.</summary>
    public IReadOnlyList<WorkflowStep> ActionSteps { get; }

    public IEnumerable<WorkflowStep> Steps => Jobs.SelectMany(job => job.Steps).Concat(ActionSteps);

    /// <summary>The lines of the file; index 0 is line 1.</summary>
    public IReadOnlyList<string> Lines => _lines.Value;

    public bool HasTrigger(params ReadOnlySpan<string> names)
    {
        foreach (var trigger in Triggers)
        {
            if (names.Contains(trigger.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where GitHub looks for workflows: directly in one folder at the root.</summary>
    public static bool IsWorkflowPath(SnapshotFile file) =>
        file is { Directory: ".github/workflows", Extension: ".yml" or ".yaml" };

    /// <summary>A workflow, or the metadata of an action in any folder that is no test data.</summary>
    public static bool IsWorkflowOrActionPath(SnapshotFile file) =>
        IsWorkflowPath(file) || (file.Name is "action.yml" or "action.yaml" && !file.IsSample);

    /// <summary>The view, or null when the file is not YAML with a mapping at its root.</summary>
    public static Workflow? Read(SnapshotFile file)
    {
        if (file.Yaml().Root is not { Kind: NodeKind.Mapping } root)
        {
            return null;
        }

        return IsWorkflowPath(file) ? Views.GetValue(root, _ => new(file, root, isAction: false))
            : root["runs"] is { Kind: NodeKind.Mapping } ? Views.GetValue(root, _ => new(file, root, isAction: true))
            : null;
    }

    /// <summary>The expressions in a scalar of this file.</summary>
    public IEnumerable<EmbeddedExpression> Expressions(DataNode? scalar) => scalar is null ? [] : EmbeddedExpression.In(scalar, Lines);

    /// <summary>The expressions of an <c>if</c>, which is one as a whole when it has no <c>${{ }}</c>.</summary>
    public IEnumerable<EmbeddedExpression> Condition(DataNode? scalar) => scalar?.Text is not { } text ? []
        : text.Contains("${{", StringComparison.Ordinal) ? Expressions(scalar)
        : string.IsNullOrWhiteSpace(text) ? []
        : [EmbeddedExpression.Whole(scalar)];

    internal static IEnumerable<KeyValuePair<DataNode, DataNode>> Pairs(DataNode? mapping) =>
        mapping is null ? [] : mapping.Entries.Where(entry => entry.Key.Text is not null);

    private static List<WorkflowTrigger> ReadTriggers(DataNode? on) => on switch
    {
        { Kind: NodeKind.Mapping } => [.. Pairs(on).Select(entry => new WorkflowTrigger(entry.Key, entry.Value))],
        not null => [.. on.ScalarOrItems().Select(name => new WorkflowTrigger(name, null))],
        null => [],
    };
}

/// <summary>An event that starts a workflow.</summary>
/// <param name="Node">Its name, to point at.</param>
/// <param name="Filter">Its types, branches, inputs …, or null.</param>
public sealed record WorkflowTrigger(DataNode Node, DataNode? Filter)
{
    public string Name => Node.Text!;
}

public sealed class WorkflowJob
{
    private List<DataNode>? _runnerLabels;

    internal WorkflowJob(Workflow workflow, DataNode key, DataNode node)
    {
        Workflow = workflow;
        Key = key;
        Node = node;
        Steps = [.. (node["steps"]?.Items ?? []).Select(step => new WorkflowStep(workflow, this, step))];
    }

    public Workflow Workflow { get; }

    /// <summary>The job's id, to point at.</summary>
    public DataNode Key { get; }

    public DataNode Node { get; }

    public IReadOnlyList<WorkflowStep> Steps { get; }

    public string Id => Key.Text!;

    /// <summary>The reusable workflow this job calls, or null.</summary>
    public DataNode? Uses => Node["uses"] is { Text: not null } uses ? uses : null;

    public IEnumerable<DataNode> Needs => Node["needs"]?.ScalarOrItems() ?? [];

    public string? If => Node["if"]?.Text;

    /// <summary>The labels it asks a runner for; those that a list in the matrix gives are resolved, others are left out.</summary>
    public IReadOnlyList<DataNode> RunnerLabels() => _runnerLabels ??= [.. ReadRunnerLabels()];

    private IEnumerable<DataNode> ReadRunnerLabels()
    {
        var runsOn = Node["runs-on"];
        if (runsOn is { Kind: NodeKind.Mapping })
        {
            runsOn = runsOn["labels"];
        }

        foreach (var label in runsOn?.ScalarOrItems() ?? [])
        {
            if (!label.Text!.Contains("${{", StringComparison.Ordinal))
            {
                yield return label;
                continue;
            }

            foreach (var expression in Workflow.Expressions(label).Take(1))
            {
                if (expression.Tree is Expression.Member { Target: Expression.Context { Name: "matrix" }, Name: var axis }
                    && expression.Length == label.Text.Trim().Length)
                {
                    foreach (var value in MatrixValues(axis))
                    {
                        yield return value;
                    }
                }
            }
        }
    }

    private IEnumerable<DataNode> MatrixValues(string axis)
    {
        var matrix = Node.At("strategy", "matrix");
        var listed = matrix?[axis]?.ScalarOrItems() ?? [];
        var included = (matrix?["include"]?.Items ?? []).Select(item => item[axis]).OfType<DataNode>().Where(value => value.Text is not null);
        return listed.Concat(included).Where(value => !value.Text!.Contains("${{", StringComparison.Ordinal));
    }
}

public sealed class WorkflowStep
{
    internal WorkflowStep(Workflow workflow, WorkflowJob? job, DataNode node)
    {
        Workflow = workflow;
        Job = job;
        Node = node;
        Action = Uses is { } uses ? ActionReference.Parse(uses.Text!) : null;
    }

    public Workflow Workflow { get; }

    /// <summary>Null for the step of a composite action.</summary>
    public WorkflowJob? Job { get; }

    public DataNode Node { get; }

    public DataNode? Uses => Node["uses"] is { Text: not null } uses ? uses : null;

    public DataNode? Run => Node["run"] is { Text: not null } run ? run : null;

    public string? If => Node["if"]?.Text;

    /// <summary>What <see cref="Uses"/> refers to, or null.</summary>
    public ActionReference? Action { get; }

    /// <summary>An input; their names are case-insensitive.</summary>
    public DataNode? With(string input) =>
        Workflow.Pairs(Node["with"]).LastOrDefault(entry => string.Equals(entry.Key.Text, input, StringComparison.OrdinalIgnoreCase)).Value;
}
