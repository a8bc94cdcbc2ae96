using System.Buffers.Binary;
using System.Text;

namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>What git has under version control, as its index says. A <c>.gitignore</c> speaks of other files only: what was added once
/// stays, whatever is ignored later.</summary>
/// <remarks>The format is that of https://git-scm.com/docs/index-format, versions 2 to 4, with SHA-1 or SHA-256. Of a split index only
/// the part of its own is read, and what a sparse one leaves out is not on the disk either. What cannot be read counts as no index.</remarks>
internal sealed class TrackedFiles
{
    private const long MaxBytes = 64L * 1024 * 1024;
    private const int StatBytes = 40;
    private const int ModeOffset = 24;
    private const uint FolderMode = 0x4000;
    private const uint ModuleMode = 0xE000;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Whether this file is tracked; the path from the repository's root.</summary>
    public bool Has(string path) => _files.Contains(path);

    /// <summary>Whether something in this folder is, or the folder is a submodule.</summary>
    public bool HasBelow(string folder) => _folders.Contains(folder);

    /// <summary>Of the repository with this root; empty where there is no index, or none that can be read, which is then said.</summary>
    public static TrackedFiles Of(string root, Action<Diagnostic> report)
    {
        try
        {
            if (IndexOf(root) is not { Exists: true, Length: > 0 } index)
            {
                return new();
            }

            if (index.Length > MaxBytes)
            {
                report(new(".git/index", 0, $"It is larger than {MaxBytes} bytes: tracked files that .gitignore names were left out."));
                return new();
            }

            var bytes = Read(index.FullName, index.Length);
            if ((Parse(bytes, hashBytes: 20) ?? Parse(bytes, hashBytes: 32)) is { } tracked)
            {
                return tracked;
            }

            report(new(".git/index", 0, "It is no index of git that can be read here: tracked files that .gitignore names were left out."));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            report(new(".git/index", 0, $"Cannot be read, so tracked files that .gitignore names were left out: {problem.Message}"));
        }

        return new();
    }

    /// <summary>In the <c>.git</c> folder, or where a file of that name says, as in a further working tree.</summary>
    private static FileInfo? IndexOf(string root)
    {
        var git = Path.Combine(root, ".git");
        if (Directory.Exists(git))
        {
            return new(Path.Combine(git, "index"));
        }

        const string Pointer = "gitdir:";
        var text = new FileInfo(git) is { Exists: true, Length: > 0 and < 4096 } file ? Encoding.UTF8.GetString(Read(file.FullName, file.Length)).Trim() : "";
        return text.StartsWith(Pointer, StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal)
            ? new(Path.Combine(Path.GetFullPath(text[Pointer.Length..].Trim(), root), "index"))
            : null;
    }

    // At most as much as it said: pipes and devices say that they have nothing in them, and were not opened.
    private static byte[] Read(string path, long size)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[size];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
        }

        return bytes[..length];
    }

    private static TrackedFiles? Parse(ReadOnlySpan<byte> index, int hashBytes)
    {
        var version = index.Length < 12 || !index[..4].SequenceEqual("DIRC"u8) ? 0 : BinaryPrimitives.ReadUInt32BigEndian(index[4..]);
        if (version is < 2 or > 4)
        {
            return null;
        }

        var tracked = new TrackedFiles();
        var count = BinaryPrimitives.ReadUInt32BigEndian(index[8..]);
        var (at, before) = (12, Array.Empty<byte>());
        for (var number = 0u; number < count; number++)
        {
            var name = at + StatBytes + hashBytes + 2;
            if (name > index.Length)
            {
                return null;
            }

            var mode = BinaryPrimitives.ReadUInt32BigEndian(index[(at + ModeOffset)..]) & 0xF000;
            var flags = BinaryPrimitives.ReadUInt16BigEndian(index[(name - 2)..]);
            name += (flags & 0x4000) != 0 ? 2 : 0;
            var read = name > index.Length ? null : version == 4 ? Shortened(index, before, ref name) : Padded(index, at, ref name);
            if (read is not { Length: > 0 } || (flags & 0xFFF) != Math.Min(read.Length, 0xFFF))
            {
                return null;
            }

            tracked.Add(Encoding.UTF8.GetString(read).TrimEnd('/'), mode);
            (at, before) = (name, read);
        }

        return tracked;
    }

    /// <summary>A name that ends with one to eight zeros, so that the entry's length is a multiple of eight.</summary>
    /// <param name="at">Where the name begins; then, where the next entry does.</param>
    private static byte[]? Padded(ReadOnlySpan<byte> index, int entry, ref int at)
    {
        var length = index[at..].IndexOf((byte)0);
        if (length < 0)
        {
            return null;
        }

        var name = index.Slice(at, length).ToArray();
        at = entry + ((at - entry + length + 8) & ~7);
        return name;
    }

    /// <summary>Version 4: how many bytes to take off the end of the name before, and what to put there instead.</summary>
    private static byte[]? Shortened(ReadOnlySpan<byte> index, byte[] before, ref int at)
    {
        var dropped = 0L;
        for (var isFirst = true; ; isFirst = false)
        {
            if (at >= index.Length || dropped > before.Length)
            {
                return null;
            }

            var next = index[at++];
            dropped = (isFirst ? 0 : (dropped + 1) << 7) | (next & 0x7Fu);
            if ((next & 0x80) == 0)
            {
                break;
            }
        }

        var length = index[at..].IndexOf((byte)0);
        if (length < 0 || dropped > before.Length)
        {
            return null;
        }

        byte[] name = [.. before.AsSpan(0, before.Length - (int)dropped), .. index.Slice(at, length)];
        at += length + 1;
        return name;
    }

    private void Add(string path, uint mode)
    {
        if (mode is FolderMode or ModuleMode)
        {
            _folders.Add(path);
        }
        else
        {
            _files.Add(path);
        }

        for (var end = path.LastIndexOf('/'); end > 0 && _folders.Add(path[..end]); end = path.LastIndexOf('/', end - 1))
        {
        }
    }
}
