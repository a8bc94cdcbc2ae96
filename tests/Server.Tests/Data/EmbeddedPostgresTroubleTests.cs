using System.Diagnostics;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Tests.Support;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>The server of a data directory when something is wrong: killed, in the way, without room, of another version.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTroubleTests : IDisposable
{
    private readonly ServerFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_killed_in_the_middle_loses_no_committed_row()
    {
        await using (var first = await _folder.StartAsync())
        {
            await ServerFolder.ExecuteAsync(first, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)");
            await KillAsync(_folder.Postmaster.ProcessId!.Value);
        }

        await using var second = await _folder.StartAsync();
        Assert.Equal(1000L, await ServerFolder.ScalarAsync(second, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_with_a_cure()
    {
        await using (await _folder.StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(_folder.Data, "PG_VERSION"), "11\n", Stop);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync(new SystemSource()));
        Assert.Contains("PostgreSQL 11, which wrote the data", problem.Message);
        Assert.Contains("pg_dump", problem.Message);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(Directory.CreateDirectory(_folder.Path).FullName, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync(folder: Path.Combine(file, "data")));
        Assert.Contains(Path.Combine(file, "data"), problem.Message);
        Assert.Contains("--data", problem.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_start_quotes_its_own_words()
    {
        await using (await _folder.StartAsync())
        {
        }

        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync(settings: new() { ["shared_buffers"] = "nonsense" }));
        Assert.Contains("nonsense", problem.Message);
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_no_server_behind()
    {
        await using (await _folder.StartAsync())
        {
        }

        using var giveUp = new CancellationTokenSource();
        var starting = _folder.StartAsync(cancellationToken: giveUp.Token);
        var file = _folder.Postmaster;
        while (file.ProcessId is null && !starting.IsCompleted)
        {
            await Task.Yield();
        }

        await giveUp.CancelAsync();
        var problem = await Record.ExceptionAsync(async () => await (await starting).DisposeAsync());
        Assert.True(problem is null or OperationCanceledException, $"{problem}");
        Assert.False(file.IsAnythingAlive);
        await using var second = await _folder.StartAsync();
        Assert.False(second.IsAttached);
    }

    [Fact]
    public async Task A_number_in_postmaster_pid_that_somebody_else_has_now_does_not_keep_the_server_from_starting()
    {
        string content;
        var path = Path.Combine(_folder.Data, "postmaster.pid");
        await using (await _folder.StartAsync())
        {
            content = await File.ReadAllTextAsync(path, Stop);
        }

        // As after the restart of a container: the number is a thread or a child of our own.
        await File.WriteAllTextAsync(path, content.Replace(content.Split('\n')[0], $"{Environment.ProcessId}"), Stop);
        var file = _folder.Postmaster;
        Assert.False(file.IsServerAlive);
        Assert.True(file.RemoveIfReused());
        await using var second = await _folder.StartAsync();
        Assert.True(file.IsServerAlive);
        Assert.False(file.RemoveIfReused());
        Assert.Equal(1, await ServerFolder.ScalarAsync(second, "SELECT 1"));
    }

    [Fact]
    public async Task As_root_the_server_runs_as_whoever_owns_its_data()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run it as somebody else.");
        await using (await _folder.StartAsync())
        {
        }

        using (var chown = Process.Start("chown", ["-R", "nobody", _folder.Data]))
        {
            await chown.WaitForExitAsync(Stop);
        }

        Assert.Equal("nobody", (await ServiceAccount.ChooseAsync(_folder.Data, Stop)).UserName);
        await using var server = await _folder.StartAsync();
        Assert.Equal(1, await ServerFolder.ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task As_root_a_directory_that_the_account_may_not_enter_is_named_with_the_cure()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs it as somebody else.");
        var home = Path.Combine(_folder.Path, "home");
        Directory.CreateDirectory(_folder.Path);
        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync(folder: Path.Combine(home, "data")));
        Assert.Contains($"lies in {home}, which the account", problem.Message);
        Assert.Contains("--data", problem.Message);
    }

    [Fact]
    public async Task A_full_disk_and_a_read_only_one_are_told_in_plain_words()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        Directory.CreateDirectory(_folder.Path);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m,mode=0755", "none", _folder.Path) != 0)
        {
            Assert.Skip("This machine lets nobody mount.");
        }

        try
        {
            var full = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync());
            Assert.Contains("is full", full.Message);
            Assert.Contains(_folder.Path, full.Message);
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,ro", _folder.Path));
            var readOnly = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync());
            Assert.Contains("ead-only file system", readOnly.Message);
            Assert.Contains("--data", readOnly.Message);

            // With room again it starts, whatever the failed start left.
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,rw,size=200m", _folder.Path));
            await using var server = await _folder.StartAsync();
            Assert.Equal(1, await ServerFolder.ScalarAsync(server, "SELECT 1"));
        }
        finally
        {
            await RunAsync("umount", _folder.Path);
        }
    }

    [Fact]
    public async Task Rows_survive_a_disk_that_fills_up_under_the_running_server()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        Directory.CreateDirectory(_folder.Path);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=100m,mode=0755", "none", _folder.Path) != 0)
        {
            Assert.Skip("This machine lets nobody mount.");
        }

        try
        {
            await using (var server = await _folder.StartAsync())
            {
                await ServerFolder.ExecuteAsync(server, "CREATE TABLE kept (n int, filler text); INSERT INTO kept SELECT n, '' FROM generate_series(1, 1000) AS n");
                var problem = await Record.ExceptionAsync(() => ServerFolder.ExecuteAsync(server, "INSERT INTO kept SELECT n, (SELECT string_agg(md5(i::text || n), '') FROM generate_series(1, 300) AS i) FROM generate_series(1001, 30000) AS n"));
                Assert.IsAssignableFrom<NpgsqlException>(problem);
            }

            Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=400m", _folder.Path));
            await using var second = await _folder.StartAsync();
            Assert.Equal(1000L, await ServerFolder.ScalarAsync(second, "SELECT count(*) FROM kept"));
        }
        finally
        {
            await RunAsync("umount", _folder.Path);
        }
    }

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
}
