using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token of crates.io.</summary>
internal sealed partial class CratesIoToken() : SecretFormat("cio")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC011", "crates-io-token", Category.Security, Severity.Critical,
        What: "An API token of crates.io.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("on crates.io in the account settings, API tokens"))
    {
        Confidence = 0.9,
        References = [.. SecretAdvice.References, "https://doc.rust-lang.org/cargo/reference/publishing.html"],
    };

    protected override string Thing => "An API token of crates.io";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 4;

    [GeneratedRegex(@"(?<![0-9A-Za-z+/_=-])(?<secret>cio[0-9A-Za-z]{32})(?![0-9A-Za-z+/_=-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
