using AutoDevOps.Server.Tests.Support;
using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs;

public class JobStateTests(JobDatabase database) : IClassFixture<JobDatabase>
{
    private static readonly string[] States =
        ["pending", "active", "processing", "ai_request", "retrying", "failed", "completed", "dead_letter", "cancelled"];

    // The seed's diagram, written down once more: the table in the database must be exactly this.
    private static readonly HashSet<(string, string)> Legal =
    [
        ("pending", "active"), ("pending", "failed"), ("pending", "cancelled"),
        ("active", "processing"), ("active", "failed"), ("active", "cancelled"),
        ("processing", "ai_request"), ("processing", "completed"), ("processing", "failed"), ("processing", "cancelled"),
        ("ai_request", "completed"), ("ai_request", "retrying"), ("ai_request", "failed"), ("ai_request", "cancelled"),
        ("retrying", "pending"), ("retrying", "dead_letter"), ("retrying", "cancelled"),
        ("failed", "pending"), ("failed", "dead_letter"), ("failed", "cancelled"),
    ];

    // In one update: what a worker does all the time.
    private static readonly (string From, string Between, string To)[] AtOnce =
        [("retrying", "pending", "active"), ("failed", "pending", "active"), ("active", "processing", "completed")];

    public static TheoryData<string, string> Pairs =>
        [.. from a in States from b in States where a != b && !AtOnce.Any(way => (way.From, way.To) == (a, b)) select (a, b)];

    public static TheoryData<string, string, string> TwoAtOnce => [.. AtOnce];

    [Fact]
    public async Task The_database_knows_exactly_the_seeds_transitions() =>
        Assert.Equal(Legal.Order(), (await database.QueryAsync<(string, string)>("SELECT from_state, to_state FROM job_transitions WHERE between_state IS NULL")).Order());

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_transition_happens_with_its_event_or_is_refused(string from, string to)
    {
        var job = await AddJobAsync(from);
        var isLegal = Legal.Contains((from, to));
        var refusal = await Record.ExceptionAsync(() => database.ExecuteAsync(Sql.Move, new { job, to }));
        var events = await database.QueryAsync<(int Seq, string? From, string? To)>(
            "SELECT seq, from_state, to_state FROM job_events WHERE job_id = @job AND seq > 1", new { job });
        Assert.Equal(isLegal ? to : from, await database.SingleAsync<string>("SELECT state FROM jobs WHERE id = @job", new { job }));
        if (isLegal)
        {
            Assert.Null(refusal);
            Assert.Equal([(2, from, to)], events);
        }
        else
        {
            Assert.Equal("JB001", Assert.IsType<PostgresException>(refusal).SqlState);
            Assert.Contains($"may not go from {from} to {to}", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(events);
        }
    }

    [Theory]
    [MemberData(nameof(TwoAtOnce))]
    public async Task Two_transitions_in_one_update_leave_both_events(string from, string between, string to)
    {
        var job = await AddJobAsync(from);
        await database.ExecuteAsync(Sql.Move, new { job, to });
        Assert.Equal(
            [(2, from, between), (3, between, to)],
            await database.QueryAsync<(int Seq, string? From, string? To)>("SELECT seq, from_state, to_state FROM job_events WHERE job_id = @job AND seq > 1 ORDER BY seq", new { job }));
        Assert.Equal(3, await database.SingleAsync<int>("SELECT event_seq FROM jobs WHERE id = @job", new { job }));
    }

    [Fact]
    public async Task The_database_knows_exactly_the_ways_of_two_transitions() =>
        Assert.Equal(
            AtOnce.Order(),
            (await database.QueryAsync<(string, string, string)>("SELECT from_state, between_state, to_state FROM job_transitions WHERE between_state IS NOT NULL")).Order());

    [Fact]
    public async Task Staying_in_a_state_is_no_transition_and_leaves_no_event()
    {
        foreach (var state in States)
        {
            var job = await AddJobAsync(state);
            await database.ExecuteAsync(Sql.Move, new { job, to = state });
            Assert.Equal(1, await database.SingleAsync<long>("SELECT count(*) FROM job_events WHERE job_id = @job", new { job }));
        }
    }

    [Fact]
    public async Task A_job_cannot_begin_in_the_middle()
    {
        var tenant = await database.AddTenantAsync();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args, state, finished_at) VALUES (gen_random_uuid(), @OrganizationId, 'analysis', 'x', '{}', 'completed', now())",
            tenant));
        Assert.Equal("JB001", refusal.SqlState);
    }

    [Theory]
    [InlineData("UPDATE jobs SET state = 'active'")]
    [InlineData("DELETE FROM jobs")]
    [InlineData("INSERT INTO job_events (organization_id, job_id, seq, kind) SELECT organization_id, id, 9, 'log' FROM jobs")]
    [InlineData("UPDATE job_events SET seq = seq + 100")]
    [InlineData("INSERT INTO jobs (id, organization_id, queue, kind, args, attempt) VALUES (gen_random_uuid(), gen_random_uuid(), 'analysis', 'x', '{}', 3)")]
    [InlineData("UPDATE queues SET cursor = gen_random_uuid()")]
    [InlineData("SELECT app.settle_failed_job(NULL, '', '', true, now(), now())")]
    [InlineData("SELECT app.lock_running_job(gen_random_uuid(), gen_random_uuid(), 1)")]
    [InlineData("SELECT app.rescue_expired_jobs(now(), 1)")]
    [InlineData("SELECT * FROM app.claim_jobs('analysis', gen_random_uuid(), '{x}', 1, 1, '15s', '{30s}')")]
    [InlineData("SELECT * FROM app.rescue_jobs(1)")]
    [InlineData("SELECT app.prune_jobs('0', 1)")]
    [InlineData("SELECT * FROM app.job_statistics()")]
    public async Task The_application_cannot_go_around_the_protocol(string sql)
    {
        var tenant = await database.AddTenantAsync();
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => database.Db.QueryAsync<object>(tenant.Caller, sql, null, TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private async Task<Guid> AddJobAsync(string state)
    {
        var tenant = await database.AddTenantAsync();
        var job = Guid.CreateVersion7();
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (@job, @OrganizationId, 'analysis', 'x', '{}')", new { job, tenant.OrganizationId });
        // Past the trigger, so that every state can be the first.
        await database.ExecuteAsync($"SET session_replication_role = replica; {Sql.Move}; RESET session_replication_role", new { job, to = state });
        return job;
    }

    private static class Sql
    {
        public const string Move = """
            UPDATE jobs SET state = @to,
                lease_until = CASE WHEN @to IN ('active', 'processing', 'ai_request') THEN now() + interval '1 hour' END,
                finished_at = CASE WHEN @to IN ('completed', 'dead_letter', 'cancelled') THEN now() END
            WHERE id = @job
            """;
    }
}
