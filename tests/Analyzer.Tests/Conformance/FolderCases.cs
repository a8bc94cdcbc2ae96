using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>Workflows of which only is said whether they are right.</summary>
internal static partial class FolderCases
{
    public static ConformanceSet SchemaStore() => new(
        "workflow schema", "SchemaStore/schemastore, src/test and src/negative_test/github-workflow",
        [.. Check("schemastore", "accepted", isRefused: false, text => WorkflowVerdict.Objection(text, Called(text))), .. Check("schemastore", "refused", isRefused: true, text => WorkflowVerdict.Objection(text))]);

    /// <summary>actionlint finds mistakes, too, that GitHub lets pass; so all of our rules of the kind are asked.</summary>
    public static ConformanceSet Actionlint() => new(
        "workflow linter", "rhysd/actionlint, testdata/ok and testdata/err",
        [.. Check("actionlint", "ok", isRefused: false, text => WorkflowVerdict.Objection(text, Called(text))), .. Check("actionlint", "err", isRefused: true, WorkflowVerdict.AnyObjection)]);

    /// <summary>The workflows of its own repository that a case calls are no part of it: for each stands an empty file.</summary>
    private static (string Path, string Text)[] Called(string text) =>
        [.. LocalWorkflow().Matches(text).Select(match => match.Groups["path"].Value).Distinct(StringComparer.Ordinal).Select(path => (path, ""))];

    private static IEnumerable<ConformanceCase> Check(string set, string folder, bool isRefused, Func<string, string?> objectionTo)
    {
        foreach (var path in ConformanceSet.Files(set, folder))
        {
            var objection = objectionTo(File.ReadAllText(path));
            yield return new($"{folder}/{Path.GetFileName(path)}", (isRefused, objection) switch
            {
                (true, null) => "is accepted, and should be refused",
                (false, not null) => $"is refused, and should be accepted: {objection}",
                _ => null,
            });
        }
    }

    [GeneratedRegex(@"uses: \./(?<path>\.github/workflows/[\w.-]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LocalWorkflow();
}
