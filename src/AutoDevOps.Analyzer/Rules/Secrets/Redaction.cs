namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>How a secret appears in messages.</summary>
internal static class Redaction
{
    /// <summary>At most the first four characters, and never more than a quarter of the value.</summary>
    public static string Of(string secret) => secret[..Math.Min(4, secret.Length / 4)] + "…";
}
