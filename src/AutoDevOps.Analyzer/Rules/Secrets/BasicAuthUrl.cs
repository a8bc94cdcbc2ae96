using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the address of a page with a user and a password.</summary>
internal sealed partial class BasicAuthUrl() : SecretFormat("https://", "http://")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC075", "basic-auth-url", Category.Security, Severity.High,
        What: "The address of a page with a user and a password.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at that server by changing the password"))
    {
        Confidence = 0.93,
        Equivalents = ["secretlint/secretlint-rule-basicauth", "trufflehog/URI"],
        References = [.. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1"],
    };

    protected override string Thing => "A password in an address";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 2.5;

    internal override bool IsGeneral => true;

    protected override bool IsReal(SecretCandidate candidate) => UrlCredentials.AreReal(candidate);

    [GeneratedRegex("""\bhttps?://(?<user>[^:/?#\s"'`<>@()]{1,100}):(?<secret>[^/?#\s"'`<>@()]{6,200})@(?<host>[^/?#\s"'`<>@,;)]{1,200})""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
