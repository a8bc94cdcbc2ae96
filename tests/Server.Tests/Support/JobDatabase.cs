using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A database of its own for tests of jobs: with a clock that a test can set, and pools as other processes have them.</summary>
public class JobDatabase : IAsyncLifetime
{
    private readonly TestDatabase _database;

    public JobDatabase(PostgresFixture postgres) => _database = new TestDatabase(postgres);

    private protected JobDatabase(TestDatabase database) => _database = database;

    public Db Db => _database.Db;

    public NpgsqlDataSource App => _database.App;

    public string ConnectionString => _database.ConnectionString;

    /// <summary>Past the pooler, if there is one.</summary>
    public string DirectConnectionString => _database.DirectConnectionString;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another pool as the program connects, as another process has.</summary>
    public NpgsqlDataSource ConnectApp(string? connectionString = null) =>
        AppDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString ?? ConnectionString) { MaxPoolSize = 10, ApplicationName = $"process {Guid.CreateVersion7():N}" }.ToString());

    /// <summary>An organization with its owner.</summary>
    public async Task<Tenant> AddTenantAsync()
    {
        var (user, organization) = await _database.AddTenantAsync();
        return new Tenant(user, organization);
    }

    /// <summary>Another person in the organization.</summary>
    public async Task<Tenant> AddMemberAsync(Tenant tenant, string role) =>
        tenant with { UserId = await _database.AddMemberAsync(tenant.OrganizationId, role) };

    public Task<Guid> AddRepositoryAsync(Tenant tenant) => _database.AddRepositoryAsync(tenant.OrganizationId);

    /// <summary>As the superuser, whom no policy stops.</summary>
    public Task ExecuteAsync(string sql, object? parameters = null) => _database.ExecuteAsync(sql, parameters);

    /// <summary>As the superuser, whom no policy stops.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _database.Administrator.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>As the superuser, whom no policy stops.</summary>
    public async Task<T> SingleAsync<T>(string sql, object? parameters = null) => (await QueryAsync<T>(sql, parameters)).Single();

    /// <summary>Gives the job functions a clock that stands still until it is moved.</summary>
    public Task FreezeClockAsync(DateTime at) => ExecuteAsync(
        """
        DROP TABLE IF EXISTS test_clock;
        CREATE TABLE test_clock (at timestamptz NOT NULL);
        GRANT SELECT ON test_clock TO PUBLIC;
        INSERT INTO test_clock VALUES (@at);
        CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS 'SELECT at FROM public.test_clock'
        """,
        new { at });

    /// <summary>Changes a function in this database only: one text in it for another.</summary>
    /// <returns>Puts it back, if it is disposed of.</returns>
    public async Task<IAsyncDisposable> AlterFunctionAsync(string name, string text, string other)
    {
        var definition = await SingleAsync<string>("SELECT pg_get_functiondef(@name::regproc)", new { name });
        Assert.Contains(text, definition, StringComparison.Ordinal);
        await ExecuteAsync(definition.Replace(text, other, StringComparison.Ordinal));
        return new Repair(this, definition);
    }

    /// <summary>As the superuser, whom no policy stops. The caller closes it.</summary>
    public ValueTask<NpgsqlConnection> OpenAdministratorAsync() => _database.Administrator.OpenConnectionAsync();

    /// <summary>Removes what other tests left in line.</summary>
    public Task ClearAsync() => ExecuteAsync("DELETE FROM jobs; DELETE FROM schedules");

    public Task<string> StateAsync(Guid job) => SingleAsync<string>("SELECT state FROM jobs WHERE id = @job", new { job });

    /// <summary>Asks until it is so; the test's own limit ends the wait.</summary>
    public async Task WaitUntilAsync(string condition, object? parameters = null)
    {
        while (!await SingleAsync<bool>($"SELECT {condition}", parameters))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task MoveClockAsync(TimeSpan by) => ExecuteAsync("UPDATE test_clock SET at = at + @by", new { by });

    private sealed class Repair(JobDatabase database, string definition) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(database.ExecuteAsync(definition));
    }
}

/// <summary>The same, with the program's connections through PgBouncer in transaction mode.</summary>
public sealed class PooledJobDatabase(PostgresFixture postgres) : JobDatabase(new TestDatabase(postgres, isPooled: true));

/// <summary>A person and their organization.</summary>
public sealed record Tenant(Guid UserId, Guid OrganizationId)
{
    public Caller Caller => Caller.User(UserId);
}
