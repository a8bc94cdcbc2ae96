using System.Net;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Security;

public sealed class SignInTests(PostgresFixture postgres) : IAsyncLifetime
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

    [Fact]
    public async Task Opening_a_link_does_not_spend_it_and_using_it_does()
    {
        var (user, _) = await _database.AddTenantAsync();
        var link = $"/auth/link/{await _server.LinkAsync(user)}";
        using var client = _server.Stranger();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(link)).StatusCode);
        var first = await client.PostAsync(link, null);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await client.PostAsync(link, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await client.GetAsync(link)).StatusCode);

        var cookie = first.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Of_ten_that_use_a_link_together_one_gets_in()
    {
        var (user, _) = await _database.AddTenantAsync();
        var link = $"/auth/link/{await _server.LinkAsync(user)}";
        using var client = _server.Stranger();

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync(link, null)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE user_id = @user", new { user }));
    }

    [Fact]
    public async Task A_link_that_is_too_old_is_refused()
    {
        var (user, _) = await _database.AddTenantAsync();
        var link = $"/auth/link/{await _server.LinkAsync(user)}";
        await _database.ExecuteAsync("UPDATE sign_in_links SET expires_at = now() - interval '1 second'");
        using var client = _server.Stranger();

        Assert.Equal(HttpStatusCode.Gone, (await client.PostAsync(link, null)).StatusCode);
    }

    [Fact]
    public async Task Only_the_hash_of_a_link_is_stored()
    {
        var (user, _) = await _database.AddTenantAsync();
        var token = await _server.LinkAsync(user);

        Assert.Equal(
            0, await _database.ScalarAsync<long>("SELECT count(*) FROM sign_in_links WHERE strpos(sign_in_links::text, @token) > 0", new { token }));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_also_for_a_copy_of_the_cookie()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/repositories")).StatusCode);

        Assert.Equal(HttpStatusCode.SeeOther, (await client.PostAsync("/auth/logout", null)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task A_session_left_alone_for_an_hour_is_over()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        _server.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task A_cookie_is_renewed_in_the_second_half_of_its_life_only()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        Assert.False((await client.GetAsync("/api/v1/repositories")).Headers.Contains("Set-Cookie"));
        _server.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.True((await client.GetAsync("/api/v1/repositories")).Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_changed_cookie_is_refused()
    {
        var (user, _) = await _database.AddTenantAsync();
        var cookie = await _server.CookieAsync(user);
        using var client = _server.Stranger();
        // The last but one: the last character of a signature has bits that mean nothing.
        var changed = cookie[..^2] + (cookie[^2] == 'A' ? 'B' : 'A') + cookie[^1];
        client.DefaultRequestHeaders.Add("Cookie", changed);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("X-Nothing", "")]
    public async Task A_write_that_another_site_sends_is_refused(string header, string value)
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = _server.Stranger(saysWhereFrom: false);
        client.DefaultRequestHeaders.Add("Cookie", await _server.CookieAsync(user));
        client.DefaultRequestHeaders.Add(header, value);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/auth/logout", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.DeleteAsync($"/api/v1/repositories/{Guid.CreateVersion7()}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task A_write_with_our_own_origin_is_let_through()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = _server.Stranger(saysWhereFrom: false);
        client.DefaultRequestHeaders.Add("Cookie", await _server.CookieAsync(user));
        client.DefaultRequestHeaders.Add("Origin", "http://localhost:5080");

        Assert.Equal(HttpStatusCode.SeeOther, (await client.PostAsync("/auth/logout", null)).StatusCode);
    }

    [Fact]
    public async Task Signing_in_and_out_is_in_the_audit_log()
    {
        var (user, organization) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        await client.PostAsync("/auth/logout", null);

        Assert.Equal(
            "session.created,session.ended",
            await _database.ScalarAsync<string>("SELECT string_agg(action, ',' ORDER BY seq) FROM audit_log WHERE organization_id = @organization", new { organization }));
    }

    [Fact]
    public async Task A_stranger_who_opens_a_page_is_led_to_sign_in_and_back()
    {
        using var client = _server.Stranger();

        var response = await client.GetAsync("/?q=1");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/sign-in?return_to=%2F%3Fq%3D1", response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_local_person_is_made_once_whoever_asks_first()
    {
        var links = (AutoDevOps.Server.Security.SignInLinks)_server.Services.GetService(typeof(AutoDevOps.Server.Security.SignInLinks))!;

        var people = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => links.EnsureLocalUserAsync("ada", TestContext.Current.CancellationToken)));

        Assert.Single(people.Select(person => person.Id).Distinct());
        Assert.Equal("owner", await _database.ScalarAsync<string>("SELECT role FROM organization_members WHERE user_id = @id", new { id = people[0].Id }));
    }
}
