using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API token of PyPI or TestPyPI, which starts with the name of the site in its macaroon.</summary>
internal sealed partial class PyPiToken() : SecretFormat("pypi-AgE")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC009", "pypi-token", Category.Security, Severity.Critical,
        What: "An API token of PyPI or TestPyPI, which starts with the name of the site in its macaroon.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("on PyPI in the account settings, API tokens"))
    {
        Confidence = 0.98,
        Equivalents = ["gitleaks/pypi-upload-token"],
        References = [.. SecretAdvice.References, "https://pypi.org/help/#apitoken"],
    };

    protected override string Thing => "An upload token of PyPI";

    internal override Regex Pattern => Candidate();

    [GeneratedRegex(@"\b(?<secret>pypi-AgE(IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[0-9A-Za-z_-]{50,1000})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
