using System.Buffers.Binary;
using System.IO.Compression;

namespace AutoDevOps.Server.Git;

/// <summary>Goes through a pack from its first object to its last. Only decompressing an object tells where the next one begins.</summary>
/// <remarks>ZLibStream does not say how much it read. It is therefore fed in small pieces, so that the end lies in the last one; there
/// the checksum of the content, which ends every object (RFC 1950), tells the place. Only if that could stand at two places, the
/// object is decompressed again, byte by byte.</remarks>
internal sealed class PackScanner(PackReader pack, WorkLimit work) : IDisposable
{
    private const int Piece = 64;
    private const int ChecksumBytes = 4;

    private readonly PieceStream _source = new(pack);
    private readonly ObjectHasher _hasher = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Goes over one object.</summary>
    /// <param name="id">The object's id; default for a difference, whose content is not here.</param>
    /// <returns>Where the next one begins.</returns>
    /// <exception cref="GitException">It is malformed.</exception>
    public long Pass(PackEntry entry, out ObjectId id)
    {
        if (entry.Kind is { } kind)
        {
            _hasher.Begin(kind, entry.Size);
        }

        var checksum = Decompress(entry, Piece, entry.Kind is null ? null : _hasher);
        id = entry.Kind is null ? default : _hasher.End();

        Span<byte> tail = stackalloc byte[Piece + ChecksumBytes - 1];
        tail = tail[..(int)(_source.Position - _source.LastPiece + ChecksumBytes - 1)];
        pack.ReadBytes(tail, _source.LastPiece - ChecksumBytes + 1);
        Span<byte> wanted = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32BigEndian(wanted, checksum);
        var at = tail.IndexOf(wanted);
        if (at < 0)
        {
            throw GitException.Damaged("An object in a pack does not decompress.");
        }

        if (at == tail.LastIndexOf(wanted))
        {
            return _source.LastPiece + at + 1;
        }

        Decompress(entry, 1, hasher: null);
        return _source.Position;
    }

    public void Dispose()
    {
        _source.Dispose();
        _hasher.Dispose();
    }

    /// <returns>The Adler-32 of the content.</returns>
    private uint Decompress(PackEntry entry, int piece, ObjectHasher? hasher)
    {
        _source.Restart(entry.DataOffset, piece);
        var adler = Adler32.Start;
        try
        {
            using var zlib = new ZLibStream(_source, CompressionMode.Decompress, leaveOpen: true);
            for (long total = 0; ;)
            {
                // One byte more than there should be: to see the end, and to see that it is one.
                var read = zlib.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, entry.Size - total + 1)));
                if (read == 0 && total == entry.Size)
                {
                    return adler;
                }

                total += read;
                if (read == 0 || total > entry.Size)
                {
                    throw GitException.Damaged("An object in a pack has another size than it says.");
                }

                work.Spend(read);
                adler = Adler32.Append(adler, _buffer.AsSpan(0, read));
                hasher?.Append(_buffer.AsSpan(0, read));
            }
        }
        catch (InvalidDataException exception)
        {
            throw GitException.Damaged("An object in a pack does not decompress.", exception);
        }
    }

    /// <summary>Hands out a pack in pieces, and remembers where the last one began.</summary>
    private sealed class PieceStream(PackReader pack) : Stream
    {
        private readonly byte[] _window = new byte[256 * 1024];
        private long _start;
        private int _length;
        private int _piece;

        public long LastPiece { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public void Restart(long position, int piece) => (Position, LastPiece, _piece) = (position, position, piece);

        public override int Read(Span<byte> buffer)
        {
            if (Position < _start || Position >= _start + _length)
            {
                var left = (int)Math.Clamp(pack.End - Position, 0, _window.Length);
                (_start, _length) = (Position, pack.ReadBytes(_window.AsSpan(0, left), Position));
            }

            var at = (int)(Position - _start);
            var count = Math.Min(Math.Min(buffer.Length, _piece), _length - at);
            _window.AsSpan(at, count).CopyTo(buffer);
            LastPiece = Position;
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
