using System.Net;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Features;

public sealed class EventStreamTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly JobDatabase _database = new(postgres);
    private TestServerHost _server = null!;
    private JobProcess _worker = null!;
    private Tenant _tenant = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database.ConnectionString);
        // Another process than the one that streams: what it does is heard of by NOTIFY.
        _worker = new JobProcess(_database);
        await _worker.StartAsync<JobNotifier>();
        _tenant = await _database.AddTenantAsync();
        _client = await _server.SignInAsync(_tenant.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _worker.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_jobs_stream_tells_what_was_and_goes_on_with_what_comes()
    {
        var job = await _worker.EnqueueAsync(_tenant);
        await using var stream = await SseClient.OpenAsync(_client, $"/api/v1/jobs/{job}/events");
        var created = (await stream.NextAsync())!;

        await _worker.RunOnceAsync();

        Assert.Equal(("1", "state", "pending"), (created.Id, created.Kind, created.State));
        Assert.Equal(["active", "processing", "completed"], (await stream.TakeAsync(3)).Select(item => item.State));
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Who_comes_back_with_the_last_id_of_a_job_misses_nothing_and_sees_nothing_twice()
    {
        var job = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();
        await using var first = await SseClient.OpenAsync(_client, $"/api/v1/jobs/{job}/events");
        var seen = await first.TakeAsync(2);

        await using var second = await SseClient.OpenAsync(_client, $"/api/v1/jobs/{job}/events", seen[^1].Id);

        Assert.Equal([1, 2, 3, 4], seen.Concat(await second.TakeAsync(2)).Select(item => item.Seq));
        Assert.Null(await second.NextAsync());
    }

    [Fact]
    public async Task Who_comes_back_after_the_end_of_a_job_is_told_to_stay_away()
    {
        var job = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();

        using var answer = await SseClient.SendAsync(_client, $"/api/v1/jobs/{job}/events", "4");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_stream_gives_no_position_ahead_of_the_events_that_lead_there()
    {
        var job = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();

        var text = await _client.GetStringAsync($"/api/v1/jobs/{job}/events");

        Assert.Equal(["id: 1", "id: 2", "id: 3", "id: 4"], text.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_stream_of_all_jobs_begins_now_and_tells_of_every_job()
    {
        await _worker.EnqueueAsync(_tenant);
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");

        var job = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();

        // Both jobs ran; of the first, only that is new.
        var states = (await stream.TakeAsync(7)).ToLookup(item => item.JobId, item => item.State);
        Assert.Equal(["pending", "active", "processing", "completed"], states[job]);
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public async Task Who_has_seen_no_event_yet_comes_back_to_those_that_came_meanwhile()
    {
        string position;
        await using (var stream = await SseClient.OpenAsync(_client, "/api/v1/events"))
        {
            position = await stream.PositionAsync();
        }

        var job = await _worker.EnqueueAsync(_tenant);
        await using var again = await SseClient.OpenAsync(_client, "/api/v1/events", position);

        Assert.Equal(job, (await again.NextAsync())!.JobId);
    }

    [Fact]
    public async Task An_event_that_commits_late_is_not_lost_and_none_comes_twice()
    {
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");
        var late = Guid.CreateVersion7();
        SseEvent seen;
        await using (var connection = await _database.App.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await InsertAsync(connection, late);
            // Begins after the one above and commits before it.
            var early = await _worker.EnqueueAsync(_tenant);
            seen = (await stream.NextAsync())!;
            Assert.Equal(early, seen.JobId);
            await transaction.CommitAsync();
        }

        await using var again = await SseClient.OpenAsync(_client, "/api/v1/events", seen.Id);
        var after = await _worker.EnqueueAsync(_tenant);

        Assert.Equal([late, after], (await again.TakeAsync(2)).Select(item => item.JobId));
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_of_a_batch_comes_back_to_its_rest()
    {
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");
        List<Guid> jobs = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).Order()];
        await using (var connection = await _database.App.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var job in jobs)
            {
                await InsertAsync(connection, job);
            }

            await transaction.CommitAsync();
        }

        _worker.Get<JobNotifier>().AnnounceEvents(_tenant.OrganizationId, jobs[0]);
        var seen = await stream.TakeAsync(2);
        await using var again = await SseClient.OpenAsync(_client, "/api/v1/events", seen[^1].Id);
        var after = await _worker.EnqueueAsync(_tenant);

        Assert.Equal([.. jobs, after], seen.Concat(await again.TakeAsync(4)).Select(item => item.JobId));
    }

    [Fact]
    public async Task More_than_one_read_gives_comes_whole_and_once()
    {
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");
        await _database.ExecuteAsync(
            """
            INSERT INTO jobs (id, organization_id, queue, kind, args)
            SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{"text": ""}' FROM generate_series(1, 1200)
            """,
            new { _tenant.OrganizationId });

        _worker.Get<JobNotifier>().AnnounceEvents(_tenant.OrganizationId, Guid.Empty);

        Assert.Equal(1200, (await stream.TakeAsync(1200)).Select(item => item.JobId).Distinct().Count());
    }

    [Fact]
    public async Task All_who_watch_an_organization_hear_each_event_once()
    {
        using var colleague = await _server.SignInAsync((await _database.AddMemberAsync(_tenant, "viewer")).UserId);
        var streams = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SseClient.OpenAsync(i % 2 == 0 ? _client : colleague, "/api/v1/events")));

        var jobs = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await _worker.EnqueueAsync(_tenant));
        }

        foreach (var stream in streams)
        {
            Assert.Equal(jobs, (await stream.TakeAsync(5)).Select(item => item.JobId));
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nobody_hears_of_another_tenants_jobs()
    {
        var stranger = await _database.AddTenantAsync();
        var job = await _worker.EnqueueAsync(stranger);
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");

        await _worker.EnqueueAsync(stranger);
        var own = await _worker.EnqueueAsync(_tenant);
        using var foreign = await SseClient.SendAsync(_client, $"/api/v1/jobs/{job}/events");
        using var nobodys = await SseClient.SendAsync(_client, $"/api/v1/jobs/{Guid.CreateVersion7()}/events");

        Assert.Equal(own, (await stream.NextAsync())!.JobId);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(await foreign.ProblemAsync(), await nobodys.ProblemAsync());
    }

    [Theory]
    [InlineData("/api/v1/events")]
    [InlineData("/api/v1/jobs/0193d9a5-3e6c-7000-8000-000000000001/events")]
    public async Task Somebody_who_is_not_signed_in_gets_401(string address)
    {
        using var answer = await SseClient.SendAsync(_server.Stranger(), address);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData("1:2:3~")]
    [InlineData("1:2:'; DROP TABLE jobs; --")]
    public async Task An_id_that_is_none_of_ours_is_refused(string id)
    {
        var job = await _worker.EnqueueAsync(_tenant);

        using var ofJob = await SseClient.SendAsync(_client, $"/api/v1/jobs/{job}/events", id);
        using var ofAll = await SseClient.SendAsync(_client, "/api/v1/events", id);

        Assert.Equal(HttpStatusCode.BadRequest, ofJob.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, ofAll.StatusCode);
        Assert.Contains("Last-Event-ID", await ofAll.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_session_ends_loses_the_stream_at_the_next_heartbeat()
    {
        await using var stream = await SseClient.OpenAsync(_client, "/api/v1/events");
        await _database.ExecuteAsync("UPDATE sessions SET revoked_at = now()");

        var ended = stream.NextAsync();
        while (!ended.IsCompleted)
        {
            _server.Clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Null(await ended);
    }

    [Fact]
    public async Task A_person_has_so_many_streams_and_no_more_until_one_is_closed()
    {
        await using var server = await TestServerHost.StartAsync(_database.ConnectionString, ("Jobs:StreamsPerUser", "1"));
        using var client = await server.SignInAsync(_tenant.UserId);
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
        new { job, user = _tenant.UserId.ToString(), _tenant.OrganizationId });
}
