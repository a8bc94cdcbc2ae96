using System.Security.Cryptography;

namespace AutoDevOps.Server.Security;

/// <summary>The key that signs session cookies: 256 random bits in a file that only its owner may read.</summary>
internal sealed class SigningKey
{
    private const int Bytes = 32;

    private SigningKey(byte[] value) => Value = value;

    public byte[] Value { get; }

    /// <summary>Reads the key, or makes one if there is none. Of two processes that make one together, one wins and both use it.</summary>
    /// <exception cref="IOException">The file cannot be read or written, or is not such a key.</exception>
    public static SigningKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            KeyFile.Create(path, RandomNumberGenerator.GetBytes(Bytes));
        }

        var value = File.ReadAllBytes(path);
        return value.Length == Bytes
            ? new SigningKey(value)
            : throw new IOException($"{path} should hold a key of {Bytes} bytes, and holds {value.Length}. Delete it to sign everybody out and get a new one.");
    }
}
