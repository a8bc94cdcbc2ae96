using System.Text;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>What the expressions of a job may ask for, as far as it is known here: one row of the matrix, the variables so far, a push.</summary>
internal sealed class JobContexts(ExpressionValue matrix)
{
    private static readonly ExpressionValue Runner = Object(("os", "Linux"), ("arch", "X64"));

    private static readonly ExpressionValue GitHub = Object(("event_name", "push"), ("ref", "refs/heads/main"), ("ref_name", "main"), ("workspace", "${GITHUB_WORKSPACE}"));

    private Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The same with more variables; one whose value is not known here is not set.</summary>
    public JobContexts With(DataNode? env)
    {
        var next = new JobContexts(matrix) { _variables = new(_variables, StringComparer.Ordinal) };
        foreach (var (name, value) in env?.Entries ?? [])
        {
            if (name.Text is { } known && Resolve(value.Text ?? "") is { } text)
            {
                next._variables[known] = text.Replace("${GITHUB_WORKSPACE}/", "", StringComparison.Ordinal);
            }
        }

        return next;
    }

    /// <summary>The text with every expression replaced; null when one is not known.</summary>
    public string? Resolve(string text)
    {
        var resolved = new StringBuilder();
        var from = 0;
        for (var open = text.IndexOf("${{", StringComparison.Ordinal); open >= 0; open = text.IndexOf("${{", from, StringComparison.Ordinal))
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0 || Evaluate(text[(open + 3)..close]) is not { } value)
            {
                return null;
            }

            resolved.Append(text, from, open - from).Append(value.AsText());
            from = close + 2;
        }

        return resolved.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>Whether a condition holds while nothing has failed; null when that is not known.</summary>
    public bool? Holds(string? condition)
    {
        var text = condition?.Trim() ?? "";
        text = text.StartsWith("${{", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal) ? text[3..^2] : text;
        return text.Length == 0 ? true : Evaluate(text)?.IsTruthy;
    }

    private ExpressionValue? Evaluate(string expression)
    {
        if (ExpressionParser.Parse(expression.Trim()).Tree is not { } tree)
        {
            return null;
        }

        try
        {
            return new ExpressionEvaluator(Context).Evaluate(tree);
        }
        catch (ExpressionException)
        {
            // Not known, which is what the caller is told.
            return null;
        }
    }

    private ExpressionValue? Context(string name) => name.ToLowerInvariant() switch
    {
        "matrix" => matrix,
        "runner" => Runner,
        "github" => GitHub,
        "env" => new ExpressionValue.ObjectValue(_variables.Select(variable => KeyValuePair.Create(variable.Key, ExpressionValue.Of(variable.Value)))),
        _ => null,
    };

    private static ExpressionValue.ObjectValue Object(params (string Name, string Value)[] members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, ExpressionValue.Of(member.Value))));
}
