using System.Globalization;
using System.Security.Cryptography;

namespace AutoDevOps.Server.Security;

/// <summary>The keys that secrets of others are sealed with: a file that only its owner may read, a key in each line (its number, then 256
/// bits in base64). The last seals; all of them open, so that a key can be replaced while everything goes on.</summary>
internal sealed class EncryptionKeys
{
    private const int Bytes = 32;

    private readonly Dictionary<uint, byte[]> _keys;

    private EncryptionKeys(Dictionary<uint, byte[]> keys, uint current) => (_keys, Current) = (keys, (current, keys[current]));

    public (uint Id, byte[] Key) Current { get; }

    public byte[]? Find(uint id) => _keys.GetValueOrDefault(id);

    /// <summary>Reads the keys, or makes the first if there is none. Of two processes that make one together, one wins and both use it.</summary>
    /// <exception cref="IOException">The file cannot be read or written, or is not one of keys.</exception>
    public static EncryptionKeys LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            KeyFile.Create(path, System.Text.Encoding.ASCII.GetBytes($"1 {Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes))}\n"));
        }

        Dictionary<uint, byte[]> keys = [];
        var last = 0u;
        foreach (var (line, number) in File.ReadAllLines(path).Select((line, at) => (line.Trim(), at + 1)).Where(entry => entry.Item1.Length > 0))
        {
            var parts = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var key = new byte[Bytes];
            if (parts.Length != 2 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out last)
                || !Convert.TryFromBase64String(parts[1], key, out var length) || length != Bytes || !keys.TryAdd(last, key))
            {
                throw new IOException(
                    $"{path}: line {number} is no key. Each line has a number of its own, a space, and {Bytes} bytes in base64. Restore the file from a backup: what was sealed with a lost key cannot be read again.");
            }
        }

        return keys.Count > 0
            ? new EncryptionKeys(keys, last)
            : throw new IOException($"{path} holds no key. Restore it from a backup; if nothing was sealed yet, delete it and a key is made.");
    }
}
