using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags a second index that may answer for any package.</summary>
internal sealed partial class ExtraIndex : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "DEP009", "extra-index", Category.Security, Severity.Medium,
        What: "`--extra-index-url` (or `extra-index-url`) of pip with an index of one's own.",
        Why: "Of all indexes pip takes the highest version: whoever registers the name of a private package on PyPI gets it installed.",
        Remedy: "Use one index that passes on what is public, or pin hashes (`--require-hashes`).")
    {
        Confidence = 0.9,
        References = ["CWE-427", "CWE-829", "OWASP CICD-SEC-3", "https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-extra-index-url"],
    };

    public bool Reads(SnapshotFile file) =>
        !file.IsTest && (file.Name is "pip.conf" or "pip.ini" || (file.Extension is ".txt" or ".in" && file.Name.StartsWith("requirements", StringComparison.Ordinal)));

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        file.Text.Contains("--hash=", StringComparison.Ordinal)
            ? []
            : from line in file.Lines()
              let match = Extra().Match(line.Text)
              where match.Success && !Public().IsMatch(match.Groups["host"].Value)
              select Descriptor.At(file.Path, line.Number, $"'{match.Groups["host"].Value}' and the other index may each answer for any package.");

    [GeneratedRegex(@"^\s*(--)?extra-index-url[\s=]+https?://([^@/\s]*@)?(?<host>[^/\s:]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Extra();

    // What these hold is public as well, and nobody's secret name.
    [GeneratedRegex(@"(^|\.)(pytorch\.org|nvidia\.com|pypi\.org|anaconda\.org|piwheels\.org|openvino\.ai|pyg\.org|google\.com)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Public();
}
