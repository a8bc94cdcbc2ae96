using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.GitHub;

/// <summary>How GitHub signs what it delivers: HMAC-SHA256 over the bytes of the body, in the header <c>X-Hub-Signature-256</c>.</summary>
/// <remarks>Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries. The older header with SHA-1 is not looked at.</remarks>
internal static class WebhookSignature
{
    public const string Header = "X-Hub-Signature-256";

    private const string Prefix = "sha256=";

    /// <summary>The value of the header, as bytes; null unless it is the prefix and 64 hexadecimal digits.</summary>
    public static byte[]? Read(string? header)
    {
        if (header is null || header.Length != Prefix.Length + (2 * HMACSHA256.HashSizeInBytes) || !header.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(header.AsSpan(Prefix.Length), signature, out _, out _) == System.Buffers.OperationStatus.Done ? signature : null;
    }

    /// <summary>Takes as long for a wrong signature as for the right one.</summary>
    public static bool IsValid(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public static string Write(string secret, ReadOnlySpan<byte> body) =>
        Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
