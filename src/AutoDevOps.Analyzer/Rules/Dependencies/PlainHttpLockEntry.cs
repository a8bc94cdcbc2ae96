using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags lock files that fetch packages in clear.</summary>
internal sealed partial class PlainHttpLockEntry : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP014", "plain-http-lock-entry", Category.Security, Severity.Medium,
        What: "A package in `package-lock.json` or `yarn.lock` that is fetched over `http://` without a checksum.",
        Why: "Whoever sits in between replaces the package, and nothing notices.",
        Remedy: "Set the registry to `https://`, and write the lock file anew.")
    {
        Equivalents = ["lockfilelint/validate-https"],
        References = ["CWE-319", "CWE-494", "OWASP CICD-SEC-3"],
    };

    public bool Reads(SnapshotFile file) => file.Name is "package-lock.json" or "npm-shrinkwrap.json" or "yarn.lock" && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (!file.Text.Contains("http://", StringComparison.Ordinal))
        {
            yield break;
        }

        (int Number, string Host)? open = null;
        foreach (var (number, text) in file.Lines())
        {
            // The checksum stands on the line after the address.
            if (open is { } found && !text.Contains("integrity", StringComparison.Ordinal))
            {
                yield return Descriptor.At(file.Path, found.Number, $"A package from '{found.Host}' comes in clear, and nothing checks it.");
            }

            open = Resolved().Match(text) is { Success: true } match && !text.Contains('#', StringComparison.Ordinal) ? (number, match.Groups["host"].Value) : null;
        }
    }

    [GeneratedRegex(@"^\s*""?resolved""?:?\s+""http://(?<host>[^/"":]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Resolved();
}
