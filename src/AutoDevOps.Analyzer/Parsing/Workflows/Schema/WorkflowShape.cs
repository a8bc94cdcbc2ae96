namespace AutoDevOps.Analyzer.Parsing.Workflows.Schema;

/// <summary>The scalars that may stand at a place. A text takes any scalar: GitHub converts it.</summary>
[Flags]
internal enum ScalarKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Number = 4,

    /// <summary>A text with something in it.</summary>
    Text = 8,

    /// <summary>An empty text, or nothing at all.</summary>
    Empty = 16,
}

/// <summary>What may stand at a place of a workflow: a scalar, a list, a mapping, or several of these.</summary>
internal sealed class WorkflowShape
{
    /// <summary>What a message calls it: "a step".</summary>
    public string Name { get; init; } = "";

    public ScalarKinds Scalars { get; init; }

    /// <summary>The only texts that are allowed, when there are such.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>What the items of a list are; null when a list may not stand here.</summary>
    public WorkflowShape? Items { get; init; }

    /// <summary>Whether a list needs an item.</summary>
    public bool NeedsItem { get; init; }

    /// <summary>The keys of a mapping by name.</summary>
    public IReadOnlyDictionary<string, WorkflowShape> Keys { get; init; } = new Dictionary<string, WorkflowShape>();

    /// <summary>What any other key has for a value; null when there may be no other.</summary>
    public WorkflowShape? OtherKeys { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Whether GitHub looks for the required keys only where nothing below is an expression.</summary>
    public bool RequiresOnlyWithoutExpressions { get; init; }

    /// <summary>Contexts and functions that expressions may use here and below, besides those of the places above.</summary>
    public IReadOnlyList<string> Adds { get; init; } = [];

    /// <summary>Whether an expression may stand here though it has no context to use.</summary>
    public bool AllowsConstantExpressions { get; init; }

    /// <summary>What is wrong with a text that is none of the usual mistakes, or null.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>Whether the text is an expression also without <c>${{ }}</c>.</summary>
    public bool IsCondition { get; init; }

    /// <summary>Decides by what stands there which shape it should have.</summary>
    public Func<DataNode, WorkflowShape>? Choose { get; init; }

    public bool AllowsMapping => OtherKeys is not null || Keys.Count > 0;
}
