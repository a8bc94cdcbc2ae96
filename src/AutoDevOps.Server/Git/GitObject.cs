using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Git;

/// <summary>The kinds of objects, with the numbers that packs write.</summary>
internal enum ObjectKind : byte
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}

/// <param name="Size">Bytes of its content.</param>
internal readonly record struct ObjectHeader(ObjectKind Kind, long Size);

/// <summary>An object of git.</summary>
/// <param name="Content">Shared with others: never written to.</param>
internal readonly record struct GitObject(ObjectKind Kind, byte[] Content);

/// <summary>Computes the name of an object while its content passes by.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Git names objects by SHA-1; nothing here trusts the name.")]
internal sealed class ObjectHasher : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);

    public static string Word(ObjectKind kind) => kind switch
    {
        ObjectKind.Commit => "commit",
        ObjectKind.Tree => "tree",
        ObjectKind.Blob => "blob",
        _ => "tag",
    };

    public void Begin(ObjectKind kind, long size) =>
        _hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Word(kind)} {size}\0")));

    public void Append(ReadOnlySpan<byte> content) => _hash.AppendData(content);

    public ObjectId End()
    {
        Span<byte> bytes = stackalloc byte[ObjectId.Size];
        _hash.GetHashAndReset(bytes);
        return new ObjectId(bytes);
    }

    public ObjectId Of(GitObject content)
    {
        Begin(content.Kind, content.Content.Length);
        Append(content.Content);
        return End();
    }

    public void Dispose() => _hash.Dispose();
}
