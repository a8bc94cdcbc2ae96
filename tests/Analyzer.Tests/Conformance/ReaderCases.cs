namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>GitHub's own cases for readers of workflows: settings, a workflow, the workflows it calls, and what comes of it.</summary>
/// <remarks>Called workflows are given to us as files of the same repository: those of others we do not read.</remarks>
internal static class ReaderCases
{
    public static ConformanceSet Run() => new(
        "workflow reader", "actions/languageservices, workflow-parser/testdata/reader", [.. ConformanceSet.Files("languageservices", "reader").Select(Check)]);

    private static ConformanceCase Check(string path)
    {
        var parts = File.ReadAllText(path).ReplaceLineEndings("\n").Split("\n---\n");
        var name = Path.GetFileName(path);
        var called = Called(name, parts);
        var objection = WorkflowVerdict.Objection(Local(parts[1], called), [.. called.Select(item => (item.Path, Local(item.Text, called)))]);
        var isRefused = parts[^1].Contains("\"errors\": [", StringComparison.Ordinal);
        return new(name, (isRefused, objection) switch
        {
            (true, null) => "is accepted, and GitHub refuses it",
            (false, not null) => $"is refused, and GitHub accepts it: {objection}",
            _ => null,
        });
    }

    private static List<(string Reference, string Path, string Text)> Called(string name, string[] parts) =>
        name.Contains("reusable", StringComparison.Ordinal)
            ? [.. Enumerable.Range(0, (parts.Length - 3) / 2).Select(index => (parts[2 + (2 * index)].Trim(), $".github/workflows/called-{index}.yml", parts[3 + (2 * index)]))]
            : [];

    private static string Local(string text, List<(string Reference, string Path, string Text)> called) =>
        called.Aggregate(text, (rewritten, item) => rewritten.Replace($"uses: {item.Reference}", $"uses: ./{item.Path}", StringComparison.Ordinal));
}
