using AutoDevOps.Server.Data;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

public sealed class MigratorTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly List<NpgsqlDataSource> _sources = [];
    private string _database = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string ConnectionString => postgres.Server.ConnectionStringFor(_database, "postgres");

    public async ValueTask InitializeAsync() => _database = await postgres.CreateEmptyAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        await postgres.DropAsync(_database);
    }

    [Fact]
    public async Task An_empty_database_gets_every_file_once()
    {
        Assert.Equal(Migration.Known.Count, await MigrateAsync());
        Assert.Equal(0, await MigrateAsync());
        Assert.Equal(Migration.Known.Select(migration => migration.Version), await ReadAsync<int>("SELECT version FROM schema_migrations ORDER BY version"));
        Assert.Equal(Enumerable.Range(1, Migration.Known.Count), Migration.Known.Select(migration => migration.Version));
    }

    [Fact]
    public async Task Of_two_processes_that_start_together_one_migrates_and_the_other_finds_it_done()
    {
        (string, string)[] environment = [("ConnectionStrings__Administrator", ConnectionString)];
        await using var first = ServerProgram.Start(["migrate"], environment);
        await using var second = ServerProgram.Start(["migrate"], environment);
        var codes = await Task.WhenAll(first.EndAsync(), second.EndAsync());
        Assert.Equal([0, 0], codes);
        Assert.Equal(
            [$"Applied {Migration.Known.Count} migrations.", "The database is up to date."], ((string[])[first.Said, second.Said]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_waits_for_the_other_even_if_it_comes_in_the_middle()
    {
        await using var other = await Source().OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("CREATE TABLE gate (n int)");
        // The second file cannot go on before the other connection lets go of the table's name.
        List<Migration> gated = [new(1, "first", "CREATE TABLE a (n int)"), new(2, "gated", "CREATE TABLE IF NOT EXISTS gate (n int)")];
        var first = MigrateAsync(gated);
        await WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%gate%' AND pid <> pg_backend_pid())");
        var second = MigrateAsync(gated);
        await WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))");
        await transaction.RollbackAsync();
        var applied = await Task.WhenAll(first, second);
        Assert.Equal([2, 0], applied);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_applied_is_refused_by_name()
    {
        await MigrateAsync();
        var changed = Migration.Known.Select(migration => migration.Version == 2 ? migration with { } : migration).ToList();
        changed[1] = new Migration(2, changed[1].Name, changed[1].Text + "\n-- a small change");
        var refusal = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync([.. changed, new(9999, "later", "CREATE TABLE later (n int)")]));
        Assert.Contains("0002 (isolation) was changed", refusal.Message, StringComparison.Ordinal);
        Assert.False(await ExistsAsync("later"));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_left_alone()
    {
        await MigrateAsync([.. Migration.Known, new(9999, "later", "CREATE TABLE later (n int)")]);
        var refusal = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync());
        Assert.Contains("9999, which this version of the program does not know", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_and_the_ones_before_it_stay()
    {
        List<Migration> failing =
        [
            new(1, "good", "CREATE TABLE good (n int)"),
            new(2, "bad", "CREATE TABLE half (n int); INSERT INTO good VALUES (1); SELECT 1 / (SELECT count(*) FROM half)"),
            new(3, "after", "CREATE TABLE after (n int)"),
        ];
        var failure = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(failing));
        Assert.Contains("0002 (bad) failed, and nothing of it was kept: division by zero", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1], await ReadAsync<int>("SELECT version FROM schema_migrations"));
        Assert.Empty(await ReadAsync<int>("SELECT n FROM good"));
        Assert.False(await ExistsAsync("half"));
        Assert.False(await ExistsAsync("after"));

        failing[1] = new(2, "bad", "CREATE TABLE half (n int)");
        Assert.Equal(2, await MigrateAsync(failing));
    }

    [Fact]
    public async Task A_table_that_is_held_for_long_is_not_waited_for()
    {
        await MigrateAsync([new(1, "first", "CREATE TABLE busy (n int)")]);
        await using var other = await Source().OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT * FROM busy");
        var failure = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(
            [new(1, "first", "CREATE TABLE busy (n int)"), new(2, "second", "SET LOCAL lock_timeout = '20ms'; ALTER TABLE busy ADD m int")]));
        Assert.Contains("pg_stat_activity", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_file_upgrades_what_the_one_before_it_left_to_the_same_schema()
    {
        for (var count = 1; count <= Migration.Known.Count; count++)
        {
            Assert.Equal(1, await MigrateAsync([.. Migration.Known.Take(count)]));
        }

        var atOnce = await postgres.CopyTemplateAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionStringFor(atOnce, "postgres") + ";Pooling=false");
            await using var one = await source.OpenConnectionAsync();
            await using var stepwise = await Source().OpenConnectionAsync();
            Assert.Equal(await SchemaPrinter.PrintAsync(one, Stop), await SchemaPrinter.PrintAsync(stepwise, Stop));
        }
        finally
        {
            await postgres.DropAsync(atOnce);
        }
    }

    [Fact]
    public async Task A_role_that_may_not_migrate_is_told_what_it_takes()
    {
        var role = $"weak_{Guid.CreateVersion7():N}";
        await ReadAsync<int>($"CREATE ROLE {role} LOGIN");
        try
        {
            await using var source = NpgsqlDataSource.Create(postgres.Server.ConnectionStringFor(_database, role) + ";Pooling=false");
            var refusal = await Assert.ThrowsAsync<MigrationException>(() => new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(source, Stop));
            Assert.Contains($"'{role}' may not migrate this database", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("CREATEROLE", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ReadAsync<int>($"DROP ROLE {role}");
        }
    }

    private Task<int> MigrateAsync(IReadOnlyList<Migration>? migrations = null) => new Migrator(NullLogger<Migrator>.Instance, migrations).MigrateAsync(Source(), Stop);

    private NpgsqlDataSource Source()
    {
        var source = NpgsqlDataSource.Create(ConnectionString);
        _sources.Add(source);
        return source;
    }

    private async Task<bool> ExistsAsync(string table) => (await ReadAsync<bool>($"SELECT to_regclass('{table}') IS NOT NULL"))[0];

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql)
    {
        await using var connection = await Source().OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql)).AsList();
    }

    private async Task WaitUntilAsync(string condition)
    {
        await using var connection = await Source().OpenConnectionAsync();
        while (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(condition, cancellationToken: Stop)))
        {
            // It answers at once.
        }
    }
}
