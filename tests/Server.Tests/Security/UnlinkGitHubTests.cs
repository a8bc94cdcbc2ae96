using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Security;

/// <summary>What somebody allowed on GitHub they can take back here, whatever GitHub does.</summary>
public sealed class UnlinkGitHubTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly GitHubDouble.GitHubOrganization _shop = new(501, "shop");
    private GitHubDouble _github = null!;
    private TestServerHost _server = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _github.AddPerson("ada");
        _shop.Members["ada"] = "admin";
        _github.Organizations.Add(_shop);
        _github.AtTheBrowser = "ada";
        _server = await TestServerHost.StartAsync(_database, [.. _github.Settings, ("RateLimits:Auth", "1000"), ("RateLimits:Repositories", "1000")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_token_is_gone_here_and_ended_on_GitHub_and_with_it_what_came_of_it()
    {
        using var ada = await SignInAsync();
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });

        var answer = await ada.SubmitAsync("/settings/organizations", "/settings/organizations/unlink");

        Assert.Equal("/settings/organizations?unlinked=ended", answer.Headers.Location?.ToString());
        Assert.Equal((0, 0, 0), (_github.Tokens.Count, await CountAsync("github_tokens"), await CountAsync("github_memberships")));
        Assert.Equal("manual", await _database.ScalarAsync<string>("SELECT string_agg(source, ',') FROM organization_members"));
        Assert.Equal(
            "github.account_unlinked,member.removed",
            await _database.ScalarAsync<string>("SELECT string_agg(action, ',' ORDER BY seq) FROM audit_log WHERE organization_id = (SELECT id FROM organizations WHERE github_id = 501) AND seq > 1"));
        var page = await ada.GetStringAsync("/settings/organizations?unlinked=ended");
        Assert.Contains("has forgotten what GitHub gave", page, StringComparison.Ordinal);
        Assert.Contains("Sign in with GitHub again", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/settings/organizations/unlink", page, StringComparison.Ordinal);

        using var again = await SignInAsync();
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM users"));
        Assert.Equal(1, await CountAsync("github_tokens"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(422)]
    public async Task A_GitHub_that_does_not_end_it_keeps_nothing_here(int status)
    {
        using var ada = await SignInAsync();
        _github.Fail("/applications/", status);

        var answer = await ada.DeleteAsync("/api/v1/github/account");

        Assert.False((await answer.JsonAsync()).GetProperty("ended_on_github").GetBoolean());
        Assert.Equal(0, await CountAsync("github_tokens"));
        Assert.Contains($"{_github.Address}/settings/applications", await ada.GetStringAsync("/settings/organizations?unlinked=here"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GitHub_that_does_not_answer_keeps_nothing_here()
    {
        using var ada = await SignInAsync();
        var arrived = _github.HangAsync("/applications/");
        var answer = ada.DeleteAsync("/api/v1/github/account");
        await arrived;
        Assert.Equal(0, await CountAsync("github_tokens"));

        _server.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.False((await (await answer).JsonAsync()).GetProperty("ended_on_github").GetBoolean());
    }

    [Fact]
    public async Task The_person_of_a_local_installation_has_no_account_there_any_more()
    {
        var local = (await _server.Services.GetRequiredService<SignInLinks>().EnsureLocalUserAsync("root", TestContext.Current.CancellationToken)).Id;
        using var browser = new SignInBrowser(_server);
        var cookie = (await _server.CookieAsync(local)).Split('=', 2);
        browser.Cookies[cookie[0]] = cookie[1];
        await browser.SignInAsync();
        Assert.NotNull(await _database.ScalarAsync<long?>("SELECT github_id FROM users"));
        using var client = browser.Client();

        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync("/api/v1/github/account")).StatusCode);

        Assert.Null(await _database.ScalarAsync<long?>("SELECT github_id FROM users"));
        Assert.Contains("Link your GitHub account", await client.GetStringAsync("/settings/organizations"), StringComparison.Ordinal);
        Assert.Empty(_github.Tokens);
    }

    [Fact]
    public async Task An_API_token_unlinks_nothing()
    {
        using var ada = await SignInAsync();
        var made = await ada.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", write = true });
        using var program = _server.WithToken((await made.JsonAsync()).GetProperty("token").GetString()!);

        Assert.Equal(HttpStatusCode.Forbidden, (await program.DeleteAsync("/api/v1/github/account")).StatusCode);

        Assert.Equal(1, await CountAsync("github_tokens"));
    }

    private async Task<HttpClient> SignInAsync()
    {
        using var browser = new SignInBrowser(_server);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync()).StatusCode);
        return browser.Client();
    }

    private Task<long> CountAsync(string table) => _database.ScalarAsync<long>($"SELECT count(*) FROM {table}");
}
