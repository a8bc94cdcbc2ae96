using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>A job's result and its end are one thing; and what waits for a job learns how it ended.</summary>
public class ResultTests(JobDatabase database) : IClassFixture<JobDatabase>, IAsyncLifetime
{
    private Tenant _tenant = null!;
    private Guid _repository;

    public async ValueTask InitializeAsync()
    {
        await database.ClearAsync();
        _tenant = await database.AddTenantAsync();
        _repository = await database.AddRepositoryAsync(_tenant);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Both_are_there_or_neither()
    {
        await using var process = new JobProcess(database, (job, _) => Task.FromResult(JobOutcome.CompletedWith(async connection =>
        {
            await RenameAsync(connection, job.Args.Text);
            if (job.Args.Text == "bad")
            {
                await connection.ExecuteAsync("INSERT INTO repositories (id) VALUES (gen_random_uuid())");
            }
        })));
        var good = await process.EnqueueAsync(_tenant, "good");
        await process.RunOnceAsync();
        Assert.Equal(("completed", "good"), (await database.StateAsync(good), await NameAsync()));
        var bad = await process.EnqueueAsync(_tenant, "bad");
        await process.RunOnceAsync();
        Assert.Equal(("failed", "good"), (await database.StateAsync(bad), await NameAsync()));
        Assert.Equal(("internal_error", 1), await database.SingleAsync<(string, int)>("SELECT error_code, attempt FROM jobs WHERE id = @bad", new { bad }));
    }

    [Theory]
    [InlineData("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")]
    [InlineData("SELECT pg_terminate_backend(pg_backend_pid())")]
    public async Task A_deadlock_or_a_broken_connection_while_the_result_is_written_costs_no_attempt(string trouble)
    {
        var tries = 0;
        await using var process = new JobProcess(database, (_, _) => Task.FromResult(JobOutcome.CompletedWith(async connection =>
        {
            await RenameAsync(connection, "written");
            if (++tries == 1)
            {
                await connection.ExecuteAsync(trouble);
            }
        })));
        var id = await process.EnqueueAsync(_tenant);
        await process.RunOnceAsync();
        Assert.Equal(("completed", "written", 2), (await database.StateAsync(id), await NameAsync(), tries));
        Assert.Equal((1, 0), await database.SingleAsync<(int, int)>("SELECT attempt, rescues FROM jobs"));
    }

    [Fact]
    public async Task Nobody_takes_a_job_away_while_its_result_is_written_however_long_that_lasts()
    {
        await using var other = new JobProcess(database);
        await using var process = new JobProcess(database, (_, _) => Task.FromResult(JobOutcome.CompletedWith(async connection =>
        {
            await database.FreezeClockAsync(new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Assert.Empty(await other.Protocol.RescueAsync(10, CancellationToken.None));
            Assert.Empty(await other.ClaimAsync(1));
            await RenameAsync(connection, "slowly");
        })));
        var id = await process.EnqueueAsync(_tenant);
        try
        {
            await process.RunOnceAsync();
            Assert.Equal(("completed", "slowly"), (await database.StateAsync(id), await NameAsync()));
        }
        finally
        {
            await database.ExecuteAsync("CREATE OR REPLACE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS 'SELECT clock_timestamp()'");
        }
    }

    [Theory]
    [InlineData("analyses", "fatal", "It is broken.")]
    [InlineData("analyses", "cancel", "Cancelled.")]
    [InlineData("analyses", "worker lost", "The worker that ran it stopped answering.")]
    [InlineData("pipelines", "fatal", "It is broken.")]
    [InlineData("pipelines", "cancel", "Cancelled.")]
    [InlineData("pipelines", "worker lost", "The worker that ran it stopped answering.")]
    public async Task What_waits_for_a_job_ends_with_it_whoever_ended_it(string table, string ending, string failure)
    {
        await using var process = new JobProcess(database, (_, _) => Task.FromResult(JobOutcome.Fail("It is broken.")));
        var id = await process.EnqueueAsync(_tenant);
        await AddWaitingAsync(table, id);
        switch (ending)
        {
            case "fatal":
                await process.RunOnceAsync();
                break;
            case "cancel":
                await process.CancelAsync(_tenant, id);
                break;
            default:
                await process.ClaimAsync(1);
                await database.ExecuteAsync("UPDATE jobs SET rescues = 1, lease_until = now() - interval '1 ms'");
                await process.Protocol.RescueAsync(1, CancellationToken.None);
                break;
        }

        Assert.Equal((failure, true), await database.SingleAsync<(string, bool)>($"SELECT failure, finished_at IS NOT NULL FROM {table} WHERE job_id = @id", new { id }));
    }

    [Fact]
    public async Task A_dead_letter_is_tried_again_as_a_new_job_once_and_what_waited_waits_again()
    {
        await using var process = new JobProcess(database, (_, _) => Task.FromResult(JobOutcome.Fail("It is broken.")));
        var dead = await process.EnqueueAsync(_tenant, dedupeKey: "key");
        await AddWaitingAsync("analyses", dead);
        Assert.Equal("not_dead", await ReplayAsync(_tenant, dead));
        await process.RunOnceAsync();

        Assert.Equal("missing", await ReplayAsync(await database.AddTenantAsync(), dead));
        Assert.Equal("forbidden", await ReplayAsync(await database.AddMemberAsync(_tenant, "viewer"), dead));
        var blocking = await process.EnqueueAsync(_tenant, dedupeKey: "key");
        Assert.Equal("duplicate", await ReplayAsync(_tenant, dead));
        await process.CancelAsync(_tenant, blocking);
        Assert.Equal(["queued", "replayed"], (await Task.WhenAll(ReplayAsync(_tenant, dead), ReplayAsync(_tenant, dead))).Order(StringComparer.Ordinal));

        var replay = await database.SingleAsync<Guid>("SELECT id FROM jobs WHERE replay_of = @dead AND state = 'pending' AND attempt = 0 AND dedupe_key = 'key'", new { dead });
        Assert.Equal((true, true), await database.SingleAsync<(bool, bool)>("SELECT failure IS NULL, finished_at IS NULL FROM analyses WHERE job_id = @replay", new { replay }));
        Assert.Equal("dead_letter", await database.StateAsync(dead));
    }

    private static Task<int> RenameAsync(NpgsqlConnection connection, string name) => connection.ExecuteAsync("UPDATE repositories SET name = @name", new { name });

    private Task<string> NameAsync() => database.SingleAsync<string>("SELECT name FROM repositories WHERE id = @_repository", new { _repository });

    private Task AddWaitingAsync(string table, Guid job) => database.ExecuteAsync(
        $"INSERT INTO {table} (id, organization_id, repository_id, job_id, {(table == "analyses" ? "kind" : "platform")}) VALUES (gen_random_uuid(), @OrganizationId, @_repository, @job, 'full')",
        new { _tenant.OrganizationId, _repository, job });

    private async Task<string> ReplayAsync(Tenant tenant, Guid job) => (await database.Db.QueryAsync<string>(
        tenant.Caller, "SELECT outcome FROM app.replay_job(@job, gen_random_uuid())", new { job }, CancellationToken.None)).Single();
}
