using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

/// <summary>Migrations on a server whose roles do not exist yet, or are not as they should be: roles belong to the whole server, so
/// these tests have one of their own.</summary>
public sealed class NewServerTests : IAsyncLifetime
{
    private readonly string _folder = $"/var/tmp/autodevops-new-{Guid.CreateVersion7():N}";
    private EmbeddedPostgres _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { DataDirectory = _folder, Settings = new Dictionary<string, string> { ["fsync"] = "off" } }, NullLogger.Instance, TimeProvider.System, Stop);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_administrator_who_is_no_superuser_migrates_several_databases_at_once_and_the_policies_bind()
    {
        await ExecuteAsync("postgres", "postgres", "CREATE ROLE dba LOGIN CREATEROLE CREATEDB");
        string[] databases = ["one", "two", "three"];
        foreach (var database in databases)
        {
            await ExecuteAsync("postgres", "dba", $"CREATE DATABASE {database}");
        }

        var applied = await Task.WhenAll(databases.Select(database => MigrateAsync(database, "dba")));
        Assert.All(applied, count => Assert.Equal(Migration.Known.Count, count));
        Assert.Equal(0, await MigrateAsync("one", "dba"));
        Assert.Equal(0, await MigrateAsync("one", "postgres"));

        await ExecuteAsync("one", "postgres", "INSERT INTO organizations (id, name) VALUES (gen_random_uuid(), 'x')");
        await using var source = AppDataSource.Create(_server.ConnectionStringFor("one", "autodevops_app"));
        Assert.Empty(await new Db(source).QueryAsync<Guid>(Caller.Anonymous, "SELECT id FROM organizations", null, Stop));
    }

    [Fact]
    public async Task A_role_that_grew_too_powerful_is_named()
    {
        await _server.EnsureDatabaseAsync("one", Stop);
        await MigrateAsync("one", "postgres");
        (string Change, string Undo, string Expected)[] cases =
        [
            ("ALTER ROLE autodevops_app BYPASSRLS", "ALTER ROLE autodevops_app NOBYPASSRLS", "autodevops_app is a superuser, bypasses row-level security or makes roles"),
            ("ALTER ROLE autodevops_queue SUPERUSER", "ALTER ROLE autodevops_queue NOSUPERUSER", "autodevops_queue is a superuser"),
            ("GRANT autodevops_queue TO autodevops_app", "REVOKE autodevops_queue FROM autodevops_app", "autodevops_app may become autodevops_queue"),
            ("CREATE ROLE indirect IN ROLE autodevops_owner; GRANT indirect TO autodevops_app", "DROP ROLE indirect", "autodevops_app may become autodevops_owner"),
        ];
        foreach (var (change, undo, expected) in cases)
        {
            await ExecuteAsync("one", "postgres", change);
            var refusal = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync("one", "postgres"));
            Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
            await ExecuteAsync("one", "postgres", undo);
        }

        Assert.Equal(0, await MigrateAsync("one", "postgres"));
    }

    private async Task<int> MigrateAsync(string database, string role)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionStringFor(database, role) + ";Pooling=false");
        return await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(source, Stop);
    }

    private async Task ExecuteAsync(string database, string role, string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionStringFor(database, role) + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(Stop);
        await connection.ExecuteAsync(sql);
    }
}
