using System.Text;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>Base64 of text, with the alphabet for addresses or the usual one, padded or not.</summary>
internal static class Base64Text
{
    /// <summary>The text, or null if this is no base64 of printable ASCII.</summary>
    public static string? Decode(string value)
    {
        var standard = value.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        standard += new string('=', (4 - (standard.Length % 4)) % 4);
        var bytes = new byte[standard.Length];
        return Convert.TryFromBase64String(standard, bytes, out var length) && !bytes.AsSpan(0, length).ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? Encoding.ASCII.GetString(bytes, 0, length)
            : null;
    }
}
