using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a password or token in the environment of a Jenkins pipeline.</summary>
internal sealed partial class JenkinsClearSecret : JenkinsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "JNK004", "jenkins-clear-secret", Category.Security, Severity.High,
        What: "A variable in a Jenkinsfile, named like a password, token or key, with its value beside it.",
        Why: "Whoever can read the repository, or a fork or an old copy of it, has the secret.",
        Remedy: "Change the secret, and keep it among the credentials of Jenkins: `credentials('id')`.")
    {
        Confidence = 0.88,
        References = ["CWE-798", "OWASP CICD-SEC-6", "https://www.jenkins.io/doc/book/using/using-credentials/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<(int Number, string Text)> lines)
    {
        foreach (var (number, text) in lines)
        {
            if (Assignment().Match(text) is { Success: true } match && ClearSecret.Is(match.Groups["name"].Value, match.Groups["value"].Value))
            {
                yield return Descriptor.At(file.Path, number, $"The value of '{match.Groups["name"].Value}' stands here for everyone to read.");
            }
        }
    }

    [GeneratedRegex("""^\s*(def\s+|env\.)?(?<name>[A-Za-z_]\w{0,80})\s*=\s*['"](?<value>[^'"]{1,200})['"]\s*$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Assignment();
}
