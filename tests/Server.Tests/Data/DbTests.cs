using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Data;

public sealed class DbTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Settings = "SELECT current_setting('app.user_id', true) || '/' || current_setting('app.job_id', true) || '/' || current_setting('app.node_id', true)";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_caller_is_set_inside_and_gone_after_commit_and_after_rollback()
    {
        await using var source = OneConnection();
        var db = new Db(source);
        var user = Guid.CreateVersion7();

        Assert.Equal($"{user}//", await db.InTransactionAsync(Caller.User(user), connection => connection.ExecuteScalarAsync<string>(Settings), Stop));
        Assert.Equal("//", await OutsideAsync(source));
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.InTransactionAsync(
            Caller.User(user), Task (NpgsqlConnection _) => throw new InvalidOperationException(), Stop));
        Assert.Equal("//", await OutsideAsync(source));
        await Assert.ThrowsAsync<PostgresException>(() => db.InTransactionAsync(
            Caller.User(user), connection => connection.ExecuteAsync("SELECT 1 / 0"), Stop));
        Assert.Equal("//", await OutsideAsync(source));
    }

    [Fact]
    public async Task A_single_statement_leaves_no_caller_on_its_connection_either()
    {
        await using var source = OneConnection();
        var db = new Db(source);
        var node = Guid.CreateVersion7();

        Assert.Equal([$"//{node}"], await db.QueryAsync<string>(Caller.Node(node), Settings, null, Stop));
        Assert.Equal("//", await OutsideAsync(source));
        await Assert.ThrowsAsync<PostgresException>(() => db.QueryAsync<int>(Caller.Node(node), "SELECT 1 / 0", null, Stop));
        Assert.Equal("//", await OutsideAsync(source));
    }

    [Fact]
    public async Task Two_hundred_callers_on_four_connections_each_see_their_own_and_nothing_else()
    {
        await using var source = AppDataSource.Create(database.ConnectionString + ";Maximum Pool Size=4");
        var db = new Db(source);
        var tenants = new List<(Guid User, Guid Organization)>();
        for (var i = 0; i < 8; i++)
        {
            tenants.Add(await database.AddTenantAsync($"parallel{i}"));
        }

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var (user, organization) = tenants[i % tenants.Count];
            var seen = i % 3 == 0
                ? await db.QueryAsync<Guid>(Caller.User(user), "SELECT id FROM organizations", null, Stop)
                : (await db.InTransactionAsync(Caller.User(user), connection => connection.QueryAsync<Guid>("SELECT id FROM organizations"), Stop)).AsList();
            Assert.Equal([organization], seen);
            Assert.Empty(await db.QueryAsync<Guid>(Caller.Anonymous, "SELECT id FROM organizations", null, Stop));
        });
    }

    [Fact]
    public async Task A_single_statement_costs_one_round_trip()
    {
        await using var relay = new PostgresRelay(database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(relay.ConnectionString + ";No Reset On Close=true");
        var db = new Db(source);
        var (user, _) = await database.AddTenantAsync("trips");
        await db.QueryAsync<Guid>(Caller.User(user), "SELECT id FROM organizations", null, Stop);

        var before = relay.Requests;
        await db.QueryAsync<Guid>(Caller.User(user), "SELECT id FROM organizations", null, Stop);
        Assert.Equal(1, relay.Requests - before);
    }

    [Fact]
    public async Task What_follows_a_commit_is_done_after_it_and_not_after_a_rollback()
    {
        var (user, organization) = await database.AddTenantAsync("followed");
        List<string> done = [];
        await database.Db.InTransactionAsync(
            Caller.User(user),
            async connection =>
            {
                await connection.ExecuteAsync("UPDATE organizations SET name = 'renamed'");
                // Another connection sees what is committed only.
                Db.AfterCommit(connection, () => done.Add(database.ScalarAsync<string>("SELECT name FROM organizations WHERE id = @organization", new { organization }).GetAwaiter().GetResult()));
                done.Add("inside");
            },
            Stop);
        Assert.Equal(["inside", "renamed"], done);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Db.InTransactionAsync(
            Caller.User(user),
            Task (connection) =>
            {
                Db.AfterCommit(connection, () => done.Add("never"));
                throw new InvalidOperationException();
            },
            Stop));
        Assert.Equal(2, done.Count);
        await using var stray = await database.App.OpenConnectionAsync();
        Assert.Throws<InvalidOperationException>(() => Db.AfterCommit(stray, () => { }));
    }

    [Fact]
    public async Task Of_nested_transactions_each_commits_and_follows_for_itself()
    {
        var (user, _) = await database.AddTenantAsync("nested");
        List<string> done = [];
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Db.InTransactionAsync(
            Caller.User(user),
            async outer =>
            {
                Db.AfterCommit(outer, () => done.Add("outer"));
                await database.Db.InTransactionAsync(
                    Caller.Anonymous,
                    async inner =>
                    {
                        Db.AfterCommit(inner, () => done.Add("inner"));
                        Assert.Equal(0, await inner.ExecuteScalarAsync<long>("SELECT count(*) FROM organizations"));
                    },
                    Stop);
                Assert.Equal(1, await outer.ExecuteScalarAsync<long>("SELECT count(*) FROM organizations"));
                throw new InvalidOperationException();
            },
            Stop));
        Assert.Equal(["inner"], done);
    }

    [Fact]
    public async Task Work_that_was_given_up_is_not_committed()
    {
        var (user, organization) = await database.AddTenantAsync("kept");
        using var giveUp = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.Db.InTransactionAsync(
            Caller.User(user),
            async connection =>
            {
                await connection.ExecuteAsync("UPDATE organizations SET name = 'half done'");
                await giveUp.CancelAsync();
            },
            giveUp.Token));
        Assert.Equal("kept's organization", await database.ScalarAsync<string>("SELECT name FROM organizations WHERE id = @organization", new { organization }));
    }

    [Fact]
    public async Task A_job_without_its_lease_is_told_so_instead_of_seeing_nothing()
    {
        var (_, organization) = await database.AddTenantAsync("leased");
        var (job, worker) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await database.AddRunningJobAsync(job, organization, worker, fence: 2, leaseSeconds: 60);

        var holder = Caller.Job(job, worker, 2);
        Assert.Equal([organization], await database.Db.QueryAsync<Guid>(holder, "SELECT id FROM organizations", null, Stop));
        foreach (var other in (Caller[])[Caller.Job(job, worker, 1), Caller.Job(job, worker, 3), Caller.Job(job, Guid.CreateVersion7(), 2), Caller.Job(Guid.CreateVersion7(), worker, 2)])
        {
            await Assert.ThrowsAsync<LeaseLostException>(() => database.Db.InTransactionAsync(other, _ => Task.CompletedTask, Stop));
            await Assert.ThrowsAsync<LeaseLostException>(() => database.Db.QueryAsync<Guid>(other, "UPDATE repositories SET name = 'x' RETURNING id", null, Stop));
        }

        await database.ExecuteAsync("UPDATE jobs SET lease_until = now() - interval '1 ms' WHERE id = @job", new { job });
        await Assert.ThrowsAsync<LeaseLostException>(() => database.Db.QueryAsync<Guid>(holder, "SELECT id FROM organizations", null, Stop));
    }

    [Fact]
    public async Task A_role_that_no_policy_binds_gets_no_connection()
    {
        await using var source = AppDataSource.Create(database.AdministratorConnectionString);
        var refusal = await Assert.ThrowsAsync<UnboundRoleException>(() => new Db(source).QueryAsync<int>(Caller.Anonymous, "SELECT 1", null, Stop));
        Assert.Contains("'postgres' bypasses row-level security", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("autodevops_app", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<UnboundRoleException>(() => new Db(source).OpenKept());
    }

    private NpgsqlDataSource OneConnection() => AppDataSource.Create(database.ConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");

    // The next user of the only connection. A pool may reset it in between; here it does not, as no pooler's reset must be relied on.
    private static async Task<string?> OutsideAsync(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string>(Settings);
    }
}
