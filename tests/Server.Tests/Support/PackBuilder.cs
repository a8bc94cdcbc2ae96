using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Makes packs, also such as git would not.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Git names objects by SHA-1.")]
internal static class PackBuilder
{
    public static readonly byte[] Version = [0, 0, 0, 2];

    public static byte[] Pack(params byte[][] objects)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, objects.Length);
        return Sealed([.. "PACK"u8, .. Version, .. count, .. objects.SelectMany(part => part)]);
    }

    public static byte[] Sealed(byte[] pack) => [.. pack, .. SHA1.HashData(pack)];

    public static byte[] Whole(int type, byte[] content, CompressionLevel level = CompressionLevel.Optimal) => [.. Header(type, content.Length), .. Zlib(content, level)];

    public static byte[] ByIdOf(string baseId, byte[] delta) => [.. Header(7, delta.Length), .. Convert.FromHexString(baseId), .. Zlib(delta)];

    public static byte[] Header(int type, long size)
    {
        List<byte> bytes = [(byte)((type << 4) | (int)(size & 15))];
        for (size >>= 4; size > 0; size >>= 7)
        {
            bytes[^1] |= 0x80;
            bytes.Add((byte)(size & 0x7f));
        }

        return [.. bytes];
    }

    public static byte[] Size(long size)
    {
        List<byte> bytes = [(byte)(size & 0x7f)];
        for (size >>= 7; size > 0; size >>= 7)
        {
            bytes[^1] |= 0x80;
            bytes.Add((byte)(size & 0x7f));
        }

        return [.. bytes];
    }

    // From the start of the base.
    public static byte[] Copy(int length) => [0x80 | 0x70, (byte)length, (byte)(length >> 8), (byte)(length >> 16)];

    public static byte[] Zlib(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        if (content.Length == 0)
        {
            // ZLibStream writes nothing at all when nothing is written to it.
            return [0x78, 0x9c, 3, 0, 0, 0, 0, 1];
        }

        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, level))
        {
            zlib.Write(content);
        }

        return bytes.ToArray();
    }

    public static string Id(string kind, byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"), .. content]));
}
