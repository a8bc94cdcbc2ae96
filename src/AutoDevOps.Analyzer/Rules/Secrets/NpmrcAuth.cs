using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a token or password for a package registry in the settings of npm.</summary>
internal sealed partial class NpmrcAuth() : SecretFormat("_authToken", "_auth", "_password")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC076", "npmrc-auth", Category.Security, Severity.Critical,
        What: "A token or password for a package registry in the settings of npm.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the registry"))
    {
        Confidence = 0.94,
        Equivalents = ["secretlint/secretlint-rule-npm"],
        References = [.. SecretAdvice.References, "https://docs.npmjs.com/cli/configuring-npm/npmrc"],
    };

    protected override string Thing => "A credential of a package registry";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 3.2;

    internal override bool IsGeneral => true;

    protected override bool IsReal(SecretCandidate candidate) =>
        candidate.File.Name.Contains("npmrc", StringComparison.Ordinal) || candidate.Line.Contains("/:_", StringComparison.Ordinal);

    [GeneratedRegex("""(^|[\s:"'])_(?<kind>authToken|auth|password)\s{0,3}=\s{0,3}["']?(?<secret>[0-9A-Za-z_./+=-]{16,2000})""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
