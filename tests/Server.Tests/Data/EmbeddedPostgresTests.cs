using System.Diagnostics;
using AutoDevOps.Server.Data.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _folder = $"/var/tmp/autodevops-embedded-{Guid.CreateVersion7():N}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_written_is_there_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            Assert.False(first.IsAttached);
            await ExecuteAsync(first, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");
        }

        await using var second = await StartAsync();
        Assert.Equal(42, await ScalarAsync(second, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_server_killed_in_the_middle_loses_no_committed_row()
    {
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)");
            await KillAsync(Postmaster());
        }

        await using var second = await StartAsync();
        Assert.Equal(1000L, await ScalarAsync(second, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task A_second_process_attaches_and_leaves_the_server_running_when_it_ends()
    {
        await using var owner = await StartAsync();
        var other = await StartAsync();
        Assert.True(other.IsAttached);
        await other.DisposeAsync();
        Assert.Equal(1, await ScalarAsync(owner, "SELECT 1"));
    }

    [Fact]
    public async Task Of_several_that_start_together_one_owns_and_the_others_attach()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));
        Assert.Single(servers, server => !server.IsAttached);
        foreach (var server in servers)
        {
            Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        }

        foreach (var server in servers.OrderByDescending(server => server.IsAttached))
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_with_a_cure()
    {
        await using (await StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "PG_VERSION"), "11\n", Stop);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(new SystemSource()));
        Assert.Contains("PostgreSQL 11, which wrote the data", problem.Message);
        Assert.Contains("pg_dump", problem.Message);
    }

    [Fact]
    public async Task Without_any_source_the_error_lists_the_choices()
    {
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(new NothingSource()));
        Assert.Contains("a source with nothing", problem.Message);
        Assert.Contains("ConnectionStrings__Database", problem.Message);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(Directory.CreateDirectory(_folder).FullName, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(folder: Path.Combine(file, "data")));
        Assert.Contains(Path.Combine(file, "data"), problem.Message);
        Assert.Contains("--data", problem.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_start_quotes_its_own_words()
    {
        await using (await StartAsync())
        {
        }

        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(settings: new() { ["shared_buffers"] = "nonsense" }));
        Assert.Contains("nonsense", problem.Message);
    }

    [Fact]
    public async Task Nobody_else_reaches_the_socket_and_no_port_is_open()
    {
        await using var server = await StartAsync();
        Assert.Equal("", await ScalarAsync(server, "SELECT current_setting('listen_addresses')"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "socket")));
        Assert.Equal("on", await ScalarAsync(server, "SELECT current_setting('fsync')"));
    }

    [Fact]
    public async Task A_stop_is_clean_and_the_next_start_has_nothing_to_recover()
    {
        await using (await StartAsync())
        {
        }

        Assert.False(File.Exists(Path.Combine(_folder, "postgres", "postmaster.pid")));
        await using var second = await StartAsync();
        var log = await File.ReadAllTextAsync(Path.Combine(_folder, "postgres", "log", "postgres.log"), Stop);
        Assert.Contains("database system is shut down", log);
        Assert.DoesNotContain("interrupted", log);
        Assert.DoesNotContain("recovery", log);
    }

    [Fact]
    public async Task Everything_lies_below_the_data_directory()
    {
        await using var server = await StartAsync();
        Assert.Equal(["postgres", "postgres.lock", "postgres.version", "programs", "socket"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var setting in (string[])["data_directory", "unix_socket_directories"])
        {
            Assert.StartsWith(_folder, (string)(await ScalarAsync(server, $"SELECT current_setting('{setting}')"))!);
        }
    }

    [Fact]
    public async Task A_server_of_another_minor_version_than_the_last_one_is_noticed()
    {
        string version;
        await using (var first = await StartAsync())
        {
            Assert.Null(first.VersionBefore);
            version = first.Version;
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres.version"), "15.1\n", Stop);
        await using (var changed = await StartAsync())
        {
            Assert.Equal("15.1", changed.VersionBefore);
        }

        await using var same = await StartAsync();
        Assert.Null(same.VersionBefore);
        Assert.StartsWith(version, await File.ReadAllTextAsync(Path.Combine(_folder, "postgres.version"), Stop));
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_no_server_behind()
    {
        await using (await StartAsync())
        {
        }

        using var giveUp = new CancellationTokenSource();
        var starting = EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = _folder }, NullLogger.Instance, TimeProvider.System, giveUp.Token);
        var file = new PostmasterFile(Path.Combine(_folder, "postgres"));
        while (file.ProcessId is null && !starting.IsCompleted)
        {
            await Task.Yield();
        }

        await giveUp.CancelAsync();
        var problem = await Record.ExceptionAsync(async () => await (await starting).DisposeAsync());
        Assert.True(problem is null or OperationCanceledException, $"{problem}");
        Assert.False(file.IsAnythingAlive);
        await using var second = await StartAsync();
        Assert.False(second.IsAttached);
    }

    [Fact]
    public async Task A_number_in_postmaster_pid_that_somebody_else_has_now_does_not_keep_the_server_from_starting()
    {
        string content;
        var path = Path.Combine(_folder, "postgres", "postmaster.pid");
        await using (await StartAsync())
        {
            content = await File.ReadAllTextAsync(path, Stop);
        }

        // As after the restart of a container: the number is a thread or a child of our own.
        await File.WriteAllTextAsync(path, content.Replace(content.Split('\n')[0], $"{Environment.ProcessId}"), Stop);
        var file = new PostmasterFile(Path.Combine(_folder, "postgres"));
        Assert.False(file.IsServerAlive);
        Assert.True(file.RemoveIfReused());
        await using var second = await StartAsync();
        Assert.True(file.IsServerAlive);
        Assert.False(file.RemoveIfReused());
        Assert.Equal(1, await ScalarAsync(second, "SELECT 1"));
    }

    [Fact]
    public async Task As_root_the_server_runs_as_whoever_owns_its_data()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run it as somebody else.");
        await using (await StartAsync())
        {
        }

        using (var chown = Process.Start("chown", ["-R", "nobody", Path.Combine(_folder, "postgres")]))
        {
            await chown.WaitForExitAsync(Stop);
        }

        Assert.Equal("nobody", (await ServiceAccount.ChooseAsync(Path.Combine(_folder, "postgres"), Stop)).UserName);
        await using var server = await StartAsync();
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task As_root_a_directory_that_the_account_may_not_enter_is_named_with_the_cure()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs it as somebody else.");
        var home = Path.Combine(_folder, "home");
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(folder: Path.Combine(home, "data")));
        Assert.Contains($"lies in {home}, which the account", problem.Message);
        Assert.Contains("--data", problem.Message);
    }

    [Fact]
    public async Task A_full_disk_and_a_read_only_one_are_told_in_plain_words()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        Directory.CreateDirectory(_folder);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m,mode=0755", "none", _folder) != 0)
        {
            Assert.Skip("This machine lets nobody mount.");
        }

        try
        {
            var full = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync());
            Assert.Contains("No space left on device", full.Message);
            Assert.Contains(_folder, full.Message);
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,ro", _folder));
            var readOnly = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync());
            Assert.Contains("ead-only file system", readOnly.Message);
            Assert.Contains("--data", readOnly.Message);

            // With room again it starts, whatever the failed start left.
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,rw,size=200m", _folder));
            await using var server = await StartAsync();
            Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        }
        finally
        {
            await RunAsync("umount", _folder);
        }
    }

    [Fact]
    public async Task Rows_survive_a_disk_that_fills_up_under_the_running_server()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        Directory.CreateDirectory(_folder);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=100m,mode=0755", "none", _folder) != 0)
        {
            Assert.Skip("This machine lets nobody mount.");
        }

        try
        {
            await using (var server = await StartAsync())
            {
                await ExecuteAsync(server, "CREATE TABLE kept (n int, filler text); INSERT INTO kept SELECT n, '' FROM generate_series(1, 1000) AS n");
                var problem = await Record.ExceptionAsync(() => ExecuteAsync(server, "INSERT INTO kept SELECT n, (SELECT string_agg(md5(i::text || n), '') FROM generate_series(1, 300) AS i) FROM generate_series(1001, 30000) AS n"));
                Assert.IsAssignableFrom<NpgsqlException>(problem);
            }

            Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=400m", _folder));
            await using var second = await StartAsync();
            Assert.Equal(1000L, await ScalarAsync(second, "SELECT count(*) FROM kept"));
        }
        finally
        {
            await RunAsync("umount", _folder);
        }
    }

    private Task<EmbeddedPostgres> StartAsync(IPostgresSource? source = null, string? folder = null, Dictionary<string, string>? settings = null) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = folder ?? _folder,
                Sources = source is null ? null : [source],
                Settings = settings ?? [],
            },
            NullLogger.Instance,
            TimeProvider.System,
            Stop);

    private int Postmaster() => int.Parse(File.ReadLines(Path.Combine(_folder, "postgres", "postmaster.pid")).First());

    private static async Task KillAsync(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync(Stop);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode;
    }

    private static async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionStringFor("postgres", "postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionStringFor("postgres", "postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Stop);
    }

    private sealed class NothingSource : IPostgresSource
    {
        public string Describe => "a source with nothing";

        public Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken) => Task.FromResult<PostgresPrograms?>(null);
    }
}
