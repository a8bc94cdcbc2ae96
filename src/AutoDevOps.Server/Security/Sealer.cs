using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Security;

/// <summary>Encrypts what is kept of other people's secrets (tokens, webhook secrets) for one place: in another row, or for another purpose,
/// it cannot be opened.</summary>
/// <remarks>AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. An envelope is: version (1 byte), id of the key (4), nonce (12),
/// tag (16), ciphertext. The associated data are the version, the key's id, the purpose and the id of the row.</remarks>
internal sealed class Sealer(EncryptionKeys keys)
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 1 + sizeof(uint) + NonceBytes + TagBytes;

    /// <param name="purpose">What it is, such as <c>github-token</c>.</param>
    /// <param name="place">The row that will hold it.</param>
    public byte[] Seal(string secret, string purpose, Guid place) => Seal(secret, purpose, place.ToByteArray(bigEndian: true));

    /// <inheritdoc cref="Seal(string, string, Guid)"/>
    public byte[] Seal(string secret, string purpose, ReadOnlySpan<byte> place)
    {
        var (id, key) = keys.Current;
        var plain = Encoding.UTF8.GetBytes(secret);
        var envelope = new byte[HeaderBytes + plain.Length];
        envelope[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(1), id);
        var nonce = envelope.AsSpan(1 + sizeof(uint), NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            nonce, plain, envelope.AsSpan(HeaderBytes), envelope.AsSpan(HeaderBytes - TagBytes, TagBytes), Associated(envelope.AsSpan(0, 1 + sizeof(uint)), purpose, place));
        CryptographicOperations.ZeroMemory(plain);
        return envelope;
    }

    /// <exception cref="CryptographicException">It was sealed for another place, was changed, or the key is gone.</exception>
    public string Open(byte[] envelope, string purpose, Guid place) => Open(envelope, purpose, place.ToByteArray(bigEndian: true));

    /// <inheritdoc cref="Open(byte[], string, Guid)"/>
    public string Open(byte[] envelope, string purpose, ReadOnlySpan<byte> place)
    {
        if (envelope.Length < HeaderBytes || envelope[0] != Version)
        {
            throw new CryptographicException("The envelope is not one of ours.");
        }

        var id = BinaryPrimitives.ReadUInt32BigEndian(envelope.AsSpan(1));
        var key = keys.Find(id) ?? throw new CryptographicException($"The key {id} that the envelope was sealed with is not among the keys of this installation.");
        var plain = new byte[envelope.Length - HeaderBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            envelope.AsSpan(1 + sizeof(uint), NonceBytes), envelope.AsSpan(HeaderBytes), envelope.AsSpan(HeaderBytes - TagBytes, TagBytes), plain,
            Associated(envelope.AsSpan(0, 1 + sizeof(uint)), purpose, place));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>As <see cref="Open(byte[], string, Guid)"/>; null where that fails: what was sealed is of no use any more.</summary>
    public string? TryOpen(byte[] envelope, string purpose, Guid place)
    {
        try
        {
            return Open(envelope, purpose, place);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Associated(ReadOnlySpan<byte> header, string purpose, ReadOnlySpan<byte> place) =>
        [.. header, .. Encoding.UTF8.GetBytes(purpose), 0, .. place];
}
