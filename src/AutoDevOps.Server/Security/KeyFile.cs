namespace AutoDevOps.Server.Security;

/// <summary>Makes files that only their owner may read, whole or not at all.</summary>
internal static class KeyFile
{
    /// <summary>Writes the file unless there is one: of two processes that make it together, one wins.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            // Never over an existing one: what was made with that could not be read again.
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
