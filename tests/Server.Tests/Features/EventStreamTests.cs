using System.Net;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Features;

public class EventStreamTests(PostgresFixture postgres, bool isPooled = false) : StreamedTests(postgres, isPooled)
{
    [Fact]
    public async Task A_jobs_stream_tells_what_was_and_goes_on_with_what_comes()
    {
        var job = await Worker.EnqueueAsync(Tenant);
        await using var stream = await SseClient.OpenAsync(Client, $"/api/v1/jobs/{job}/events");
        var created = (await stream.NextAsync())!;

        await Worker.RunOnceAsync();

        Assert.Equal(("1", "state", "pending"), (created.Id, created.Kind, created.State));
        Assert.Equal(["active", "processing", "completed"], (await stream.TakeAsync(3)).Select(item => item.State));
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Who_comes_back_with_the_last_id_of_a_job_misses_nothing_and_sees_nothing_twice()
    {
        var job = await Worker.EnqueueAsync(Tenant);
        await Worker.RunOnceAsync();
        await using var first = await SseClient.OpenAsync(Client, $"/api/v1/jobs/{job}/events");
        var seen = await first.TakeAsync(2);

        await using var second = await SseClient.OpenAsync(Client, $"/api/v1/jobs/{job}/events", seen[^1].Id);

        Assert.Equal([1, 2, 3, 4], seen.Concat(await second.TakeAsync(2)).Select(item => item.Seq));
        Assert.Null(await second.NextAsync());
    }

    [Fact]
    public async Task Who_comes_back_after_the_end_of_a_job_is_told_to_stay_away()
    {
        var job = await Worker.EnqueueAsync(Tenant);
        await Worker.RunOnceAsync();

        using var answer = await SseClient.SendAsync(Client, $"/api/v1/jobs/{job}/events", "4");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_stream_gives_no_position_ahead_of_the_events_that_lead_there()
    {
        var job = await Worker.EnqueueAsync(Tenant);
        await Worker.RunOnceAsync();

        var text = await Client.GetStringAsync($"/api/v1/jobs/{job}/events");

        Assert.Equal(["id: 1", "id: 2", "id: 3", "id: 4"], text.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_stream_of_all_jobs_begins_now_and_tells_of_every_job()
    {
        await Worker.EnqueueAsync(Tenant);
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");

        var job = await Worker.EnqueueAsync(Tenant);
        await Worker.RunOnceAsync();

        // Both jobs ran; of the first, only that is new.
        var states = (await stream.TakeAsync(7)).ToLookup(item => item.JobId, item => item.State);
        Assert.Equal(["pending", "active", "processing", "completed"], states[job]);
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public async Task Who_has_seen_no_event_yet_comes_back_to_those_that_came_meanwhile()
    {
        string position;
        await using (var stream = await SseClient.OpenAsync(Client, "/api/v1/events"))
        {
            position = await stream.PositionAsync();
        }

        var job = await Worker.EnqueueAsync(Tenant);
        await using var again = await SseClient.OpenAsync(Client, "/api/v1/events", position);

        Assert.Equal(job, (await again.NextAsync())!.JobId);
    }

    [Fact]
    public async Task An_event_that_commits_late_is_not_lost_and_none_comes_twice()
    {
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        var late = Guid.CreateVersion7();
        SseEvent seen;
        await using (var connection = await Database.App.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await InsertAsync(connection, late);
            // Begins after the one above and commits before it.
            var early = await Worker.EnqueueAsync(Tenant);
            seen = (await stream.NextAsync())!;
            Assert.Equal(early, seen.JobId);
            await transaction.CommitAsync();
        }

        await using var again = await SseClient.OpenAsync(Client, "/api/v1/events", seen.Id);
        var after = await Worker.EnqueueAsync(Tenant);

        Assert.Equal([late, after], (await again.TakeAsync(2)).Select(item => item.JobId));
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_of_a_batch_comes_back_to_its_rest()
    {
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        List<Guid> jobs = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).Order()];
        await using (var connection = await Database.App.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var job in jobs)
            {
                await InsertAsync(connection, job);
            }

            await transaction.CommitAsync();
        }

        Worker.Get<JobNotifier>().AnnounceEvents(Tenant.OrganizationId, jobs[0]);
        var seen = await stream.TakeAsync(2);
        await using var again = await SseClient.OpenAsync(Client, "/api/v1/events", seen[^1].Id);
        var after = await Worker.EnqueueAsync(Tenant);

        Assert.Equal([.. jobs, after], seen.Concat(await again.TakeAsync(4)).Select(item => item.JobId));
    }

    [Fact]
    public async Task More_than_one_read_gives_comes_whole_and_once()
    {
        await using var stream = await SseClient.OpenAsync(Client, "/api/v1/events");
        await Database.ExecuteAsync(
            """
            INSERT INTO jobs (id, organization_id, queue, kind, args)
            SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{"text": ""}' FROM generate_series(1, 1200)
            """,
            new { Tenant.OrganizationId });

        Worker.Get<JobNotifier>().AnnounceEvents(Tenant.OrganizationId, Guid.Empty);

        Assert.Equal(1200, (await stream.TakeAsync(1200)).Select(item => item.JobId).Distinct().Count());
    }

    [Fact]
    public async Task All_who_watch_an_organization_hear_each_event_once()
    {
        using var colleague = await Server.SignInAsync((await Database.AddMemberAsync(Tenant, "viewer")).UserId);
        var streams = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SseClient.OpenAsync(i % 2 == 0 ? Client : colleague, "/api/v1/events")));

        var jobs = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await Worker.EnqueueAsync(Tenant));
        }

        foreach (var stream in streams)
        {
            Assert.Equal(jobs, (await stream.TakeAsync(5)).Select(item => item.JobId));
            await stream.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData("1:2:3~")]
    [InlineData("1:2:'; DROP TABLE jobs; --")]
    [InlineData("0:5:")]
    [InlineData("5:3:")]
    [InlineData("1:2:5")]
    [InlineData("1:9:3,2")]
    [InlineData("1:9:,,")]
    [InlineData("1:5:~5:1:~3.0193d9a53e6c70008000000000000001.1")]
    [InlineData("1:5:~1:5:~3.0193d9a53e6c70008000000000000001.1s")]
    [InlineData("1:5:!0193d9a53e6c70008000000000000001.5:3:")]
    public async Task An_id_that_is_none_of_ours_is_refused(string id)
    {
        var job = await Worker.EnqueueAsync(Tenant);

        using var ofJob = await SseClient.SendAsync(Client, $"/api/v1/jobs/{job}/events", id);
        using var ofAll = await SseClient.SendAsync(Client, "/api/v1/events", id);

        Assert.Equal(HttpStatusCode.BadRequest, ofJob.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, ofAll.StatusCode);
        Assert.Contains("Last-Event-ID", await ofAll.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_has_so_many_streams_and_no_more_until_one_is_closed()
    {
        await using var server = await TestServerHost.StartAsync(Database.ConnectionString, ("Jobs:StreamsPerUser", "1"));
        using var client = await server.SignInAsync(Tenant.UserId);
        await using (await SseClient.OpenAsync(client, "/api/v1/events"))
        {
            using var second = await SseClient.SendAsync(client, "/api/v1/events");
            Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
            Assert.Contains("1 streams", await second.ProblemAsync(), StringComparison.Ordinal);
        }
    }

    private Task<int> InsertAsync(Npgsql.NpgsqlConnection connection, Guid job) => connection.ExecuteAsync(
        """
        SELECT set_config('app.user_id', @user, true);
        INSERT INTO jobs (id, organization_id, queue, kind, args) VALUES (@job, @OrganizationId, 'analysis', 'test', '{"text": ""}')
        """,
        new { job, user = Tenant.UserId.ToString(), Tenant.OrganizationId });
}
