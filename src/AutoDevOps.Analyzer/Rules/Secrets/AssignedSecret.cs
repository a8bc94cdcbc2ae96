using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds a random value that is assigned to a name such as password, secret, token or API key.</summary>
internal sealed partial class AssignedSecret() : SecretFormat("password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "private_key", "private-key", "encryption_key", "auth_key", "credential", "creds")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC081", "assigned-secret", Category.Security, Severity.High,
        What: "A random value that is assigned to a name such as password, secret, token or API key.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at whatever it opens"))
    {
        Confidence = 0.85,
        Equivalents = ["gitleaks/generic-api-key"],
        References = [.. SecretAdvice.References, "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"],
    };

    protected override string Thing => "A value like a secret";

    internal override Regex Pattern => Candidate();

    internal override bool IgnoresCase => true;

    protected override double MinEntropy => 3.2;

    internal override bool IsGeneral => true;

    protected override bool IsLastResort => true;

    /// <summary>Longer lines were written by a program.</summary>
    protected override int MaxLineLength => 400;

    protected override bool IsSilentInTests => true;

    public override bool Reads(SnapshotFile file) =>
        base.Reads(file)
        && !file.IsTest
        && !IsDocument(file)
        && !IsTemplate(file.Name)
        && file.Extension is not (".html" or ".htm" or ".csv" or ".txt" or ".po" or ".pot" or ".ipynb" or ".xlf" or ".resx" or ".css")
        && !file.Name.EndsWith(".min.js", StringComparison.Ordinal)
        && !IsForDevelopment(file)

        // What everybody calls the application that shows how to use theirs.
        && !file.Path.StartsWith("myapp/", StringComparison.Ordinal);

    // Search keys and the like stand in every page; what belongs to an access key of AWS is told with it.
    protected override bool Concerns(SnapshotFile file) =>
        !file.Text.Contains("algolia", StringComparison.OrdinalIgnoreCase)
        && !file.Text.Contains("docsearch", StringComparison.OrdinalIgnoreCase)
        && !file.Text.Contains("firebase", StringComparison.OrdinalIgnoreCase)
        && !file.Text.Contains("AKIA", StringComparison.Ordinal);

    protected override bool LooksReal(string secret) => IsRandom(secret) || IsHexOfUsualLength(secret);

    /// <summary>What a person wrote, what is only an identifier, and what browsers are given anyway is none.</summary>
    protected override bool IsReal(SecretCandidate candidate) =>
        !IsComment(candidate.Line.AsSpan().TrimStart())
        && !NoSecretName().IsMatch(candidate.Name)
        && !candidate.Secret.Contains("--", StringComparison.Ordinal)

        // The key of a project at PostHog, which stands in its pages.
        && !candidate.Secret.StartsWith("phc_", StringComparison.Ordinal)

        // Tokens are often hashes of something, passwords and secrets are not; those of workflows are there for tests.
        && (IsRandom(candidate.Secret) || (StrongName().IsMatch(candidate.Name) && !candidate.File.Path.StartsWith(".github/", StringComparison.Ordinal)));

    private static bool IsRandom(string secret) =>
        Randomness.IsMixed(secret) && Placeholders.Entropy(secret) >= (secret.Length < 32 ? 3.7 : 4.2) && !secret.Contains('/', StringComparison.Ordinal);

    private static bool IsHexOfUsualLength(string secret) => secret.Length is 32 or 48 or 64 or 96 or 128 && Randomness.IsHex(secret);

    /// <summary>What is commented out is mostly an example.</summary>
    private static bool IsComment(ReadOnlySpan<char> line) =>
        line.Length > 0 && (line[0] is '#' or '*' or ';' || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("--", StringComparison.Ordinal));

    [GeneratedRegex("public|publish|anon|site_?key|client_?id|csrf|xsrf|hash|digest|checksum|sha\\d|fingerprint|example|test|fake|mock|dummy|placeholder|sitekey|recaptcha|captcha|continuation|cursor|page_?token|next_?token|analytics|beacon|verification|secure:", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NoSecretName();

    [GeneratedRegex("passw|secret|private[_-]key|encryption_key|credential", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex StrongName();

    [GeneratedRegex("""(?i:passw(or)?d|secret|token|api[_-]?key|access_?key|private[_-]key|encryption_key|auth_key|credentials?|creds)(?i:_?(key|base|value|salt|key_base|access_key|string|\d{1,4}))?["'\]]{0,2}(\s{1,3}string)?\s{0,3}(=>|[:?.]{0,3}=|:|(?<=["']\s{0,3}),(?=\s{0,3}["']))\s{0,3}(?<quote>["'`])?(?<secret>[0-9A-Za-z+/_-]{20,200}={0,2})(?(quote)\k<quote>|(?=[\s"'`,;\\]|$))""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
