using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a password in a .pypirc.</summary>
internal sealed partial class PypircPassword() : SecretFormat("password")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC078", "pypirc-password", Category.Security, Severity.Critical,
        What: "A password in a `.pypirc`.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the package index"))
    {
        Confidence = 0.93,
        Equivalents = ["trufflehog/PyPI"],
        References = [.. SecretAdvice.References, "https://packaging.python.org/specifications/pypirc/"],
    };

    protected override string Thing => "A password in a .pypirc";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 2.5;

    internal override bool IsGeneral => true;

    public override bool Reads(SnapshotFile file) => base.Reads(file) && file.Name == ".pypirc";

    [GeneratedRegex("""^\s{0,8}password\s{0,4}[:=]\s{0,4}(?<secret>[^\s"\x27$<{%]{6,1000})\s{0,8}$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
