using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Finds an access token, secret key or service role key of Supabase; the anonymous key is public by design.</summary>
internal sealed partial class SupabaseKey() : SecretFormat("sbp_", "sb_secret_", "eyJ")
{
    public override RuleDescriptor Descriptor { get; } = new(
        "SEC067", "supabase-key", Category.Security, Severity.Critical,
        What: "An access token, secret key or service role key of Supabase; the anonymous key is public by design.",
        Why: SecretAdvice.Why,
        Remedy: SecretAdvice.Revoke("at Supabase in the project settings, API keys"))
    {
        Confidence = 0.96,
        Equivalents = ["trufflehog/SupabaseToken"],
        References = [.. SecretAdvice.References, "https://supabase.com/docs/guides/api/api-keys"],
    };

    protected override string Thing => "A key of Supabase";

    internal override Regex Pattern => Candidate();

    protected override bool IsReal(SecretCandidate candidate) =>
        !candidate.Secret.StartsWith("eyJ", StringComparison.Ordinal)
        || (JsonWebToken.Payload(candidate.Secret) is { } payload
            && payload.Contains("service_role", StringComparison.Ordinal)
            && payload.Contains("supabase", StringComparison.Ordinal)
            && !payload.Contains("supabase-demo", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(?<secret>sbp_[0-9a-f]{40}|sb_secret_[0-9A-Za-z_-]{31}|eyJ[0-9A-Za-z_-]{10,200}\.eyJ[0-9A-Za-z_-]{10,1000}\.[0-9A-Za-z_-]{20,200})(?![0-9A-Za-z_-])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Candidate();
}
