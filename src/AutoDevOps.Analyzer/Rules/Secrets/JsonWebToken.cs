using System.Text.Json;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Reads what a JSON web token says without knowing its key (RFC 7519).</summary>
internal static class JsonWebToken
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The claims as they are written, or null if this is no token.</summary>
    public static string? Payload(string token) =>
        token.Split('.') is [var header, var payload, _] && Base64Text.Decode(header) is { } head && head.Contains("\"alg\"", StringComparison.Ordinal) ? Base64Text.Decode(payload) : null;

    /// <summary>Whether the token was made to work for longer than a day: others are dead by the time that they are read in a repository.</summary>
    public static bool IsLongLived(string payload)
    {
        try
        {
            using var claims = JsonDocument.Parse(payload);
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && (!claims.RootElement.TryGetProperty("exp", out var end)
                    || !claims.RootElement.TryGetProperty("iat", out var start)
                    || (end.TryGetInt64(out var until) && start.TryGetInt64(out var since) && until - since > Day.TotalSeconds));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
