using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>Where the steps of one job run, as far as its file says: what runs on no Linux says little of what will work there.</summary>
internal sealed class GitHubSystems
{
    /// <summary>Of more labels, a condition is not asked about each.</summary>
    private const int MaxLabels = 20;

    private static readonly string[] Others = ["windows", "macos"];

    private readonly bool _isElsewhere;
    private readonly string? _axis;
    private readonly List<string> _onLinux = [];

    public GitHubSystems(DataNode? job, MatrixValues matrix)
    {
        var runsOn = job?["runs-on"] is { Kind: NodeKind.Mapping } group ? group["labels"] : job?["runs-on"];
        if (runsOn is { Kind: NodeKind.Sequence })
        {
            _isElsewhere = runsOn.ScalarOrItems().Any(label => IsOther(label.Text!));
        }
        else if (runsOn?.Text is { } text)
        {
            var labels = matrix.ResolveAll(text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            _isElsewhere = labels.Length > 0 && labels.All(IsOther);
            _axis = Whole(text) is { } tree ? PathOf(tree) : null;
            _onLinux.AddRange(labels.Where(label => !IsOther(label) && !label.Contains("${{", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Take(MaxLabels + 1));
        }
    }

    /// <summary>Whether the condition of a job or step is false whatever happens.</summary>
    public static bool IsOff(DataNode node) => node["if"] is { } condition
        && (condition is { Type: ScalarType.Boolean, IsTrue: false } || (condition.Text is { } text && Whole(text) is { } tree && ExpressionEvaluator.ConstantTruth(tree) == false));

    /// <summary>Whether a step never runs on Linux.</summary>
    public bool IsElsewhere(DataNode step)
    {
        if (_isElsewhere || step["if"]?.Text is not { } text || Whole(text) is not { } tree)
        {
            return _isElsewhere;
        }

        return _axis is null || _onLinux.Count is 0 or > MaxLabels ? IsFalse(tree, null) : _onLinux.TrueForAll(label => IsFalse(tree, label));
    }

    private bool IsFalse(Expression tree, string? label) => ExpressionEvaluator.ConstantTruth(tree.Replace(part => part is not Expression.Member ? null
        : PathOf(part) switch
        {
            "runner.os" => Text("Linux"),
            { } path when label is not null && path == _axis => Text(label),
            _ => null,
        })) == false;

    private static Expression.Literal Text(string value) => new(value, ExpressionValue.Of(value));

    private static bool IsOther(string label) => Array.Exists(Others, other => label.StartsWith(other, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>matrix.os</c> of an expression that is no more than that.</summary>
    private static string? PathOf(Expression tree) => tree switch
    {
        Expression.Context context => context.Name,
        Expression.Member { Index: null, Name: not "*" } member when PathOf(member.Target) is { } target => $"{target}.{member.Name}",
        _ => null,
    };

    /// <summary>The one expression that a text is, with its braces or, as the text of an <c>if</c>, without.</summary>
    private static Expression? Whole(string text)
    {
        text = text.Trim();
        if (text.StartsWith("${{", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal))
        {
            text = text[3..^2];
        }

        return text.Contains("${{", StringComparison.Ordinal) ? null : ExpressionParser.Parse(text.Trim()).Tree;
    }
}
