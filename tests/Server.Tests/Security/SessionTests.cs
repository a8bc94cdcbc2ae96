using System.Net;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Security;

public sealed class SessionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private readonly TestDatabase _database = new(postgres);
    private TestServerHost _server = null!;
    private Guid _user;
    private Guid _organization;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database, ("RateLimits:Auth", "1000"));
        (_user, _organization) = await _database.AddTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task One_sees_ones_own_sessions_that_live_and_which_one_this_is()
    {
        var (mallory, _) = await _database.AddTenantAsync("mallory");
        using var stranger = await _server.SignInAsync(mallory);
        using var over = await _server.SignInAsync(_user);
        await over.PostAsync("/auth/logout", null);
        using var idle = await _server.SignInAsync(_user);
        await _database.ExecuteAsync("UPDATE sessions SET last_seen_at = now() - interval '61 minutes' WHERE user_id = @_user", new { _user });
        using var phone = await SignInAsync("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1");
        using var here = await SignInAsync(Firefox);

        var sessions = (await (await here.GetAsync("/api/v1/sessions")).JsonAsync()).EnumerateArray().ToList();

        Assert.Equal(
            [("Firefox on Linux", true), ("Safari on iPhone", false)],
            sessions.Select(session => (session.GetProperty("device").GetString()!, session.GetProperty("is_current").GetBoolean())));
        Assert.All(sessions, session => Assert.True(session.GetProperty("expires_at").GetDateTime() > session.GetProperty("created_at").GetDateTime()));
        var page = await (await here.GetAsync("/settings/sessions")).Content.ReadAsStringAsync();
        Assert.Contains("2 sessions", page, StringComparison.Ordinal);
        Assert.Contains("this one", page, StringComparison.Ordinal);
        Assert.Contains("Safari on iPhone", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_revoked_is_over_at_once()
    {
        using var lost = await _server.SignInAsync(_user);
        using var here = await _server.SignInAsync(_user);
        var id = (await (await lost.GetAsync("/api/v1/sessions")).JsonAsync()).EnumerateArray().Single(session => session.GetProperty("is_current").GetBoolean()).GetProperty("id").GetGuid();

        Assert.Equal(HttpStatusCode.NoContent, (await here.DeleteAsync($"/api/v1/sessions/{id}")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await lost.GetAsync("/api/v1/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await here.DeleteAsync($"/api/v1/sessions/{id}")).StatusCode);
        Assert.Equal(
            "session.ended", await _database.ScalarAsync<string>("SELECT action FROM audit_log WHERE organization_id = @_organization ORDER BY seq DESC LIMIT 1", new { _organization }));
    }

    [Fact]
    public async Task All_others_are_revoked_together_and_this_one_stays()
    {
        using var first = await _server.SignInAsync(_user);
        using var second = await _server.SignInAsync(_user);
        using var here = await _server.SignInAsync(_user);

        Assert.Equal(2, (await (await here.DeleteAsync("/api/v1/sessions")).JsonAsync()).GetProperty("ended").GetInt32());

        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(0, (await (await here.DeleteAsync("/api/v1/sessions")).JsonAsync()).GetProperty("ended").GetInt32());
    }

    [Fact]
    public async Task The_forms_of_the_page_do_the_same()
    {
        using var first = await _server.SignInAsync(_user);
        using var second = await _server.SignInAsync(_user);
        using var here = await _server.SignInAsync(_user);
        var id = (await (await first.GetAsync("/api/v1/sessions")).JsonAsync()).EnumerateArray().First().GetProperty("id").GetGuid();

        var one = await here.SubmitAsync("/settings/sessions", $"/settings/sessions/{id}/revoke");
        Assert.Equal((HttpStatusCode.SeeOther, "/settings/sessions"), (one.StatusCode, one.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/v1/repositories")).StatusCode);

        Assert.Equal(HttpStatusCode.SeeOther, (await here.SubmitAsync("/settings/sessions", "/settings/sessions/revoke-others")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.DoesNotContain("End all others", await (await here.GetAsync("/settings/sessions")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_session_does_not_exist()
    {
        var (mallory, _) = await _database.AddTenantAsync("mallory");
        using var here = await _server.SignInAsync(_user);
        using var stranger = await _server.SignInAsync(mallory);
        var id = await _database.ScalarAsync<Guid>("SELECT id FROM sessions WHERE user_id = @_user", new { _user });

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1/sessions/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.ForgeAsync("/settings/sessions", $"/settings/sessions/{id}/revoke")).StatusCode);
        Assert.Equal(0, (await (await stranger.DeleteAsync("/api/v1/sessions")).JsonAsync()).GetProperty("ended").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task An_API_token_sees_and_ends_none()
    {
        using var here = await _server.SignInAsync(_user);
        var token = RandomToken.Create(RandomToken.ApiTokenPrefix);
        await _database.ExecuteAsync(
            """
            INSERT INTO api_tokens (id, organization_id, user_id, name, token_hash, scopes, expires_at)
            VALUES (gen_random_uuid(), @_organization, @_user, 'ci', @hash, '{read,write}', now() + interval '1 day')
            """,
            new { _organization, _user, hash = RandomToken.Hash(token) });
        using var program = _server.WithToken(token);

        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/api/v1/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.DeleteAsync("/api/v1/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/v1/repositories")).StatusCode);
    }

    private async Task<HttpClient> SignInAsync(string userAgent)
    {
        using var client = _server.Stranger();
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        using var response = await client.PostAsync($"/auth/link/{await _server.LinkAsync(_user)}", null);
        var signedIn = _server.Stranger();
        signedIn.DefaultRequestHeaders.Add("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return signedIn;
    }
}
