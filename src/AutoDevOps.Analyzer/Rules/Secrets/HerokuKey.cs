using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an API key or authorization of Heroku.</summary>
internal sealed partial class HerokuKey() : SecretFormat("HRKU-", "heroku")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC034", "heroku-key", Category.Security, Severity.Critical,
        What: "An API key or authorization of Heroku.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Heroku in the account settings or with `heroku authorizations:revoke`"))
    {
        Confidence = 0.95,
        Equivalents = ["gitleaks/heroku-api-key-v2", "gitleaks/heroku-api-key"],
        References = [.. SecretAdvice.References, "https://devcenter.heroku.com/articles/authentication"],
    };

    protected override string Thing => "An API key of Heroku";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    [GeneratedRegex("""\b(?<secret>HRKU-AA[0-9A-Za-z_-]{58}|HRKU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z_-])|(?i:heroku[0-9a-z_.-]{0,6}(api|auth|token|key)[0-9a-z_.-]{0,12})["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|,)\s{0,3}["'`]?(?<secret>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9A-Za-z_-])""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
