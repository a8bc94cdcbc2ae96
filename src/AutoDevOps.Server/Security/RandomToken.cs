using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Security;

/// <summary>Secrets that we hand out and know again: 256 random bits, of which only the hash is stored.</summary>
/// <remarks>A plain SHA-256 suffices, since such a secret cannot be guessed: slow hashes are for passwords.</remarks>
internal static class RandomToken
{
    public const string ApiTokenPrefix = "adt_";

    /// <summary>A fresh one, safe in addresses and headers.</summary>
    /// <param name="prefix">Lets secret scanners know what they have found.</param>
    public static string Create(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
