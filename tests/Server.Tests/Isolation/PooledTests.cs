using AutoDevOps.Server.Data;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>A pooler in transaction mode gives each transaction another connection, and each connection to many clients: what a transaction
/// says of its caller must end with it.</summary>
public sealed class PooledTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres, isPooled: true);

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>Else there would be nothing to prove here.</summary>
    [Fact]
    public async Task What_is_set_for_a_session_reaches_other_clients()
    {
        await using var one = await _database.App.OpenConnectionAsync();
        await one.ExecuteAsync("SELECT set_config('app.user_id', 'somebody', false)");
        List<string> seen = [];
        await using var other = NpgsqlDataSource.Create(_database.ConnectionString);
        for (var client = 0; client < PgBouncer.PoolSize; client++)
        {
            await using var connection = await other.OpenConnectionAsync();
            seen.Add(await connection.ExecuteScalarAsync<string>("SELECT current_setting('app.user_id', true)") ?? "");
        }

        Assert.Contains("somebody", seen);
    }

    [Fact]
    public async Task Many_callers_on_few_connections_see_each_their_own()
    {
        var tenants = new List<(Guid User, Guid Organization)>();
        for (var number = 0; number < 8; number++)
        {
            var tenant = await _database.AddTenantAsync($"person{number}");
            await _database.AddRepositoryAsync(tenant.OrganizationId, $"of{number}");
            tenants.Add(tenant);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            var (user, organization) = tenants[number % tenants.Count];
            var caller = number % 5 == 0 ? Caller.Anonymous : Caller.User(user);
            var seen = await _database.Db.QueryAsync<Guid>(caller, "SELECT organization_id FROM repositories", null, cancellationToken);
            Assert.Equal(number % 5 == 0 ? [] : [organization], seen);
        });
    }

    [Fact]
    public async Task A_connection_that_comes_back_has_no_caller()
    {
        var (user, _) = await _database.AddTenantAsync();
        for (var round = 0; round < 10; round++)
        {
            Assert.Single(await _database.Db.QueryAsync<Guid>(Caller.User(user), "SELECT id FROM organizations", null, TestContext.Current.CancellationToken));
            await using var connection = await _database.App.OpenConnectionAsync();
            Assert.Empty(await connection.QueryAsync<Guid>("SELECT id FROM organizations"));
        }
    }
}
