using System.Globalization;
using System.Text;

namespace AutoDevOps.Analyzer.Tests.Conformance;

/// <summary>What came of the sets of test cases that others wrote, as a page of the documentation.</summary>
internal static class ConformanceReport
{
    public static IReadOnlyList<ConformanceSet> Run() =>
        [ExpressionVectors.Run(), ReaderCases.Run(), FolderCases.SchemaStore(), FolderCases.Actionlint(), YamlSuite.Verdicts(), YamlSuite.Values()];

    public static string Markdown(IReadOnlyList<ConformanceSet> sets)
    {
        var text = new StringBuilder("""
            # Conformance

            <!-- Printed by the tests of the analyzer: UPDATE_GENERATED=1 ./test --filter-class '*Conformance*' -->

            How the readers of YAML, expressions and workflows fare with the test cases that others wrote, which lie in `tests/Analyzer.Tests/Conformance`.
            Whether a workflow is accepted means whether a rule on its correctness has something to say.

            | set | from | cases | passed | rate |
            |---|---|---:|---:|---:|

            """.ReplaceLineEndings("\n"));
        foreach (var set in sets)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {set.Name} | {set.Origin} | {set.Cases.Count} | {set.Passed} | {100.0 * set.Passed / set.Cases.Count:0.0} % |\n");
        }

        text.Append("\n## What does not pass\n");
        foreach (var set in sets.Where(set => set.Passed < set.Cases.Count))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {set.Name}\n\n| case | what happens | why |\n|---|---|---|\n");
            foreach (var item in set.Cases.Where(item => item.Failure is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {item.Name} | {Cell(item.Failure!)} | {KnownDeviations.Reason(set, item) ?? ""} |\n");
            }
        }

        return text.ToString();
    }

    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
