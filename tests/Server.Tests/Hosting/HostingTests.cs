using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Tests.Hosting;

public sealed class HostingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private TestServerHost _server = null!;

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
    [InlineData("/health")]
    [InlineData("/api/v1/repositories")]
    [InlineData("/sign-in")]
    [InlineData("/no/such/page")]
    public async Task Every_answer_has_the_security_headers(string path)
    {
        using var client = _server.Stranger();

        var response = await client.GetAsync(path);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_drain_that_is_set_to_five_minutes_is_not_cut_after_half_a_minute()
    {
        await using var server = await TestServerHost.StartAsync(_database, ("Jobs:Drain", "00:05:00"), ("Jobs:StopGrace", "00:00:30"));

        Assert.Equal(TimeSpan.FromSeconds(335), server.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), _server.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void The_program_waits_for_the_longest_shutdown_that_can_be_set()
    {
        static TimeSpan Most(string option) => TimeSpan.Parse((string)typeof(JobOptions).GetProperty(option)!.GetCustomAttribute<RangeAttribute>()!.Maximum, CultureInfo.InvariantCulture);

        var longest = HostingSetup.ShutdownTimeout(new JobOptions { Drain = Most("Drain"), StopGrace = Most("StopGrace") });

        Assert.InRange(longest, TimeSpan.Zero, HostingSetup.LongestShutdown);
    }

    [Fact]
    public async Task It_is_ready_on_a_migrated_database()
    {
        var response = await _server.Stranger().GetAsync("/ready");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ready", (await response.JsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task It_is_ready_and_warns_where_another_process_carries_signals_otherwise()
    {
        await using var database = new TestDatabase(postgres);
        await database.InitializeAsync();
        await database.ExecuteAsync("INSERT INTO nodes (id, role, host, version, signals) VALUES (gen_random_uuid(), 'work', 'another-host', '1', 'redis')");
        await using var server = await TestServerHost.StartAsync(database);

        JsonElement answer;
        do
        {
            var response = await server.Stranger().GetAsync("/ready", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answer = await response.JsonAsync();
        }
        while (answer.GetProperty("warnings").GetArrayLength() == 0);

        Assert.Contains("ConnectionStrings:Redis", answer.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("another-host", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_ready_when_a_migration_is_missing_and_says_what_to_do()
    {
        await using var database = new TestDatabase(postgres);
        await database.InitializeAsync();
        await database.ExecuteAsync("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)");
        await using var server = await TestServerHost.StartAsync(database);

        var response = await server.Stranger().GetAsync("/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("autodevops-server migrate", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_it_lives_and_is_not_ready()
    {
        await using var server = await TestServerHost.StartAsync("Host=/nowhere;Database=none;Username=none;Timeout=1");
        using var client = server.Stranger();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        var ready = await client.GetAsync("/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("does not answer", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_host_name_reaches_nothing_but_the_probes()
    {
        using var client = _server.Stranger();
        client.DefaultRequestHeaders.Host = "rebound.example:5080";

        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
    }

    [Theory]
    [InlineData("""{"source":"git","location":"https://a.example/b","sauce":1}""", "sauce")]
    [InlineData("""{"source":"git","source":"git","location":"https://a.example/b"}""", "source")]
    [InlineData("""{"source":0,"location":"https://a.example/b"}""", "source")]
    [InlineData("""{"location":"https://a.example/b"}""", "missing")]
    [InlineData("""{"source":"git" """, "JSON")]
    [InlineData("", "missing")]
    public async Task A_body_that_is_not_understood_says_where_and_shows_nothing_of_our_insides(string body, string expected)
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var response = await client.PostAsync("/api/v1/repositories", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await response.ProblemAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AutoDevOps.Server", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_out_of_range_is_named_as_the_api_names_it()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        var response = await client.PostAsJsonAsync("/api/v1/tokens", new { name = "", days = 1000 });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.JsonAsync()).GetProperty("errors").EnumerateObject().Select(error => error.Name).Order();
        Assert.Equal(["days", "name"], errors);
        await response.ProblemAsync();
    }

    [Fact]
    public async Task An_unknown_address_of_the_api_is_404_with_problem_details()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        var response = await client.GetAsync("/api/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        await response.ProblemAsync();
    }

    [Fact]
    public async Task A_browser_that_opens_an_address_of_the_api_gets_problem_details_and_no_500()
    {
        using var client = _server.Stranger();
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        var response = await client.GetAsync("/api/v1/repositories");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("Sign in", await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_answers_500_without_its_text()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        await _database.ExecuteAsync("ALTER TABLE repositories RENAME COLUMN archived TO filed");

        var response = await client.GetAsync("/api/v1/repositories");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("archived", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await response.ProblemAsync();
    }

    [Fact]
    public async Task Over_the_limit_is_429_until_the_minute_that_the_headers_tell_is_over()
    {
        await using var server = await TestServerHost.StartAsync(_database, ("RateLimits:Repositories", "3"));
        var (user, _) = await _database.AddTenantAsync("limited");
        var (other, _) = await _database.AddTenantAsync("other");
        using var client = await server.SignInAsync(user);
        using var somebodyElse = await server.SignInAsync(other);

        var remaining = new List<string>();
        for (var request = 0; request < 3; request++)
        {
            remaining.Add((await client.GetAsync("/api/v1/repositories")).Headers.GetValues("RateLimit-Remaining").Single());
        }

        server.Clock.Advance(TimeSpan.FromSeconds(20));
        var refused = await client.GetAsync("/api/v1/repositories");
        Assert.Equal(["2", "1", "0"], remaining);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(40), refused.Headers.RetryAfter?.Delta);
        await refused.ProblemAsync();
        Assert.Equal(HttpStatusCode.OK, (await somebodyElse.GetAsync("/api/v1/repositories")).StatusCode);

        server.Clock.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/api/v1/repositories")).StatusCode);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task With_a_public_https_address_plain_requests_are_sent_there_and_cookies_are_secure()
    {
        await using var server = await TestServerHost.StartAsync(_database, ("Http:PublicAddress", "https://ops.example"));
        var (user, _) = await _database.AddTenantAsync("secure");
        using var client = server.Stranger();

        var page = await client.GetAsync("/sign-in?x=1");
        Assert.Equal(HttpStatusCode.PermanentRedirect, page.StatusCode);
        Assert.Equal("https://ops.example/sign-in?x=1", page.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/repositories")).StatusCode);

        using var secure = server.Stranger();
        var signedIn = await secure.PostAsync($"https://ops.example/auth/link/{await server.LinkAsync(user)}", null);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-autodevops=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.True(signedIn.Headers.Contains("Strict-Transport-Security"));
    }
}
