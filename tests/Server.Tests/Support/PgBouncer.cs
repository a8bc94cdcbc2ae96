using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>PgBouncer in transaction mode in front of the run's PostgreSQL, with so few connections that clients get each other's.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    /// <summary>Connections to the server for each database and role.</summary>
    public const int PoolSize = 3;

    private const int Port = 6432;
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PgBouncer(Process process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>Whether it is installed; <c>./test</c> sees to it.</summary>
    public static string? Program { get; } = ((string[])["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"]).FirstOrDefault(File.Exists);

    /// <param name="server">A connection string of the server behind it.</param>
    public static async Task<PgBouncer> StartAsync(string server)
    {
        var folder = Directory.CreateDirectory(Path.Combine(OperatingSystem.IsLinux() ? "/var/tmp" : Path.GetTempPath(), $"autodevops-bouncer-{Environment.ProcessId}"));
        // It refuses to stay root, and the user that it becomes must be able to make its socket.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1FF);
        }

        var behind = new NpgsqlConnectionStringBuilder(server);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "users.txt"), "\"autodevops_app\" \"\"\n");
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={behind.Host} port={behind.Port.ToString(CultureInfo.InvariantCulture)}
            [pgbouncer]
            unix_socket_dir = {folder.FullName}
            listen_port = {Port.ToString(CultureInfo.InvariantCulture)}
            auth_type = trust
            auth_file = {folder.FullName}/users.txt
            pool_mode = transaction
            default_pool_size = {PoolSize.ToString(CultureInfo.InvariantCulture)}
            max_client_conn = 500
            ignore_startup_parameters = extra_float_digits
            {(Environment.IsPrivilegedProcess ? "user = postgres" : "")}
            """);
        var process = Process.Start(new ProcessStartInfo(Program!, ["--quiet", settings]) { RedirectStandardError = true, UseShellExecute = false })!;
        var bouncer = new PgBouncer(process, folder);
        while (!File.Exists(Path.Combine(folder.FullName, $".s.PGSQL.{Port.ToString(CultureInfo.InvariantCulture)}")))
        {
            Assert.False(process.HasExited, process.HasExited ? await process.StandardError.ReadToEndAsync() : "");
            await Task.Yield();
        }

        return bouncer;
    }

    /// <summary>The same database, through it.</summary>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = _folder.FullName, Port = Port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
