using System.Net;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.AspNetCore.WebUtilities;

namespace AutoDevOps.Server.Tests.Security;

public sealed class GitHubSignInTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private TestServerHost _server = null!;
    private GitHubDouble.Person _ada = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _ada = _github.AddPerson("ada");
        _github.AtTheBrowser = "ada";
        _server = await TestServerHost.StartAsync(_database, [.. _github.Settings, ("RateLimits:Auth", "1000")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task From_a_page_that_needs_sign_in_to_GitHub_and_back_to_the_page()
    {
        using var browser = new SignInBrowser(_server);

        var refused = await browser.GetAsync("/repositories?q=a%20b");
        Assert.Equal("/sign-in?return_to=%2Frepositories%3Fq%3Da%2520b", refused.Headers.Location?.ToString());
        var page = await (await browser.GetAsync(refused.Headers.Location!.ToString())).Content.ReadAsStringAsync();
        Assert.Contains("href=\"/auth/github?return_to=%2Frepositories%3Fq%3Da%2520b\"", page, StringComparison.Ordinal);
        Assert.Contains("to read your repositories and open pull requests (repo), to propose workflow files (workflow) and to know your organizations (read:org)", page, StringComparison.Ordinal);

        var authorize = await browser.StartAsync("/repositories?q=a%20b");
        Assert.StartsWith($"{_github.Address}/login/oauth/authorize?", authorize.AbsoluteUri, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(authorize.Query);
        Assert.Equal(
            (GitHubDouble.ClientId, "http://localhost:5080/auth/github/callback", "repo workflow read:org", "S256"),
            (asked["client_id"].ToString(), asked["redirect_uri"].ToString(), asked["scope"].ToString(), asked["code_challenge_method"].ToString()));
        Assert.Equal((43, 43), (asked["state"].ToString().Length, asked["code_challenge"].ToString().Length));

        var back = await browser.ComeBackAsync(await browser.DecideAsync(authorize));
        Assert.Equal((HttpStatusCode.SeeOther, "/repositories?q=a%20b"), (back.StatusCode, back.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/repositories?q=a%20b")).StatusCode);
        Assert.Equal(
            $"{_ada.Id} ada ADA owner ada session.created",
            await _database.ScalarAsync<string>(
                """
                SELECT concat_ws(' ', person.github_id, person.login, person.name, member.role, organization.name, audit_log.action)
                FROM users AS person JOIN organizations AS organization ON organization.personal_user_id = person.id
                JOIN organization_members AS member ON member.organization_id = organization.id AND member.user_id = person.id
                JOIN audit_log ON audit_log.organization_id = organization.id
                """));
    }

    [Fact]
    public async Task Whoever_comes_again_under_another_login_is_the_same_person()
    {
        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        _github.People[0] = _ada with { Login = "countess", Name = "Ada L." };
        _github.AtTheBrowser = "countess";
        using var another = new SignInBrowser(_server);

        Assert.Equal(HttpStatusCode.SeeOther, (await another.SignInAsync()).StatusCode);

        Assert.Equal("countess Ada L.", await _database.ScalarAsync<string>("SELECT string_agg(login || ' ' || name, ',') FROM users"));
        Assert.Equal((1, 1, 2), (await CountAsync("organizations"), await CountAsync("github_tokens"), await CountAsync("sessions")));
    }

    [Fact]
    public async Task Who_takes_over_a_login_that_somebody_had_is_another_person()
    {
        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        _github.People[0] = _ada with { Login = "countess" };
        _github.AddPerson("ada");
        using var another = new SignInBrowser(_server);

        await another.SignInAsync();

        Assert.Equal((2, 2), (await CountAsync("users"), await CountAsync("organizations")));
    }

    [Fact]
    public async Task A_state_that_is_missing_unknown_used_too_old_or_anothers_says_start_again_and_no_more()
    {
        using var browser = new SignInBrowser(_server);
        using var stranger = new SignInBrowser(_server);
        await stranger.StartAsync();
        var good = await browser.DecideAsync(await browser.StartAsync());
        var old = await browser.DecideAsync(await browser.StartAsync());
        await _database.ExecuteAsync("UPDATE oauth_states SET expires_at = now() WHERE created_at = (SELECT max(created_at) FROM oauth_states)");
        var bare = good.Split('?')[0];

        HttpResponseMessage[] answers =
        [
            await browser.ComeBackAsync(bare),
            await browser.ComeBackAsync($"{bare}?code=code1"),
            await browser.ComeBackAsync($"{bare}?code=code1&state={new string('A', 43)}"),
            await browser.ComeBackAsync($"{bare}?code=code1&state=%00&state=%ff"),
            await browser.ComeBackAsync(old),
            await stranger.ComeBackAsync(good),
            await browser.ComeBackAsync(good),
            await new SignInBrowser(_server).ComeBackAsync(good),
        ];

        Assert.Equal(HttpStatusCode.SeeOther, answers[6].StatusCode);
        var pages = await Task.WhenAll(answers.Where(answer => answer != answers[6]).Append(await stranger.ComeBackAsync(good)).Select(async answer => $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"));
        Assert.Single(pages.Distinct());
        Assert.StartsWith("400 ", pages[0], StringComparison.Ordinal);
        Assert.Contains("Start again", pages[0], StringComparison.Ordinal);
        Assert.Contains("href=\"/auth/github\"", pages[0], StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("sessions"));
    }

    [Fact]
    public async Task A_sign_in_that_somebody_began_is_not_finished_by_who_signed_in_meanwhile()
    {
        var (other, _) = await _database.AddTenantAsync("mallory");
        using var browser = new SignInBrowser(_server);
        var callback = await browser.DecideAsync(await browser.StartAsync());
        var cookie = (await _server.CookieAsync(other)).Split('=', 2);
        browser.Cookies[cookie[0]] = cookie[1];

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.ComeBackAsync(callback)).StatusCode);

        Assert.Equal(0, await CountAsync("github_tokens"));
    }

    [Fact]
    public async Task Two_tabs_that_sign_in_at_once_both_can()
    {
        using var browser = new SignInBrowser(_server);
        var first = await browser.StartAsync("/jobs");
        await browser.StartAsync();

        Assert.Equal("/jobs", (await browser.ComeBackAsync(await browser.DecideAsync(first))).Headers.Location?.ToString());
    }

    [Fact]
    public async Task Of_ten_callbacks_that_race_one_makes_a_session()
    {
        using var browser = new SignInBrowser(_server);
        var callback = await browser.DecideAsync(await browser.StartAsync());
        var racers = Enumerable.Range(0, 10).Select(_ => browser.Client()).ToList();

        var answers = await Task.WhenAll(racers.Select(racer => racer.GetAsync(callback)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        Assert.Equal((1, 1, 1), (await CountAsync("sessions"), await CountAsync("users"), await CountAsync("github_tokens")));
        racers.ForEach(racer => racer.Dispose());
    }

    [Fact]
    public async Task Ten_browsers_of_one_new_account_make_one_person()
    {
        var browsers = Enumerable.Range(0, 10).Select(_ => new SignInBrowser(_server)).ToList();

        var answers = await Task.WhenAll(browsers.Select(browser => browser.SignInAsync()));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal((10, 1, 1, 1), (await CountAsync("sessions"), await CountAsync("users"), await CountAsync("organizations"), await CountAsync("github_tokens")));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Who_does_not_allow_it_is_told_so_with_a_way_back()
    {
        _github.AtTheBrowser = null;
        using var browser = new SignInBrowser(_server);

        var answer = await browser.SignInAsync("/jobs");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("You did not allow it", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/auth/github?return_to=%2Fjobs\"", page, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await CountAsync("users"), await CountAsync("sessions")));
    }

    [Fact]
    public async Task An_error_that_GitHub_has_with_the_app_is_in_the_log_and_its_words_are_not_on_the_page()
    {
        using var browser = new SignInBrowser(_server);
        var state = QueryHelpers.ParseQuery((await browser.StartAsync()).Query)["state"];

        var answer = await browser.ComeBackAsync($"/auth/github/callback?error=redirect_uri_mismatch&error_description=Call+0900+123&state={state}");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.DoesNotContain("0900", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(_server.Logs.Lines, line => line.Contains("redirect_uri_mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_return_address_leads_nowhere_else()
    {
        (string Asked, string Expected)[] cases =
        [
            ("/jobs?state=running#x", "/jobs?state=running#x"),
            ("/@evil.example", "/@evil.example"),
            ("//evil.example", "/"),
            ("///evil.example", "/"),
            ("/\\evil.example", "/"),
            ("\\/evil.example", "/"),
            ("/jobs\\..", "/"),
            ("https://evil.example", "/"),
            ("https:/evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("data:text/html,x", "/"),
            ("evil.example", "/"),
            ("@evil.example", "/"),
            (".evil.example", "/"),
            ("", "/"),
            (" //evil.example", "/"),
            (" /jobs", "/"),
            ("/\t/evil.example", "/"),
            ("/\n/evil.example", "/"),
            ("/\r\nSet-Cookie: a=b", "/"),
            ("/\0", "/"),
            ("/\u0085/evil.example", "/"),
            ("/\u00e9", "/"),
            ("/a b", "/"),
            ("/\u2028x", "/"),
            ("/" + new string('a', 1999), "/" + new string('a', 1999)),
            ("/" + new string('a', 2000), "/"),
        ];
        using var browser = new SignInBrowser(_server);
        foreach (var (asked, expected) in cases)
        {
            Assert.Equal((asked, expected), (asked, (await browser.SignInAsync(asked)).Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task A_code_of_another_sign_in_does_not_fit_the_verifier()
    {
        using var browser = new SignInBrowser(_server);
        using var attacker = new SignInBrowser(_server);
        var code = QueryHelpers.ParseQuery(new Uri(await attacker.DecideAsync(await attacker.StartAsync())).Query)["code"];
        var state = QueryHelpers.ParseQuery((await browser.StartAsync()).Query)["state"];

        var answer = await browser.ComeBackAsync($"/auth/github/callback?code={code}&state={state}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Start again", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (await CountAsync("users"), await CountAsync("sessions")));
    }

    [Fact]
    public async Task When_GitHub_fails_the_page_says_so_and_nothing_is_half_done()
    {
        (string Path, int Status, string Body, int Expected)[] cases =
        [
            ("/login/oauth/access_token", 500, "{}", 503),
            ("/login/oauth/access_token", 200, "<html>", 502),
            ("/login/oauth/access_token", 200, "null", 502),
            ("/login/oauth/access_token", 200, "{}", 502),
            ("/login/oauth/access_token", 200, """{"access_token":"gho_x","token_type":"mac"}""", 502),
            ("/login/oauth/access_token", 200, """{"access_token":["gho_x"],"token_type":"bearer"}""", 502),
            ("/login/oauth/access_token", 200, """{"error":"incorrect_client_credentials"}""", 502),
            ("/login/oauth/access_token", 404, "Not Found", 502),
            ("/api/v3/user", 500, "{}", 503),
            ("/api/v3/user", 429, "{}", 503),
            ("/api/v3/user", 401, """{"message":"Bad credentials"}""", 502),
            ("/api/v3/user", 200, "[]", 502),
            ("/api/v3/user", 200, "null", 502),
            ("/api/v3/user", 200, """{"login":"ada"}""", 502),
            ("/api/v3/user", 200, """{"id":0,"login":"ada"}""", 502),
            ("/api/v3/user", 200, """{"id":7,"login":""}""", 502),
            ("/api/v3/user", 200, """{"id":7,"login":"a\u0000b"}""", 502),
            ("/api/v3/user", 200, """{"id":99999999999999999999,"login":"ada"}""", 502),
        ];
        using var browser = new SignInBrowser(_server);
        foreach (var (path, status, body, expected) in cases)
        {
            _github.Fail(path, status, body);
            var answer = await browser.SignInAsync("/jobs");
            Assert.Equal((path, body, expected), (path, body, (int)answer.StatusCode));
            Assert.Contains("GitHub", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((0, 0, 0, 0), (await CountAsync("users"), await CountAsync("organizations"), await CountAsync("sessions"), await CountAsync("github_tokens")));
        Assert.Equal("/jobs", (await browser.SignInAsync("/jobs")).Headers.Location?.ToString());
    }

    [Fact]
    public async Task When_GitHub_hangs_nobody_waits_for_ever()
    {
        using var browser = new SignInBrowser(_server);
        foreach (var (path, seconds) in new[] { ("/login/oauth/access_token", 15), ("/api/v3/user", 30) })
        {
            var callback = await browser.DecideAsync(await browser.StartAsync());
            var arrived = _github.HangAsync(path);
            var answer = browser.ComeBackAsync(callback);
            await arrived;

            _server.Clock.Advance(TimeSpan.FromSeconds(seconds));

            Assert.Equal((path, HttpStatusCode.ServiceUnavailable), (path, (await answer).StatusCode));
            Assert.Contains("GitHub does not answer", await (await answer).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((0, 0), (await CountAsync("users"), await CountAsync("sessions")));
    }

    [Fact]
    public async Task When_only_the_organizations_cannot_be_read_whoever_signs_in_is_in()
    {
        (int Status, string Body)[] cases =
        [
            (500, "{}"),
            (403, """{"message":"Resource not accessible"}"""),
            (401, """{"message":"Bad credentials"}"""),
            (429, "{}"),
            (200, "{}"),
            (200, """[{"state":"active"}]"""),
        ];
        using var browser = new SignInBrowser(_server);
        foreach (var (status, body) in cases)
        {
            _github.Fail("/user/memberships/orgs", status, body);
            Assert.Equal((body, HttpStatusCode.SeeOther), (body, (await browser.SignInAsync()).StatusCode));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/settings/organizations")).StatusCode);
            // What was said about limits is over by then.
            _server.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(cases.Length, _server.Logs.Warnings.Count(line => line.Contains("GitHub organizations", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_the_organizations_hang_whoever_signs_in_is_in_after_ten_seconds()
    {
        using var browser = new SignInBrowser(_server);
        var callback = await browser.DecideAsync(await browser.StartAsync());
        var arrived = _github.HangAsync("/user/memberships/orgs");
        var answer = browser.ComeBackAsync(callback);
        await arrived;

        _server.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.SeeOther, (await answer).StatusCode);
    }

    [Fact]
    public async Task The_token_is_nowhere_in_clear()
    {
        _github.TokenLifetime = TimeSpan.FromHours(8);
        using var browser = new SignInBrowser(_server);
        var callback = await browser.DecideAsync(await browser.StartAsync());
        await browser.ComeBackAsync(callback);
        await browser.GetAsync("/settings/organizations");
        await browser.GetAsync("/settings/sessions");
        _github.Fail("/user/memberships/orgs", 500);
        await browser.SignInAsync();

        var query = QueryHelpers.ParseQuery(new Uri(callback).Query);
        string[] secrets = [.. _github.Tokens.Keys, .. _github.RefreshTokens, GitHubDouble.ClientSecret, query["code"].ToString(), query["state"].ToString()];
        Assert.InRange(secrets.Length, 6, 8);
        foreach (var secret in secrets)
        {
            Assert.Empty(await TablesWithAsync(secret));
            Assert.DoesNotContain(_server.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        // The state goes to the browser, in the address of GitHub.
        Assert.All(secrets[..^1], secret => Assert.DoesNotContain(secret, browser.Seen, StringComparison.Ordinal));
        Assert.Equal(2, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens, unnest(ARRAY[envelope, refresh_envelope]) AS part WHERE length(part) > 33"));
    }

    [Fact]
    public async Task A_ciphertext_in_the_row_of_another_cannot_be_opened()
    {
        using var ada = new SignInBrowser(_server);
        await ada.SignInAsync();
        _github.AddPerson("bob");
        _github.AtTheBrowser = "bob";
        using var bob = new SignInBrowser(_server);
        await bob.SignInAsync();
        await _database.ExecuteAsync("UPDATE github_tokens SET envelope = (SELECT envelope FROM github_tokens AS other WHERE other.id <> github_tokens.id)");
        using var client = bob.Client();
        var asked = _github.Requests.Count;

        var answer = await client.SubmitAsync("/settings/organizations", "/settings/organizations/refresh");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("cannot be opened", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(asked, _github.Requests.Count);
    }

    [Fact]
    public async Task The_cookies_are_for_this_site_alone_and_out_of_the_reach_of_scripts()
    {
        using var browser = new SignInBrowser(_server);
        var started = await browser.GetAsync("/auth/github");
        var finished = await browser.ComeBackAsync(await browser.DecideAsync(started.Headers.Location!));

        Assert.Equal("autodevops-github-5080=…; max-age=600; path=/; samesite=lax; httponly", Cookie(started, "autodevops-github-5080"));
        Assert.Equal("autodevops-5080=…; max-age=3600; path=/; samesite=lax; httponly", Cookie(finished, "autodevops-5080"));
        Assert.DoesNotContain("autodevops-github-5080", browser.Cookies.Keys);
    }

    [Fact]
    public async Task With_https_the_cookies_are_bound_to_the_host()
    {
        await using var server = await TestServerHost.StartAsync(_database, [.. _github.Settings, ("Http:PublicAddress", "https://ops.example")]);
        using var browser = new SignInBrowser(server) { Address = new Uri("https://ops.example") };
        var started = await browser.GetAsync("/auth/github");
        var finished = await browser.ComeBackAsync(await browser.DecideAsync(started.Headers.Location!));

        Assert.Equal(HttpStatusCode.SeeOther, finished.StatusCode);
        Assert.Equal("__Host-autodevops-github=…; max-age=600; path=/; secure; samesite=lax; httponly", Cookie(started, "__Host-autodevops-github"));
        Assert.Equal("__Host-autodevops=…; max-age=3600; path=/; secure; samesite=lax; httponly", Cookie(finished, "__Host-autodevops"));
    }

    [Fact]
    public async Task Signing_out_ends_it_at_once_and_the_token_stays_for_the_jobs()
    {
        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        using var copy = browser.Client();

        Assert.Equal(HttpStatusCode.SeeOther, (await copy.PostAsync("/auth/logout", null)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(1, await CountAsync("github_tokens"));
    }

    [Fact]
    public async Task Signing_in_anew_ends_the_session_that_the_browser_had()
    {
        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        using var former = browser.Client();
        await browser.SignInAsync();
        using var now = browser.Client();

        Assert.Equal(HttpStatusCode.Unauthorized, (await former.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await now.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task Without_an_app_of_GitHub_there_is_no_such_way_in()
    {
        await using var server = await TestServerHost.StartAsync(_database);
        using var browser = new SignInBrowser(server);

        foreach (var path in new[] { "/auth/github", "/auth/github/callback?code=x&state=y" })
        {
            var answer = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("does not sign people in with GitHub", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("GitHub", await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_sign_ins_that_nobody_finished_are_cleared_away()
    {
        using var browser = new SignInBrowser(_server);
        await browser.StartAsync();
        await _database.ExecuteAsync("UPDATE oauth_states SET expires_at = now() - interval '25 hours'");

        await browser.StartAsync();

        Assert.Equal(1, await CountAsync("oauth_states"));
    }

    private static string Cookie(HttpResponseMessage response, string name)
    {
        var parts = response.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).Split("; ", 2);
        return $"{name}=…; {parts[1]}";
    }

    private Task<long> CountAsync(string table) => _database.ScalarAsync<long>($"SELECT count(*) FROM {table}");

    private async Task<List<string>> TablesWithAsync(string secret)
    {
        List<string> found = [];
        var tables = await _database.ScalarAsync<string[]>("SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'");
        foreach (var table in tables)
        {
            var hex = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(secret));
            if (await _database.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM public.{table} AS line WHERE strpos(line::text, @secret) > 0 OR strpos(line::text, @hex) > 0)", new { secret, hex }))
            {
                found.Add(table);
            }
        }

        return found;
    }
}
