namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Checks the names that an expression uses against those that exist where it stands.</summary>
internal static class ExpressionNames
{
    /// <summary>What is wrong with the contexts and functions of an expression, in the order they stand.</summary>
    public static IEnumerable<string> Problems(Expression tree, IReadOnlyCollection<string> contexts, IReadOnlyCollection<string> functions)
    {
        foreach (var part in tree.All())
        {
            if (part is Expression.Context context && !contexts.Contains(context.Name, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"'{context.Name}' is no context.{Hint(context.Name, contexts)}";
            }
            else if (part is Expression.Call call)
            {
                if (ExpressionFunction.Find(call.Name) is not { } function || !functions.Contains(call.Name, StringComparer.OrdinalIgnoreCase))
                {
                    yield return $"'{call.Name}' is no function of expressions.{Hint(call.Name, functions)}";
                }
                else if (function.ArityProblem(call.Arguments.Count) is { } problem)
                {
                    yield return $"{problem}.";
                }
            }
        }
    }

    private static string Hint(string written, IReadOnlyCollection<string> known) =>
        NearestName.Of(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
