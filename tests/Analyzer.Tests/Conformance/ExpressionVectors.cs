using System.Text.Json;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>GitHub's own vectors of the expression language: an expression, its contexts, and its value or the stage at which it fails.</summary>
internal static class ExpressionVectors
{
    public static ConformanceSet Run() => new(
        "expressions", "actions/languageservices, expressions/testdata", [.. ConformanceSet.Files("languageservices", "expressions").SelectMany(Cases)]);

    private static IEnumerable<ConformanceCase> Cases(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var group in document.RootElement.EnumerateObject())
        {
            var number = 0;
            foreach (var vector in group.Value.EnumerateArray())
            {
                yield return new($"{Path.GetFileName(path)} {group.Name} {++number}", Check(vector));
            }
        }
    }

    private static string? Check(JsonElement vector)
    {
        var text = vector.GetProperty("expr").GetString()!;
        var contexts = vector.TryGetProperty("contexts", out var given) ? (ExpressionValue.ObjectValue)ExpressionJson.Convert(given) : new([]);
        var outcome = Outcome(text, contexts);
        var expected = vector.TryGetProperty("err", out var error)
            ? error.GetProperty("kind").GetString() == "evaluation" ? "fails to evaluate" : "does not parse"
            : Shown(ExpressionJson.Convert(vector.GetProperty("result").GetProperty("value")));
        return outcome == expected ? null : $"`{text}` {outcome}, expected {expected}";
    }

    private static string Outcome(string text, ExpressionValue.ObjectValue contexts)
    {
        if (text.Length == 0)
        {
            return Shown(ExpressionValue.Null);
        }

        var (tree, _) = ExpressionParser.Parse(text);
        if (tree is null || ExpressionNames.Problems(tree, [.. contexts.Members.Select(member => member.Key)], ExpressionFunction.Names).Any())
        {
            return "does not parse";
        }

        try
        {
            return Shown(new ExpressionEvaluator(contexts.Find).Evaluate(tree)!);
        }
        catch (ExpressionException)
        {
            return "fails to evaluate";
        }
    }

    private static string Shown(ExpressionValue value) => $"{value.Kind} {ExpressionJson.Write(value)}";
}
