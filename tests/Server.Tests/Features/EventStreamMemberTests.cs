using System.Net;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Whom a stream of events tells, while who may hear what changes.</summary>
public class EventStreamMemberTests(PostgresFixture postgres, bool isPooled = false) : StreamedTests(postgres, isPooled)
{
    [Fact]
    public async Task Nobody_hears_of_another_tenants_jobs()
    {
        var stranger = await Database.AddTenantAsync();
        var job = await Worker.EnqueueAsync(stranger);
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");

        await Worker.EnqueueAsync(stranger);
        var own = await Worker.EnqueueAsync(Tenant);
        using var foreign = await SseClient.SendAsync(Client, $"/api/v1/jobs/{job}/events");
        using var nobodys = await SseClient.SendAsync(Client, $"/api/v1/jobs/{Guid.CreateVersion7()}/events");

        Assert.Equal(own, (await stream.NextAsync())!.JobId);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(await foreign.ProblemAsync(), await nobodys.ProblemAsync());
    }

    [Theory]
    [InlineData("/api/v1/events")]
    [InlineData("/api/v1/jobs/0193d9a5-3e6c-7000-8000-000000000001/events")]
    public async Task Somebody_who_is_not_signed_in_gets_401(string address)
    {
        using var answer = await SseClient.SendAsync(Server.Stranger(), address);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Whose_session_ends_loses_the_stream_at_the_next_heartbeat()
    {
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        await Database.ExecuteAsync("UPDATE sessions SET revoked_at = now()");

        var ended = stream.NextAsync();
        while (!ended.IsCompleted)
        {
            Server.Clock.Advance(TimeSpan.FromSeconds(15));
            await Database.SingleAsync<int>("SELECT 1");
        }

        Assert.Null(await ended);
    }

    [Fact]
    public async Task Whose_session_ends_loses_a_stream_that_is_never_quiet_too()
    {
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        await Database.ExecuteAsync("UPDATE sessions SET revoked_at = now()");

        var told = 0;
        do
        {
            // Never so long that it would be quiet.
            await Worker.EnqueueAsync(Tenant);
            Server.Clock.Advance(TimeSpan.FromSeconds(5));
        }
        while (await stream.NextAsync() is not null && ++told < 50);

        Assert.InRange(told, 0, 10);
    }

    [Fact]
    public async Task Who_joins_another_organization_while_the_stream_is_open_hears_of_its_jobs_too()
    {
        var other = await Database.AddTenantAsync();
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        await Worker.EnqueueAsync(Tenant);
        Assert.NotNull(await stream.NextAsync());
        await JoinAsync(other);

        var first = stream.NextAsync();
        while (!first.IsCompleted)
        {
            await Worker.EnqueueAsync(other);
            Server.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.NotNull(await first);
        // From then on at once, and not at a heartbeat.
        var last = await Worker.EnqueueAsync(other);
        while ((await stream.NextAsync())!.JobId != last)
        {
        }
    }

    [Fact]
    public async Task What_happened_between_joining_and_the_next_heartbeat_is_told_then()
    {
        var other = await Database.AddTenantAsync();
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        var (missable, _) = await JoinUnheardAsync(other, stream);

        var told = stream.NextAsync();
        while (!told.IsCompleted)
        {
            Server.Clock.Advance(TimeSpan.FromSeconds(15));
            await Database.SingleAsync<int>("SELECT 1");
        }

        Assert.Equal(missable, (await told)!.JobId);
        // Once.
        var last = await Worker.EnqueueAsync(other);
        Assert.Equal(last, (await stream.NextAsync())!.JobId);
    }

    [Fact]
    public async Task Who_joins_an_organization_and_comes_back_hears_what_happened_there_meanwhile()
    {
        var other = await Database.AddTenantAsync();
        string seen;
        Guid missable;
        await using (var stream = await SseClient.OpenAsync(Client, "/api/v1/events"))
        {
            (missable, seen) = await JoinUnheardAsync(other, stream);
        }

        await using var again = await SseClient.OpenAsync(Client, "/api/v1/events", seen);
        var after = await Worker.EnqueueAsync(Tenant);
        Assert.Equal([missable, after], (await again.TakeAsync(2)).Select(item => item.JobId));
    }

    [Fact]
    public async Task Who_joins_an_organization_in_the_middle_of_a_batch_and_comes_back_gets_its_rest_and_what_happened_there()
    {
        var other = await Database.AddTenantAsync();
        List<Guid> batch = [.. Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).Order()];
        string seen;
        Guid missable;
        await using (var stream = await SseClient.OpenAsync(Client, "/api/v1/events"))
        {
            await JoinAsync(other);
            missable = await Worker.EnqueueAsync(other);
            await Database.ExecuteAsync(
                """
                INSERT INTO jobs (id, organization_id, queue, kind, args)
                SELECT id, @OrganizationId, 'analysis', 'test', '{"text": ""}' FROM unnest(@batch) AS id
                """,
                new { Tenant.OrganizationId, batch });
            Worker.Get<JobNotifier>().AnnounceEvents(Tenant.OrganizationId, batch[0]);
            seen = (await stream.NextAsync())!.Id;
        }

        await using var again = await SseClient.OpenAsync(Client, "/api/v1/events", seen);
        var after = await Worker.EnqueueAsync(Tenant);
        Assert.Equal([.. batch[1..], missable, after], (await again.TakeAsync(4)).Select(item => item.JobId));
    }

    [Fact]
    public async Task Who_leaves_an_organization_while_the_stream_is_open_hears_nothing_more_of_it_and_all_of_the_other()
    {
        var other = await Database.AddTenantAsync();
        await JoinAsync(other);
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        await Worker.EnqueueAsync(other);
        Assert.NotNull(await stream.NextAsync());

        await Database.ExecuteAsync(
            "DELETE FROM organization_members WHERE organization_id = @OrganizationId AND user_id = @UserId", new { other.OrganizationId, Tenant.UserId });
        await Worker.EnqueueAsync(other);
        var own = await Worker.EnqueueAsync(Tenant);

        Assert.Equal(own, (await stream.NextAsync())!.JobId);
    }

    /// <summary>Joins, and goes on past what happens there, since something happened at home.</summary>
    /// <returns>What happened there, and the last id.</returns>
    private async Task<(Guid Missable, string Seen)> JoinUnheardAsync(Tenant other, SseClient stream)
    {
        await JoinAsync(other);
        var missable = await Worker.EnqueueAsync(other);
        var own = await Worker.EnqueueAsync(Tenant);
        var seen = (await stream.NextAsync())!;
        Assert.Equal(own, seen.JobId);
        return (missable, seen.Id);
    }

    private Task JoinAsync(Tenant other) => Database.ExecuteAsync(
        "INSERT INTO organization_members (organization_id, user_id, role) VALUES (@OrganizationId, @UserId, 'viewer')", new { other.OrganizationId, Tenant.UserId });
}
