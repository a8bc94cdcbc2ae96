using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>The server of a data directory as it should be: started, attached to, stopped.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly ServerFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_written_is_there_after_a_restart()
    {
        await using (var first = await _folder.StartAsync())
        {
            Assert.False(first.IsAttached);
            await ServerFolder.ExecuteAsync(first, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");
        }

        await using var second = await _folder.StartAsync();
        Assert.Equal(42, await ServerFolder.ScalarAsync(second, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task A_second_process_attaches_and_leaves_the_server_running_when_it_ends()
    {
        await using var owner = await _folder.StartAsync();
        var other = await _folder.StartAsync();
        Assert.True(other.IsAttached);
        await other.DisposeAsync();
        Assert.Equal(1, await ServerFolder.ScalarAsync(owner, "SELECT 1"));
    }

    [Fact]
    public async Task Of_several_that_start_together_one_owns_and_the_others_attach()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _folder.StartAsync()));
        Assert.Single(servers, server => !server.IsAttached);
        foreach (var server in servers)
        {
            Assert.Equal(1, await ServerFolder.ScalarAsync(server, "SELECT 1"));
        }

        foreach (var server in servers.OrderByDescending(server => server.IsAttached))
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_any_source_the_error_lists_the_choices()
    {
        var problem = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => _folder.StartAsync(new NothingSource()));
        Assert.Contains("a source with nothing", problem.Message);
        Assert.Contains("ConnectionStrings__Database", problem.Message);
    }

    [Fact]
    public async Task Nobody_else_reaches_the_socket_and_no_port_is_open()
    {
        await using var server = await _folder.StartAsync();
        Assert.Equal("", await ServerFolder.ScalarAsync(server, "SELECT current_setting('listen_addresses')"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder.Path, "socket")));
        Assert.Equal("on", await ServerFolder.ScalarAsync(server, "SELECT current_setting('fsync')"));
    }

    [Fact]
    public async Task A_stop_is_clean_and_the_next_start_has_nothing_to_recover()
    {
        await using (await _folder.StartAsync())
        {
        }

        Assert.False(File.Exists(Path.Combine(_folder.Data, "postmaster.pid")));
        await using var second = await _folder.StartAsync();
        var log = await File.ReadAllTextAsync(Path.Combine(_folder.Data, "log", "postgres.log"), Stop);
        Assert.Contains("database system is shut down", log);
        Assert.DoesNotContain("interrupted", log);
        Assert.DoesNotContain("recovery", log);
    }

    [Fact]
    public async Task Everything_lies_below_the_data_directory()
    {
        await using var server = await _folder.StartAsync();
        Assert.Equal(["postgres", "postgres.lock", "postgres.version", "programs", "socket"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var setting in (string[])["data_directory", "unix_socket_directories"])
        {
            Assert.StartsWith(_folder.Path, (string)(await ServerFolder.ScalarAsync(server, $"SELECT current_setting('{setting}')"))!);
        }
    }

    [Fact]
    public async Task A_server_of_another_minor_version_than_the_last_one_is_noticed()
    {
        string version;
        await using (var first = await _folder.StartAsync())
        {
            Assert.Null(first.VersionBefore);
            version = first.Version;
        }

        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "postgres.version"), "15.1\n", Stop);
        await using (var changed = await _folder.StartAsync())
        {
            Assert.Equal("15.1", changed.VersionBefore);
        }

        await using var same = await _folder.StartAsync();
        Assert.Null(same.VersionBefore);
        Assert.StartsWith(version, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "postgres.version"), Stop));
    }

    private sealed class NothingSource : IPostgresSource
    {
        public string Describe => "a source with nothing";

        public Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken) => Task.FromResult<PostgresPrograms?>(null);
    }
}
