using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Security;

/// <summary>An installation on one machine: its person signs in with a link, and puts their GitHub account beside it.</summary>
public sealed class GitHubLinkTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private TestServerHost _server = null!;
    private GitHubDouble.Person _ada = null!;
    private Guid _local;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _ada = _github.AddPerson("ada");
        _github.AddPerson("mallory");
        _github.AtTheBrowser = "ada";
        _server = await TestServerHost.StartAsync(_database, [.. _github.Settings, ("RateLimits:Auth", "1000")]);
        _local = (await _server.Services.GetRequiredService<SignInLinks>().EnsureLocalUserAsync("root", TestContext.Current.CancellationToken)).Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_local_person_who_signs_in_with_GitHub_stays_who_they_are()
    {
        using var browser = await LocalAsync();
        Assert.Contains("Link your GitHub account", await (await browser.GetAsync("/settings/organizations")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal("/settings/organizations", (await browser.SignInAsync("/settings/organizations")).Headers.Location?.ToString());

        Assert.DoesNotContain("Link your GitHub account", await (await browser.GetAsync("/settings/organizations")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal($"root {_ada.Id} t t", await PeopleAsync());
    }

    [Fact]
    public async Task Afterwards_GitHub_alone_signs_them_in()
    {
        using var local = await LocalAsync();
        await local.SignInAsync();
        using var browser = new SignInBrowser(_server);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync()).StatusCode);

        Assert.Equal($"root {_ada.Id} t t", await PeopleAsync());
        Assert.Equal(2, await _database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM sessions WHERE user_id = @_local AND revoked_at IS NULL", new { _local }) + 0);
    }

    [Fact]
    public async Task Nobody_else_gets_in()
    {
        _github.AtTheBrowser = "mallory";
        using var browser = new SignInBrowser(_server);

        var answer = await browser.SignInAsync();

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("lets nobody else in", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("autodevops-5080", browser.Cookies.Keys);
        Assert.Equal("root t t", await PeopleAsync());
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens"));
    }

    [Fact]
    public async Task An_account_that_is_somebody_elses_is_not_put_beside_theirs()
    {
        await _database.ExecuteAsync("INSERT INTO users (id, github_id, login, name) VALUES (gen_random_uuid(), @Id, 'ada', 'Ada')", new { _ada.Id });
        using var browser = await LocalAsync();

        var answer = await browser.SignInAsync();

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("belongs to another person", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/settings/sessions")).StatusCode);
        Assert.Null(await _database.ScalarAsync<long?>("SELECT github_id FROM users WHERE is_local"));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens"));
    }

    [Fact]
    public async Task The_local_person_may_put_another_account_in_the_place_of_theirs()
    {
        using var browser = await LocalAsync();
        await browser.SignInAsync();
        _github.AtTheBrowser = "mallory";

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync()).StatusCode);

        Assert.Equal($"root {_github.People[1].Id} t t", await PeopleAsync());
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens"));
    }

    [Fact]
    public async Task Another_site_cannot_have_an_account_linked()
    {
        using var browser = await LocalAsync();
        foreach (var site in new[] { "cross-site", "same-site", "" })
        {
            var answer = await browser.GetAsync("/auth/github?return_to=/jobs", site);
            Assert.Equal((site, HttpStatusCode.OK), (site, answer.StatusCode));
            var page = await answer.Content.ReadAsStringAsync();
            Assert.Contains("Continue to GitHub?", page, StringComparison.Ordinal);
            Assert.Contains("href=\"/auth/github?return_to=%2Fjobs\"", page, StringComparison.Ordinal);
        }

        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM oauth_states"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/auth/github", "none")).StatusCode);
        foreach (var (page, expected) in new[] { ("http://localhost:5080/settings/organizations", HttpStatusCode.Redirect), ("http://localhost:5080@evil.example/", HttpStatusCode.OK) })
        {
            using var older = new HttpRequestMessage(HttpMethod.Get, "/auth/github") { Headers = { Referrer = new Uri(page) } };
            Assert.Equal((page, expected), (page, (await browser.SendAsync(older)).StatusCode));
        }
    }

    [Fact]
    public async Task An_API_token_does_not_become_a_session_of_its_person()
    {
        using var local = await LocalAsync();
        using var client = local.Client();
        var token = (await (await client.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", write = true })).JsonAsync()).GetProperty("token").GetString()!;
        _github.AtTheBrowser = "mallory";
        using var program = new SignInBrowser(_server);
        using var start = new HttpRequestMessage(HttpMethod.Get, "/auth/github") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        var callback = await program.DecideAsync((await program.SendAsync(start)).Headers.Location!);
        using var finish = new HttpRequestMessage(HttpMethod.Get, callback) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

        Assert.Equal(HttpStatusCode.Forbidden, (await program.SendAsync(finish)).StatusCode);

        Assert.Equal("root t t", await PeopleAsync());
    }

    private async Task<SignInBrowser> LocalAsync()
    {
        var browser = new SignInBrowser(_server);
        var cookie = (await _server.CookieAsync(_local)).Split('=', 2);
        browser.Cookies[cookie[0]] = cookie[1];
        return browser;
    }

    private Task<string> PeopleAsync() => _database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', login, github_id, is_local, is_operator), ',') FROM users");
}
