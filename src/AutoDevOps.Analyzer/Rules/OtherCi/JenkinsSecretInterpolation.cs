using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>Flags a credential that Groovy puts into a command before the shell sees it.</summary>
internal sealed partial class JenkinsSecretInterpolation : JenkinsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "JNK003", "jenkins-secret-interpolation", Category.Security, Severity.Medium,
        What: "A variable with a credential inside the double quotes of `sh`, `bat` or `powershell`.",
        Why: "Groovy writes the secret itself into the command, where every process of the machine can read it, and where its characters are read as shell.",
        Remedy: "Use single quotes, so that the shell reads the variable.")
    {
        Confidence = 0.95,
        References = ["CWE-214", "https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#interpolation-of-sensitive-environment-variables"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<(int Number, string Text)> lines)
    {
        var names = lines.SelectMany(line => Bound().Matches(line.Text)).SelectMany(match => match.Groups["name"].Captures).Select(name => name.Value).ToHashSet(StringComparer.Ordinal);
        var inBlock = false;
        foreach (var (number, text) in lines)
        {
            var starts = Command().Match(text);
            inBlock |= starts is { Success: true, Groups: var groups } && groups["block"].Success && text.IndexOf("\"\"\"", starts.Index + starts.Length, StringComparison.Ordinal) < 0;
            if (starts.Success || inBlock)
            {
                var from = starts.Success ? starts.Index : 0;
                if (Variable().Matches(text, from).FirstOrDefault(match => names.Contains(match.Groups["name"].Value)) is { } used)
                {
                    yield return Descriptor.At(file.Path, number, $"Groovy writes the value of '{used.Groups["name"].Value}' into the command.");
                }
            }

            inBlock = inBlock && (starts.Success || !text.Contains("\"\"\"", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex("""(^\s*(?<name>[A-Za-z_]\w{0,80})\s*=\s*credentials\(|\b(variable|usernameVariable|passwordVariable|keyFileVariable)\s*:\s*['"](?<name>[A-Za-z_]\w{0,80})['"])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Bound();

    [GeneratedRegex("""\b(sh|bat|powershell|pwsh)\s*\(?\s*(script:\s*)?((?<block>\"{3})|\"(?!\"))""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("""(?<!\\)\$(\{(env\.)?(?<name>[A-Za-z_]\w{0,80})\}|(?<name>[A-Za-z_]\w{0,80}))""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}
