using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace AutoDevOps.Server.Git;

/// <summary>The SHA-1 that git names an object by.</summary>
internal readonly record struct ObjectId : IComparable<ObjectId>
{
    public const int Size = 20;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly uint _third;

    /// <param name="bytes">At least <see cref="Size"/> of them.</param>
    public ObjectId(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>Where an index of a pack begins to look for it.</summary>
    public byte FirstByte => (byte)(_first >> 56);

    /// <summary>Reads forty hexadecimal digits, in either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isId = text?.Length == 2 * Size && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        id = isId ? new ObjectId(bytes) : default;
        return isId;
    }

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _second);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], _third);
    }

    public int CompareTo(ObjectId other) =>
        _first != other._first ? _first.CompareTo(other._first)
        : _second != other._second ? _second.CompareTo(other._second)
        : _third.CompareTo(other._third);

    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
