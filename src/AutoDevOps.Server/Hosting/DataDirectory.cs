namespace AutoDevOps.Server.Hosting;

/// <summary>The one folder that holds everything an installation must not lose.</summary>
internal sealed record DataDirectory(string Path)
{
    public string Postgres => System.IO.Path.Combine(Path, "postgres");

    /// <summary>Keys that sign cookies and forms: readable by their owner only.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    public string Cache => System.IO.Path.Combine(Path, "cache");

    /// <summary>Where data goes when nobody says: never into the folder that is being analysed.</summary>
    public static string Default()
    {
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            return "/var/lib/autodevops";
        }

        var share = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg)
            ? xdg
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.Combine(share, "autodevops");
    }

    /// <summary>Makes the folder if it is missing, and makes sure that it can be written.</summary>
    /// <exception cref="StartException">It cannot.</exception>
    public static DataDirectory Open(string path)
    {
        var data = new DataDirectory(System.IO.Path.GetFullPath(path));
        try
        {
            MakePath(data.Path);
            Directory.CreateDirectory(data.Cache);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(data.Keys);
            }
            else
            {
                Directory.CreateDirectory(data.Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Probe(System.IO.Path.Combine(data.Path, $".write-{Guid.CreateVersion7():N}"));
            return data;
        }
        catch (IOException exception) when (Guard.IsDiskFull(exception))
        {
            throw new StartException($"The disk of the data directory {data.Path} is full. Make room, or choose another with --data DIR.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data directory {data.Path} cannot be written ({exception.Message.TrimEnd('.')}). Choose another with --data DIR.");
        }
    }

    private static void Probe(string file)
    {
        try
        {
            File.WriteAllBytes(file, [0]);
        }
        finally
        {
            // On a full disk it is there, and empty.
            File.Delete(file);
        }
    }

    /// <summary>Makes the folders that are missing. As root they can be passed through, whatever the umask: PostgreSQL runs as another
    /// account, below.</summary>
    private static void MakePath(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (System.IO.Path.GetDirectoryName(path) is { } parent)
        {
            MakePath(parent);
        }

        Directory.CreateDirectory(path);
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherExecute);
        }
    }
}
