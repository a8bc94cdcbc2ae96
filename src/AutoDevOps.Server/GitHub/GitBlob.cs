using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.GitHub;

/// <summary>What git calls the content of a file.</summary>
internal static class GitBlob
{
    /// <summary>Its id, in forty hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Git's own name of a content, compared with what git says; nothing is trusted by it.")]
    public static string Id(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
