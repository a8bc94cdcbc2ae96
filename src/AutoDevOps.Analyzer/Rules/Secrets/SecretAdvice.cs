namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>What is true of every secret in a repository.</summary>
internal static class SecretAdvice
{
    public const string Why = "Whoever can read the repository, now or in its history, can use it.";

    public const string Remedy = "Revoke it at the vendor, then read its successor from the environment or a secret store.";

    /// <summary>What to do about a credential, with the place where it is revoked.</summary>
    public static string Revoke(string where) => $"Revoke it {where}, then read its successor from the environment or a secret store.";

    public static IReadOnlyList<string> References { get; } = ["CWE-798", "CWE-312", "OWASP A07:2021", "OWASP CICD-SEC-6"];
}
