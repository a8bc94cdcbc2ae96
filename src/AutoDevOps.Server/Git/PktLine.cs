using System.Buffers;
using System.Globalization;
using System.Text;

namespace AutoDevOps.Server.Git;

/// <summary>The pieces that git's protocol comes in.</summary>
/// <remarks>https://git-scm.com/docs/protocol-common, "pkt-line Format": four hexadecimal digits of length, which count themselves.</remarks>
internal enum PktKind
{
    Data,

    /// <summary><c>0000</c>: the end of a list.</summary>
    Flush,

    /// <summary><c>0001</c>: the end of a section of version 2.</summary>
    Delimiter,

    /// <summary>The end of the stream.</summary>
    End,
}

/// <summary>Reads pieces from a stream.</summary>
internal sealed class PktReader(Stream stream)
{
    private const int LengthBytes = 4;
    private const int MaxBytes = 65520;

    private readonly byte[] _digits = new byte[LengthBytes];
    private readonly byte[] _buffer = new byte[MaxBytes];
    private int _length;

    /// <summary>The piece read last; overwritten by the next.</summary>
    public ReadOnlyMemory<byte> Data => _buffer.AsMemory(0, _length);

    /// <summary>The piece as text, without the line feed that may end it.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span).TrimEnd('\n');

    /// <exception cref="GitException">What comes is not in such pieces, breaks off within one, or is an error of the server.</exception>
    public async Task<PktKind> ReadAsync(CancellationToken cancellationToken)
    {
        _length = 0;
        var read = await stream.ReadAtLeastAsync(_digits, LengthBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return PktKind.End;
        }

        if (read < LengthBytes)
        {
            throw new GitException(GitFailure.Interrupted);
        }

        if (!int.TryParse(Encoding.ASCII.GetString(_digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            || length is 2 or 3 or > MaxBytes)
        {
            throw new GitException(GitFailure.NotGit);
        }

        if (length < LengthBytes)
        {
            return length == 0 ? PktKind.Flush : PktKind.Delimiter;
        }

        _length = length - LengthBytes;
        if (await stream.ReadAtLeastAsync(_buffer.AsMemory(0, _length), _length, throwOnEndOfStream: false, cancellationToken) < _length)
        {
            throw new GitException(GitFailure.Interrupted);
        }

        return Data.Span.StartsWith("ERR "u8) ? throw Error(Text) : PktKind.Data;
    }

    // What a server says may be anything, so it is for the log and not for people.
    private static GitException Error(string text) =>
        new(text.Contains("not our ref", StringComparison.Ordinal) ? GitFailure.RefNotFound : GitFailure.ServerError, text[..Math.Min(text.Length, 200)]);
}

/// <summary>Writes a request in pieces.</summary>
internal sealed class PktWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public PktWriter Line(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        _bytes.Write(Encoding.ASCII.GetBytes((bytes.Length + 4).ToString("x4", CultureInfo.InvariantCulture)));
        _bytes.Write(bytes);
        return this;
    }

    public PktWriter Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(line);
        }

        return this;
    }

    public PktWriter Delimiter()
    {
        _bytes.Write("0001"u8);
        return this;
    }

    public PktWriter Flush()
    {
        _bytes.Write("0000"u8);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
