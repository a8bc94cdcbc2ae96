using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags tests that exist and that continuous integration never runs.</summary>
/// <remarks>Tests can hide behind any script or task runner, so the rule speaks only when no CI file contains a word for
/// testing or a step that it cannot see into.</remarks>
internal sealed partial class TestsNotRun : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA043", "tests-not-run", Category.CiCd, Severity.Medium,
        What: "A repository that has tests and continuous integration, which never runs them.",
        Why: "Everybody believes that the green mark means the tests passed.",
        Remedy: "Add a step that runs the test command.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/CI-Tests"],
        References = ["https://docs.github.com/actions/tutorials/build-and-test-code"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        CiFiles.In(snapshot).Any();

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var files = CiFiles.In(snapshot).ToList();
        var test = model.Components.Select(component => component.Command(CommandKind.Test)).FirstOrDefault(command => command is { Confidence: >= 0.8 });
        if (test is null || files.Count == 0 || files.Any(file => !file.IsRead || MayTest().IsMatch(file.Text)))
        {
            yield break;
        }

        yield return Descriptor.At(files[0].Path, 1, $"No CI file runs '{test.Run}', nor anything else that looks like a test.");
    }

    [GeneratedRegex(@"(?<!la)test|spec\b|\btox\b|\bnox\b|check(?!out)|verify|ctest|coverage|\bmake\b|\bjust\b|\btask\b|\brake\b|\bnx\b|\bturbo\b|\bbazel|\bgradlew?\b|\bmvnw?\b|\bsbt\b|\.sh\b|\bpre-commit\b|\b(run|yarn|pnpm|bun)[ ]+ci\b|uses:\s*['""]?\S+\.github/workflows/|uses:\s*['""]?\./|script/|scripts/|\bcomposer\b|\bmise\b|\bhatch\b|\bcargo\b.*\bxtask\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex MayTest();
}
