using System.Runtime.InteropServices;

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

            // Never over an existing one: what was made with that could not be read again. File.Move alone does not promise that: on Unix it
            // looks, and then renames. On a file system without links it is the best there is.
            if (OperatingSystem.IsWindows() || Link(temporary, path) != 0)
            {
                File.Move(temporary, path, overwrite: false);
            }
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

    /// <summary>link(2), which fails if there is a file of the new name.</summary>
    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
