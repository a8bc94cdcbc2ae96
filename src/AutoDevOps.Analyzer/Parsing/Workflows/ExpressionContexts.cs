namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The contexts of GitHub's expressions. Where each may be used, the schema says.</summary>
internal static class ExpressionContexts
{
    public static IReadOnlyList<string> All { get; } =
        ["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"];

    public static bool Exists(string name) => All.Contains(name, StringComparer.OrdinalIgnoreCase);
}
