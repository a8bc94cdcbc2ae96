namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>One file on disk as an entry of a snapshot.</summary>
internal static class FolderEntry
{
    /// <summary>Classifies a file by its name, its size and its first bytes.</summary>
    public static SnapshotFile Read(string path, FileInfo file, SnapshotLimits limits, List<Diagnostic> diagnostics)
    {
        try
        {
            if (file.LinkTarget is not null)
            {
                return Unread(path, 0, FileKind.Link);
            }

            var size = file.Length;
            return SnapshotClassifier.ByName(path, size, limits) is { } known ? Unread(path, size, known) : Open(path, file.FullName, size, limits);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // .NET puts U+FFFD into a name that is not UTF-8, and there is no file of that name.
            var why = problem is FileNotFoundException && path.Contains('\uFFFD', StringComparison.Ordinal)
                ? "its name is not valid UTF-8."
                : problem is FileNotFoundException or DirectoryNotFoundException ? "it went away while the folder was listed."
                : problem.Message;
            diagnostics.Add(new(path, 0, $"Cannot be read: {why}"));
            return Unread(path, 0, FileKind.Unreadable);
        }
    }

    public static SnapshotFile Unread(string path, long size, FileKind kind) => new(path, size, kind, () => []);

    private static SnapshotFile Open(string path, string full, long size, SnapshotLimits limits)
    {
        if (size == 0)
        {
            // Pipes and devices say that they have nothing in them, and would block whoever opens them, or never end.
            return new(path, 0, SnapshotClassifier.ByContent(path, []), () => []);
        }

        using var handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> head = stackalloc byte[SnapshotClassifier.HeadBytes];
        var length = Fill(handle, head);
        var most = SnapshotClassifier.IsLockFile(Path.GetFileName(path)) ? limits.MaxLockFileBytes : limits.MaxFileBytes;
        return new(path, size, SnapshotClassifier.ByContent(path, head[..length]), () => Load(full, most))
        {
            IsExecutable = OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(handle).HasFlag(UnixFileMode.UserExecute),
        };
    }

    /// <summary>The whole file, unless it has grown beyond what may be read since it was listed.</summary>
    private static byte[] Load(string full, long most)
    {
        try
        {
            using var handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var size = RandomAccess.GetLength(handle);
            if (size > most)
            {
                throw new SnapshotChangedException(full);
            }

            var bytes = new byte[size];
            var length = Fill(handle, bytes);
            return length == size ? bytes : bytes[..length];
        }
        catch (Exception problem) when (problem is IOException and not SnapshotChangedException or UnauthorizedAccessException)
        {
            throw new SnapshotChangedException(full, problem);
        }
    }

    private static int Fill(Microsoft.Win32.SafeHandles.SafeFileHandle handle, Span<byte> buffer)
    {
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], length) is > 0 and var read)
        {
            length += read;
        }

        return length;
    }
}
