using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoDevOps.Server.Features.Organizations;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Features;

public sealed class GitHubOrganizationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly GitHubDouble.GitHubOrganization _shop = new(501, "shop");
    private GitHubDouble _github = null!;
    private TestServerHost _server = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        foreach (var login in new[] { "ada", "bob", "eve" })
        {
            _github.AddPerson(login);
        }

        _shop.Members["ada"] = "admin";
        _shop.Members["bob"] = "member";
        _github.Organizations.Add(_shop);
        _server = await TestServerHost.StartAsync(_database, [.. _github.Settings, ("RateLimits:Auth", "1000"), ("RateLimits:Repositories", "1000")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_owner_there_adds_it_here_and_owns_it()
    {
        using var ada = await SignInAsync("ada");
        Assert.Equal("shop admin -", await OfferedAsync(ada));

        var answer = await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = await answer.JsonAsync();
        Assert.Equal(("shop", "owner", "github", 501), (made.GetProperty("name").GetString(), made.GetProperty("role").GetString(), made.GetProperty("source").GetString(), made.GetProperty("github_id").GetInt64()));
        Assert.Equal("ada owner manual, shop owner github", await OwnAsync(ada));
        Assert.Equal($"shop admin {made.GetProperty("id").GetGuid()}", await OfferedAsync(ada));
        Assert.Equal(HttpStatusCode.OK, (await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 })).StatusCode);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM organizations WHERE github_id = 501"));
        Assert.Equal("organization.created", await AuditAsync());
    }

    [Fact]
    public async Task The_page_offers_it_and_says_how_it_stands()
    {
        using var ada = await SignInAsync("ada");
        using var bob = await SignInAsync("bob");
        Assert.Contains("an owner there can add it", await PageAsync(bob), StringComparison.Ordinal);

        var added = await ada.SubmitAsync("/settings/organizations", "/settings/organizations/add");

        Assert.Equal((HttpStatusCode.SeeOther, "/settings/organizations"), (added.StatusCode, added.Headers.Location?.ToString()));
        Assert.Contains(">added<", await PageAsync(ada), StringComparison.Ordinal);
        Assert.Equal("bob owner manual", await OwnAsync(bob));
        Assert.Equal(HttpStatusCode.SeeOther, (await bob.SubmitAsync("/settings/organizations", "/settings/organizations/refresh")).StatusCode);
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));
    }

    [Fact]
    public async Task A_member_of_it_is_in_at_their_next_sign_in_and_out_after_they_left()
    {
        using var ada = await SignInAsync("ada");
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        using var bob = await SignInAsync("bob");
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));

        _shop.Members.Remove("bob");
        using var again = await SignInAsync("bob");

        Assert.Equal("bob owner manual", await OwnAsync(again));
        Assert.Equal("bob owner manual", await OwnAsync(bob));
        Assert.Equal("", await OfferedAsync(again));
        Assert.Equal("organization.created,member.added,session.created,member.removed", await AuditAsync("session.ended"));
    }

    [Fact]
    public async Task A_role_follows_the_one_on_GitHub()
    {
        using var ada = await SignInAsync("ada");
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        _shop.Members["bob"] = "admin";
        Assert.Equal("bob owner manual, shop admin github", await OwnAsync(await SignInAsync("bob")));
        _shop.Members["bob"] = "member";
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(await SignInAsync("bob")));
        _shop.Members["ada"] = "member";
        Assert.Equal("ada owner manual, shop member github", await OwnAsync(await SignInAsync("ada")));
    }

    [Fact]
    public async Task Where_the_owner_has_left_the_next_owner_on_GitHub_becomes_it()
    {
        using var ada = await SignInAsync("ada");
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        _shop.Members.Remove("ada");
        _shop.Members["bob"] = "admin";
        using var left = await SignInAsync("ada");
        Assert.Equal("ada owner manual", await OwnAsync(left));

        Assert.Equal("bob owner manual, shop owner github", await OwnAsync(await SignInAsync("bob")));
    }

    [Fact]
    public async Task Who_was_added_by_hand_stays_whatever_GitHub_says()
    {
        using var ada = await SignInAsync("ada");
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        using var eve = await SignInAsync("eve");
        await _database.ExecuteAsync(
            """
            INSERT INTO organization_members (organization_id, user_id, role)
            SELECT organizations.id, users.id, 'viewer' FROM organizations, users WHERE organizations.github_id = 501 AND users.login = 'eve'
            """);

        Assert.Equal("eve owner manual, shop viewer manual", await OwnAsync(await SignInAsync("eve")));
        _shop.Members["eve"] = "admin";
        Assert.Equal("eve owner manual, shop viewer manual", await OwnAsync(await SignInAsync("eve")));
    }

    [Fact]
    public async Task Neither_a_member_nor_a_stranger_adds_it()
    {
        using var bob = await SignInAsync("bob");
        using var eve = await SignInAsync("eve");

        var member = await bob.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        Assert.Equal(HttpStatusCode.Forbidden, member.StatusCode);
        Assert.Contains("Only an owner", await member.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await eve.PostAsJsonAsync("/api/v1/organizations", new { github_id = 777 })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await eve.PostAsJsonAsync("/api/v1/organizations", new { github_id = 0 })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await eve.ForgeAsync("/settings/organizations", "/settings/organizations/add", ("github_id", "x"))).StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM organizations WHERE github_id IS NOT NULL"));
    }

    [Fact]
    public async Task Who_was_an_owner_when_they_signed_in_and_is_none_any_more_does_not_add_it()
    {
        using var ada = await SignInAsync("ada");
        _shop.Members["ada"] = "member";

        Assert.Equal(HttpStatusCode.Forbidden, (await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 })).StatusCode);
    }

    [Fact]
    public async Task Of_two_owners_who_add_it_together_one_makes_it_and_both_are_in()
    {
        _shop.Members["bob"] = "admin";
        using var ada = await SignInAsync("ada");
        using var bob = await SignInAsync("bob");

        var answers = await Task.WhenAll(
            ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 }), bob.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 }));

        Assert.Equal([200, 201], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal("admin,owner", await _database.ScalarAsync<string>(
            "SELECT string_agg(role, ',' ORDER BY role) FROM organization_members WHERE organization_id = (SELECT id FROM organizations WHERE github_id = 501)"));
    }

    [Fact]
    public async Task All_pages_of_what_GitHub_says_are_read_and_neither_invitations_nor_billing_managers_count()
    {
        for (var number = 0; number < 120; number++)
        {
            _github.Organizations.Add(new GitHubDouble.GitHubOrganization(10_000 + number, $"org{number}") { Members = { ["eve"] = number == 119 ? "billing_manager" : "member" } });
        }

        using var eve = await SignInAsync("eve");

        Assert.Equal(119, (await (await eve.GetAsync("/api/v1/organizations")).JsonAsync()).GetProperty("github").GetArrayLength());
    }

    [Fact]
    public async Task When_GitHub_does_not_say_it_nothing_changes()
    {
        using var ada = await SignInAsync("ada");
        foreach (var (status, expected, words) in new[]
        {
            (500, HttpStatusCode.ServiceUnavailable, "error of its own"), (403, HttpStatusCode.Forbidden, "does not allow this"), (401, HttpStatusCode.Forbidden, "no longer accepts the token"),
        })
        {
            _github.Fail("/user/memberships/orgs", status);
            var answer = await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
            Assert.Equal((status, expected), (status, answer.StatusCode));
            Assert.Contains(words, await answer.ProblemAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("shop admin -", await OfferedAsync(ada));
    }

    [Fact]
    public async Task Whose_token_GitHub_refuses_is_asked_to_sign_in_again()
    {
        using var ada = await SignInAsync("ada");
        _github.Tokens.Clear();

        Assert.Equal(HttpStatusCode.Forbidden, (await ada.SubmitAsync("/settings/organizations", "/settings/organizations/refresh")).StatusCode);

        Assert.Contains("Sign in with GitHub again", await PageAsync(ada), StringComparison.Ordinal);
        using var again = await SignInAsync("ada");
        Assert.DoesNotContain("Sign in with GitHub again", await PageAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_left_it_is_out_within_a_day_without_having_signed_in_again_and_so_is_their_API_token()
    {
        using var bob = await MemberAsync();
        using var program = await ProgramAsync(bob);
        Assert.Equal(0, await LookAsync());
        _shop.Members.Remove("bob");

        await DueAsync();
        // However many processes look, each person is asked once.
        Assert.Equal(2, await LookAsync() + await LookAsync());

        Assert.Equal("bob owner manual", await OwnAsync(bob));
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal("member.removed", await LastAuditAsync());
        Assert.InRange(
            await _database.ScalarAsync<double>("SELECT extract(epoch FROM min(memberships_at) - now())::float8 FROM github_tokens"), 86_000, 86_400);
    }

    [Fact]
    public async Task Whose_token_GitHub_refuses_is_out_until_they_sign_in_again()
    {
        using var bob = await MemberAsync();
        _github.Tokens.Remove(_github.Tokens.Single(token => token.Value == "bob").Key, out _);
        var person = new CurrentUser(await _database.ScalarAsync<Guid>("SELECT id FROM users WHERE login = 'bob'"), "bob", IsOperator: false);
        await Assert.ThrowsAsync<GitHubException>(() => _server.Services.GetRequiredService<GitHubAccess>().ForPersonAsync(
            person, token => _server.Services.GetRequiredService<GitHubClient>().GetAsync<JsonElement>(token, "user", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken));

        // It was learned when it was used: nobody waits for the day to be over.
        Assert.Equal(1, await LookAsync());

        Assert.Equal("bob owner manual", await OwnAsync(bob));
        Assert.Equal("""{"reason": "refused", "source": "github"}""", await LastAuditAsync("detail::text"));
        await DueAsync("bob");
        Assert.Equal(1, await LookAsync());
        Assert.Equal(0, await LookAsync());
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(await SignInAsync("bob")));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(401)]
    public async Task Who_signs_in_with_a_token_that_may_not_read_organizations_is_in_none_by_GitHub(int status)
    {
        using var bob = await MemberAsync();
        _github.Fail("/user/memberships/orgs", status, """{"message":"Resource not accessible"}""");

        using var again = await SignInAsync("bob");

        Assert.Equal("bob owner manual", await OwnAsync(again));
        Assert.Equal("bob owner manual", await OwnAsync(bob));
    }

    [Fact]
    public async Task While_GitHub_is_down_everybody_stays_for_a_week_and_comes_back_when_it_is_up()
    {
        using var bob = await MemberAsync();
        await DueAsync("bob");
        _github.Fail("/user/memberships/orgs", 500);
        Assert.Equal(1, await LookAsync());
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));

        await UnconfirmedAsync(days: 6);
        Assert.Equal(0, await LookAsync());
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));
        await UnconfirmedAsync(days: 8);
        Assert.Equal(0, await LookAsync());
        Assert.Equal("bob owner manual", await OwnAsync(bob));
        Assert.Equal("""{"reason": "unconfirmed", "source": "github"}""", await LastAuditAsync("detail::text"));

        await DueAsync("bob");
        Assert.Equal(1, await LookAsync());
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));
    }

    [Fact]
    public async Task After_a_long_stop_who_is_confirmed_in_time_stays_and_keeps_their_role()
    {
        using var bob = await MemberAsync();
        await UnconfirmedAsync(days: 30);
        await DueAsync();

        Assert.Equal(2, await LookAsync());

        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));
        Assert.Equal("owner", await _database.ScalarAsync<string>("SELECT role FROM organization_members JOIN users ON users.id = user_id WHERE login = 'ada' AND source = 'github'"));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM organization_members WHERE source = 'github' AND confirmed_at < now() - interval '1 day'"));
    }

    [Fact]
    public async Task Who_was_added_by_hand_is_not_out_because_GitHub_says_nothing()
    {
        using var bob = await MemberAsync();
        await _database.ExecuteAsync("UPDATE organization_members SET source = 'manual', confirmed_at = now() - interval '1 year'");
        _github.Tokens.Clear();
        await DueAsync();

        await LookAsync();

        Assert.Equal("bob owner manual, shop member manual", await OwnAsync(bob));
    }

    // Bob, in the shop by being in it on GitHub.
    private async Task<HttpClient> MemberAsync()
    {
        using var ada = await SignInAsync("ada");
        await ada.PostAsJsonAsync("/api/v1/organizations", new { github_id = 501 });
        var bob = await SignInAsync("bob");
        Assert.Equal("bob owner manual, shop member github", await OwnAsync(bob));
        return bob;
    }

    private async Task<HttpClient> ProgramAsync(HttpClient person)
    {
        var shop = await _database.ScalarAsync<Guid>("SELECT id FROM organizations WHERE github_id = 501");
        var made = await person.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", organization_id = shop });
        var program = _server.WithToken((await made.JsonAsync()).GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/repositories")).StatusCode);
        return program;
    }

    private Task<int> LookAsync() => ActivatorUtilities.CreateInstance<DailyMembershipSync>(_server.Services).TickAsync(TestContext.Current.CancellationToken);

    private Task DueAsync(string? login = null) => _database.ExecuteAsync(
        "UPDATE github_tokens SET memberships_at = now() FROM users WHERE users.id = user_id AND login = coalesce(@login, login)", new { login });

    private Task UnconfirmedAsync(int days) => _database.ExecuteAsync("UPDATE organization_members SET confirmed_at = now() - make_interval(days => @days)", new { days });

    private Task<string> LastAuditAsync(string column = "action") => _database.ScalarAsync<string>(
        $"SELECT {column} FROM audit_log WHERE organization_id = (SELECT id FROM organizations WHERE github_id = 501) ORDER BY seq DESC LIMIT 1");

    private async Task<HttpClient> SignInAsync(string login)
    {
        _github.AtTheBrowser = login;
        using var browser = new SignInBrowser(_server);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync()).StatusCode);
        return browser.Client();
    }

    private static async Task<string> PageAsync(HttpClient client) => await (await client.GetAsync("/settings/organizations")).Content.ReadAsStringAsync();

    private static async Task<string> OwnAsync(HttpClient client) => string.Join(
        ", ", (await (await client.GetAsync("/api/v1/organizations")).JsonAsync()).GetProperty("organizations").EnumerateArray().Select(Words("name", "role", "source")));

    private static async Task<string> OfferedAsync(HttpClient client) => string.Join(
        ", ", (await (await client.GetAsync("/api/v1/organizations")).JsonAsync()).GetProperty("github").EnumerateArray().Select(Words("login", "role", "organization_id")));

    private static Func<JsonElement, string> Words(params string[] names) => element => string.Join(' ', names.Select(name => element.GetProperty(name).GetString() ?? "-"));

    private Task<string> AuditAsync(string but = "") => _database.ScalarAsync<string>(
        """
        SELECT string_agg(action, ',' ORDER BY seq) FROM audit_log
        WHERE organization_id = (SELECT id FROM organizations WHERE github_id = 501) AND action <> @but
        """,
        new { but });
}
