using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Starting analyses and pipelines: the two are alike.</summary>
public sealed class StartEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private TestServerHost _server = null!;

    public static TheoryData<string, string> Kinds => new() { { "analysis", "analyses" }, { "pipelines", "pipelines" } };

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_clicks_are_one_job(string noun, string table)
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var client = await _server.SignInAsync(user);

        var responses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository))));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        Assert.Single((await Task.WhenAll(responses.Select(response => response.Content.ReadAsStringAsync()))).Distinct());
        Assert.StartsWith($"/api/v1/{noun}/", responses[0].Headers.Location!.ToString(), StringComparison.Ordinal);
        var job = (await responses[0].JsonAsync()).GetProperty("job_id").GetGuid();
        Assert.Equal(1, await _database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
        Assert.Equal("pending", await _database.ScalarAsync<string>("SELECT state FROM jobs WHERE id = @job", new { job }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_may_not_gets_404_403_or_401(string noun, string table)
    {
        var (_, organization) = await _database.AddTenantAsync("bob");
        var (user, _) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var otherTenant = await _server.SignInAsync(user);
        using var viewer = await _server.SignInAsync(await _database.AddMemberAsync(organization, "viewer"));

        Assert.Equal(HttpStatusCode.NotFound, (await otherTenant.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Stranger().PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository))).StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_disconnected_repository_is_not_worked_on(string noun, string table)
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        await _database.ExecuteAsync("UPDATE repositories SET disconnected_at = now()");
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository))).StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_backlog_is_429_until_there_is_room(string noun, string table)
    {
        await using var server = await TestServerHost.StartAsync(_database, ("AnalysisQueue:Backlog", "2"), ("CiGenerationQueue:Backlog", "2"));
        var (user, organization) = await _database.AddTenantAsync();
        var (neighbour, elsewhere) = await _database.AddTenantAsync("bob");
        using var client = await server.SignInAsync(user);
        async Task<HttpResponseMessage> StartAsync(Guid repository) => await client.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, repository));
        var first = await _database.AddRepositoryAsync(organization);
        Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(await _database.AddRepositoryAsync(organization, "second"))).StatusCode);

        var refused = await StartAsync(await _database.AddRepositoryAsync(organization, "third"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("30", refused.Headers.GetValues("Retry-After").Single());
        Assert.Contains("has 2 jobs waiting in the queue", (await refused.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, await _database.ScalarAsync<long>($"SELECT count(*) FROM {table}"));

        // What is in line already is that; others have a line of their own; and a job that starts makes room.
        Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(first)).StatusCode);
        using var other = await server.SignInAsync(neighbour);
        Assert.Equal(HttpStatusCode.Accepted, (await other.PostAsJsonAsync($"/api/v1/{noun}", Body(noun, await _database.AddRepositoryAsync(elsewhere)))).StatusCode);
        await _database.ExecuteAsync("UPDATE jobs SET state = 'active', lease_until = now() + interval '1 minute' WHERE id = (SELECT min(id::text)::uuid FROM jobs)");
        Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(await _database.AddRepositoryAsync(organization, "fourth"))).StatusCode);
    }

    [Fact]
    public async Task An_unknown_platform_is_refused_with_the_known_ones()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var client = await _server.SignInAsync(user);

        var response = await client.PostAsJsonAsync("/api/v1/pipelines", new { repository_id = repository, platform = "cvs" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("github", await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--upload-pack=touch")]
    [InlineData("a b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a/.b")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a.lock/b")]
    [InlineData("a/b.lock")]
    public async Task A_ref_that_git_does_not_allow_or_that_could_be_an_option_is_refused(string reference)
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var client = await _server.SignInAsync(user);

        var response = await client.PostAsJsonAsync("/api/v1/analysis", new { repository_id = repository, @ref = reference });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await response.ProblemAsync();
    }

    [Theory]
    [InlineData("v1.2.3")]
    [InlineData("feature/a.b/c-d_e+f")]
    [InlineData("a./b")]
    [InlineData("pull/7/head")]
    [InlineData("0123456789abcdef0123456789abcdef01234567")]
    public async Task A_ref_that_git_allows_is_taken(string reference)
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsJsonAsync("/api/v1/analysis", new { repository_id = repository, @ref = reference })).StatusCode);
    }

    private static object Body(string noun, Guid repository) =>
        noun == "analysis" ? new { repository_id = repository, kind = "full" } : new { repository_id = repository, platform = "github" };
}
