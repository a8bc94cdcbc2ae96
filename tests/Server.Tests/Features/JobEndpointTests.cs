using System.Net;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

public class JobEndpointTests(PostgresFixture postgres, bool isPooled = false) : IAsyncLifetime
{
    private readonly JobDatabase _database = isPooled ? new PooledJobDatabase(postgres) : new(postgres);
    private TestServerHost _server = null!;
    private JobProcess _worker = null!;
    private Tenant _tenant = null!;
    private HttpClient _client = null!;
    private Func<Task<JobOutcome>> _handle = () => Task.FromResult(JobOutcome.Completed);

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database.ConnectionString, ("RateLimits:Jobs", "1000"), ("ConnectionStrings:Direct", _database.DirectConnectionString));
        _worker = new JobProcess(_database, (_, _) => _handle());
        _tenant = await _database.AddTenantAsync();
        _client = await _server.SignInAsync(_tenant.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _worker.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_job_is_shown_with_what_happened_to_it()
    {
        var id = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();

        var answer = await (await _client.GetAsync($"/api/v1/jobs/{id}")).JsonAsync();

        var job = answer.GetProperty("job");
        Assert.Equal("completed", job.GetProperty("state").GetString());
        Assert.Equal(1, job.GetProperty("attempt").GetInt32());
        Assert.Equal(
            ["pending", "active", "processing", "completed"],
            answer.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("to_state").GetString()));
    }

    [Fact]
    public async Task The_list_is_the_newest_first_in_pages_and_by_state_and_queue()
    {
        List<Guid> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await _worker.EnqueueAsync(_tenant));
        }

        var first = await (await _client.GetAsync("/api/v1/jobs?limit=3")).JsonAsync();
        var second = await (await _client.GetAsync($"/api/v1/jobs?limit=3&after={first.GetProperty("next").GetString()}")).JsonAsync();
        var running = await (await _client.GetAsync("/api/v1/jobs?state=running")).JsonAsync();
        var waiting = await (await _client.GetAsync("/api/v1/jobs?state=waiting&queue=analysis")).JsonAsync();

        Assert.Equal(ids.OrderDescending(), Ids(first).Concat(Ids(second)));
        Assert.Null(second.GetProperty("next").GetString());
        Assert.Empty(Ids(running));
        Assert.Equal(5, Ids(waiting).Count());
    }

    [Theory]
    [InlineData("after=foo", "after is missing, or not of the form that /openapi/v1.json asks for.")]
    [InlineData("state=finished", "state (finished) must be one of pending, active,")]
    [InlineData("queue=analyses", "queue (analyses) must be one of analysis, sync, ci_generation.")]
    public async Task A_word_that_no_job_has_is_refused_instead_of_matching_nothing(string query, string message)
    {
        var answer = await _client.GetAsync($"/api/v1/jobs?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(message, await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_none_is_not_answered_with_the_method_that_was_used()
    {
        var answer = await _client.GetAsync("/api/v1/jobs/abc");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("ids are UUIDs", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once_and_once()
    {
        var id = await _worker.EnqueueAsync(_tenant);

        var first = await _client.PostAsync($"/api/v1/jobs/{id}/cancel", null);
        var second = await _client.PostAsync($"/api/v1/jobs/{id}/cancel", null);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal("cancelled", (await first.JsonAsync()).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("The job has ended already.", await second.ProblemAsync());
        Assert.Equal(0, await _worker.RunOnceAsync());
        Assert.Equal(1, await _database.SingleAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'job.cancelled'"));
    }

    [Fact]
    public async Task A_dead_letter_is_tried_again_as_a_new_job_and_not_twice()
    {
        _handle = () => Task.FromResult(JobOutcome.Fail("It cannot be."));
        var id = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();

        var first = await _client.PostAsync($"/api/v1/jobs/{id}/retry", null);
        var second = await _client.PostAsync($"/api/v1/jobs/{id}/retry", null);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        var replay = (await first.JsonAsync()).GetProperty("job_id").GetGuid();
        Assert.Equal($"/api/v1/jobs/{replay}", first.Headers.Location!.ToString());
        Assert.Equal(id, (await (await _client.GetAsync($"/api/v1/jobs/{replay}")).JsonAsync()).GetProperty("job").GetProperty("replay_of").GetGuid());
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("already", await second.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_for_which_there_is_no_room_is_answered_with_429_and_what_nobody_may_or_needs_to_as_ever()
    {
        await using var server = await TestServerHost.StartAsync(_database.ConnectionString, ("AnalysisQueue:Backlog", "1"));
        using var client = await server.SignInAsync(_tenant.UserId);
        using var viewer = await server.SignInAsync((await _database.AddMemberAsync(_tenant, "viewer")).UserId);
        _handle = () => Task.FromResult(JobOutcome.Fail("It cannot be."));
        Guid[] dead = [await _worker.EnqueueAsync(_tenant), await _worker.EnqueueAsync(_tenant)];
        await _worker.RunOnceAsync();

        // The first takes the only place.
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync($"/api/v1/jobs/{dead[0]}/retry", null)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.PostAsync($"/api/v1/jobs/{dead[1]}/retry", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync($"/api/v1/jobs/{dead[0]}/retry", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/jobs/{dead[1]}/retry", null)).StatusCode);
        Assert.Equal(1, await _database.SingleAsync<long>("SELECT count(*) FROM jobs WHERE state = 'pending'"));
    }

    [Fact]
    public async Task Only_dead_letters_are_tried_again()
    {
        var id = await _worker.EnqueueAsync(_tenant);

        var answer = await _client.PostAsync($"/api/v1/jobs/{id}/retry", null);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("dead letter", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/retry")]
    public async Task Another_tenants_job_is_like_one_that_never_was(string method, string action)
    {
        var id = await _worker.EnqueueAsync(_tenant);
        var stranger = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(stranger.UserId);

        var theirs = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/jobs/{id}{action}"));
        var nobodys = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/jobs/{Guid.CreateVersion7()}{action}"));

        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nobodys.StatusCode);
        Assert.Empty(Ids(await (await client.GetAsync("/api/v1/jobs")).JsonAsync()));
        Assert.Equal("pending", await _database.SingleAsync<string>("SELECT state FROM jobs WHERE id = @id", new { id }));
    }

    [Fact]
    public async Task A_viewer_reads_and_does_not_cancel()
    {
        var id = await _worker.EnqueueAsync(_tenant);
        using var viewer = await _server.SignInAsync((await _database.AddMemberAsync(_tenant, "viewer")).UserId);

        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync($"/api/v1/jobs/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/jobs/{id}/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/jobs/{id}/retry", null)).StatusCode);
    }

    [Fact]
    public async Task Without_signing_in_there_are_no_jobs()
    {
        using var nobody = _server.Stranger();

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/v1/jobs")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync($"/api/v1/jobs/{Guid.CreateVersion7()}/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task The_buttons_of_the_page_cancel_and_try_again()
    {
        _handle = () => Task.FromResult(JobOutcome.Fail("It cannot be."));
        var dead = await _worker.EnqueueAsync(_tenant);
        await _worker.RunOnceAsync();
        var waiting = await _worker.EnqueueAsync(_tenant);

        var cancelled = await _client.SubmitAsync($"/jobs/{waiting}", $"/jobs/{waiting}/cancel");
        var retried = await _client.SubmitAsync($"/jobs/{dead}", $"/jobs/{dead}/retry");

        Assert.Equal((HttpStatusCode.SeeOther, $"/jobs/{waiting}"), (cancelled.StatusCode, cancelled.Headers.Location!.ToString()));
        Assert.Equal("cancelled", await _database.SingleAsync<string>("SELECT state FROM jobs WHERE id = @waiting", new { waiting }));
        var replay = await _database.SingleAsync<Guid>("SELECT id FROM jobs WHERE replay_of = @dead", new { dead });
        Assert.Equal((HttpStatusCode.SeeOther, $"/jobs/{replay}"), (retried.StatusCode, retried.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        var id = await _worker.EnqueueAsync(_tenant);

        var answer = await _client.PostAsync($"/jobs/{id}/cancel", new FormUrlEncodedContent([]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("pending", await _database.SingleAsync<string>("SELECT state FROM jobs WHERE id = @id", new { id }));
    }

    private static IEnumerable<Guid> Ids(System.Text.Json.JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid());
}
