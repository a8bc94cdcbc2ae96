using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a declarative pipeline without what each must have.</summary>
internal sealed partial class JenkinsIncompletePipeline : JenkinsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "JNK001", "jenkins-incomplete-pipeline", Category.CiCd, Severity.High,
        What: "A declarative pipeline of Jenkins without `agent` or `stages`.",
        Why: "Jenkins refuses the file, so no build starts.",
        Remedy: "Write `agent any`, or where it is to run, and `stages` with at least one stage.")
    {
        References = ["https://www.jenkins.io/doc/book/pipeline/syntax/#declarative-pipeline"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<(int Number, string Text)> lines)
    {
        if (lines.FirstOrDefault(line => Pipeline().IsMatch(line.Text)) is not { Number: > 0 } start)
        {
            yield break;
        }

        foreach (var (word, pattern) in new[] { ("agent", Agent()), ("stages", Stages()) })
        {
            if (!lines.Any(line => pattern.IsMatch(line.Text)))
            {
                yield return Descriptor.At(file.Path, start.Number, $"The pipeline has no '{word}'.");
            }
        }
    }

    [GeneratedRegex(@"^pipeline\s*\{", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Pipeline();

    [GeneratedRegex(@"\bagent\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Agent();

    [GeneratedRegex(@"\bstages\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Stages();
}
