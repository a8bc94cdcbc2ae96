using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>Where the server's data, socket, log and fetched programs lie, all below one directory.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class DataFolders
{
    /// <summary>The operating system's limit for the path of a Unix socket, less the name of PostgreSQL's (Linux 107, macOS 103).</summary>
    private const int LongestSocketFolder = 103 - 15;

    private readonly string _root;

    private DataFolders(string root)
    {
        _root = root;
        Data = DataOf(root);
        Cache = Path.Combine(root, "programs");
        Socket = SocketFolder(root);
    }

    /// <summary>PostgreSQL's own data directory.</summary>
    public string Data { get; }

    public string Cache { get; }

    public string Socket { get; }

    public string LogFile => Path.Combine(Data, "log", "postgres.log");

    /// <summary>Where PostgreSQL's data lies below our directory.</summary>
    public static string DataOf(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "postgres");

    /// <exception cref="EmbeddedPostgresException">The directory cannot be made, written, or entered by the account.</exception>
    public static async Task<DataFolders> PrepareAsync(string dataDirectory, ServiceAccount account, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(dataDirectory);
        if (account.FirstClosedParent(Path.Combine(root, "postgres")) is { } closed && closed != root)
        {
            throw new EmbeddedPostgresException(
                $"The data directory {root} lies in {closed}, which the account '{account.Describe}' may not enter (PostgreSQL does not run as root). Choose another with --data, such as /var/lib/autodevops.");
        }

        var folders = new DataFolders(root);
        try
        {
            Directory.CreateDirectory(root);
            if (account.UserName is not null)
            {
                // The account must pass through to its own folders below; it cannot list what else is here.
                File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.OtherExecute);
            }

            await PrivateAsync(folders.Socket, account, cancellationToken);
            Directory.CreateDirectory(folders.Cache);
            if (account.UserName is not null)
            {
                OpenToAll(folders.Cache);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data directory {root} cannot be used: {problem.Message.TrimEnd('.')}. Choose another with --data, or mend its permissions.", problem);
        }

        return folders;
    }

    /// <summary>The lock that makes us the owner of the server, or null when another live process has it. It ends with the process,
    /// however that ends.</summary>
    public FileStream? TryOwn()
    {
        try
        {
            return new FileStream(Path.Combine(_root, "postgres.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (problem is not (DirectoryNotFoundException or FileNotFoundException) && problem.HResult == LockHeld)
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data directory {_root} cannot be written: {problem.Message} Choose another with --data, or mend its permissions.", problem);
        }
    }

    /// <summary>The major version that wrote the data, or null when there is none yet.</summary>
    public int? DataMajor()
    {
        var file = Path.Combine(Data, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var major) ? major : null;
    }

    /// <summary>Makes the cluster when there is none.</summary>
    public async Task InitializeAsync(PostgresPrograms programs, ServiceAccount account, CancellationToken cancellationToken)
    {
        if (DataMajor() is not null)
        {
            return;
        }

        // Made aside and renamed: an interrupted initdb must not look like a cluster.
        var staging = Data + ".new";
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        await PrivateAsync(staging, account, cancellationToken);
        var made = await account.RunAsync(
            programs.Initdb,
            ["--pgdata", staging, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--data-checksums", "--no-instructions"],
            cancellationToken);
        if (made.ExitCode != 0)
        {
            if ((made.Error + made.Output).Contains("No space left on device", StringComparison.Ordinal))
            {
                throw new EmbeddedPostgresException($"The disk of {Data} is full: an empty PostgreSQL takes about 60 MiB. Make room, or put the data elsewhere.");
            }

            throw new EmbeddedPostgresException($"PostgreSQL could not make its data directory {Data}: {Last(made.Error.Length > 0 ? made.Error : made.Output)}");
        }

        Directory.Move(staging, Data);
    }

    /// <summary>Remembers which version runs.</summary>
    /// <returns>The one that ran last, if it was another.</returns>
    public string? NoteVersion(PostgresPrograms programs)
    {
        var file = Path.Combine(_root, "postgres.version");
        var before = File.Exists(file) ? File.ReadAllText(file).Trim() : programs.Version;
        File.WriteAllText(file, programs.Version + "\n");
        return before == programs.Version ? null : before;
    }

    /// <summary>Lets the account in, whatever the umask of whoever started us.</summary>
    public static void OpenToAll(string folder) => File.SetUnixFileMode(
        folder,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    /// <summary>The last thing that the server's log calls fatal, else the log's end.</summary>
    public string LastProblem()
    {
        try
        {
            return File.ReadLines(LogFile).LastOrDefault(line => line.Contains(" PANIC: ", StringComparison.Ordinal) || line.Contains(" FATAL: ", StringComparison.Ordinal)) is { } line
                ? $"{LogFile} says: {line}"
                : LogTail();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return LogTail();
        }
    }

    /// <summary>The end of the server's log, for an error message.</summary>
    public string LogTail()
    {
        try
        {
            return File.Exists(LogFile) ? $"The end of {LogFile}: {Last(File.ReadAllText(LogFile))}" : $"There is no log at {LogFile}.";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"Its log {LogFile} cannot be read: {problem.Message}";
        }
    }

    private static async Task PrivateAsync(string folder, ServiceAccount account, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await account.OwnAsync(folder, cancellationToken);
    }

    internal static string Last(string text) =>
        string.Join(" / ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(4));

    /// <summary>EWOULDBLOCK, as .NET reports a lock that another process holds: 11 on Linux, 35 on macOS.</summary>
    private static int LockHeld => OperatingSystem.IsMacOS() ? 35 : 11;

    private static string SocketFolder(string root)
    {
        var folder = Path.Combine(root, "socket");
        if (folder.Length <= LongestSocketFolder)
        {
            return folder;
        }

        var name = $"autodevops-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)).AsSpan(0, 8))}";
        return Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 and < 60 } runtime ? runtime : "/tmp", name);
    }
}
