using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds the address of a database or broker on another machine, with its password.</summary>
internal sealed partial class DatabaseUrl() : SecretFormat("postgres://", "postgresql://", "postgresql+", "mysql://", "mysql2://", "mysql+", "mariadb://", "mongodb://", "mongodb+srv://", "redis://", "rediss://", "amqp://", "amqps://", "sqlserver://", "clickhouse://")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC074", "database-url", Category.Security, Severity.Critical,
        What: "The address of a database or broker on another machine, with its password.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at the server by changing the password"))
    {
        Confidence = 0.93,
        Equivalents = ["trufflehog/URI", "secretlint/secretlint-rule-database-connection-string"],
        References = [.. SecretAdvice.References, "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1"],
    };

    protected override string Thing => "A password of a database";

    internal override Regex Pattern => Candidate();

    protected override double MinEntropy => 2.5;

    internal override bool IsGeneral => true;

    protected override bool IsReal(SecretCandidate candidate) => UrlCredentials.AreReal(candidate);

    [GeneratedRegex("""\b(postgres(ql)?|mysql2?|mariadb|mongodb|rediss?|amqps?|sqlserver|clickhouse)(\+[a-z0-9]{1,16})?://(?<user>[^:/?#\s"'`<>@]{0,100}):(?<secret>[^/?#\s"'`<>]{6,200})@(?<host>[^/?#\s"'`<>@,;)]{1,200})""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
