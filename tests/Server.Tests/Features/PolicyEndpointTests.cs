using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>What an organization holds its repositories to: who may see it, who may set it, what is refused, and that nobody overwrites what
/// they did not see.</summary>
public sealed class PolicyEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Rails = "actions: [actions/*]\nrunners: [ubuntu-24.04]\n";

    private readonly TestDatabase _database = new(postgres);
    private TestServerHost _server = null!;
    private Guid _owner;
    private Guid _organization;

    private string Address => $"/api/v1/organizations/{_organization}/policy";

    private string Page => $"/organizations/{_organization}/policy";

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database, ("RateLimits:Repositories", "1000"));
        (_owner, _organization) = await _database.AddTenantAsync("bob");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_policy_is_set_shown_changed_and_removed_and_each_is_in_the_audit_log()
    {
        using var client = await _server.SignInAsync(_owner);
        var none = await ReadAsync(client);
        Assert.Equal((JsonValueKind.Null, 0), (none.GetProperty("text").ValueKind, none.GetProperty("revision").GetInt32()));

        var set = await PutAsync(client, Rails, 0);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        var shown = await ReadAsync(client);
        Assert.Equal((await set.JsonAsync()).GetRawText(), shown.GetRawText());
        Assert.Equal((Rails, 1, "bob"), (shown.GetProperty("text").GetString(), shown.GetProperty("revision").GetInt32(), shown.GetProperty("set_by").GetString()));
        Assert.Equal(2, (await (await PutAsync(client, "require: test", 1)).JsonAsync()).GetProperty("revision").GetInt32());

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(Address)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(Address)).StatusCode);
        var removed = await ReadAsync(client);
        Assert.Equal((JsonValueKind.Null, 3), (removed.GetProperty("text").ValueKind, removed.GetProperty("revision").GetInt32()));
        Assert.Equal(
            "policy.set 1,policy.set 2,policy.removed 3",
            await _database.ScalarAsync<string>("SELECT string_agg(action || ' ' || (detail ->> 'revision'), ',' ORDER BY seq) FROM audit_log WHERE target = @_organization::text", new { _organization }));
        // What was in force is not overwritten.
        Assert.Equal($"{Rails}|require: test", await _database.ScalarAsync<string>("SELECT string_agg(text, '|' ORDER BY revision) FROM organization_policies"));
    }

    [Theory]
    [InlineData("owner", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("admin", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("member", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("viewer", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("stranger", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    [InlineData("nobody", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    public async Task Whoever_is_held_to_it_sees_it_and_admins_set_it(string who, HttpStatusCode reads, HttpStatusCode writes)
    {
        using var client = who switch
        {
            "nobody" => _server.Stranger(),
            "stranger" => await _server.SignInAsync((await _database.AddTenantAsync()).UserId),
            _ => await _server.SignInAsync(await _database.AddMemberAsync(_organization, who)),
        };
        Assert.Equal(reads, (await client.GetAsync(Address)).StatusCode);
        Assert.Equal(writes, (await PutAsync(client, Rails, 0)).StatusCode);
        // Whoever may not set it learns no more from a text that is wrong.
        Assert.Equal(writes == HttpStatusCode.OK ? HttpStatusCode.BadRequest : writes, (await PutAsync(client, "nonsense: 1", 0)).StatusCode);
        Assert.Equal(writes == HttpStatusCode.OK ? HttpStatusCode.NoContent : writes, (await client.DeleteAsync(Address)).StatusCode);
        Assert.Equal(writes == HttpStatusCode.OK ? 2 : 0, await _database.ScalarAsync<long>("SELECT count(*) FROM organization_policies"));
    }

    [Fact]
    public async Task Every_mistake_is_said_at_once_with_its_line_and_what_would_be_right()
    {
        using var client = await _server.SignInAsync(_owner);
        var refused = await PutAsync(client, "version: 1\naction: [actions/*]\nrequire: [tests]\ncomponents: {.: {test: x}}\n", 0);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.StartsWith("Nothing of the policy was taken: 3 mistakes. The first, on line 2: 'action' is not a key of the policy; did you mean actions?", await refused.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "2 'action' is not a key of the policy; did you mean actions? There are: version, ignore, actions, runners, require.",
                "3 'tests' is nothing that can be required; did you mean test? There are: install, ",
                "4 'components' differs between repositories: it stands in the .autodevops.yml of each. There are: version, ignore, actions, runners, require.",
            ],
            (await refused.JsonAsync()).GetProperty("problems").EnumerateArray()
                .Select(problem => $"{problem.GetProperty("line").GetInt32()} {problem.GetProperty("message").GetString()}")
                .Select(message => message.StartsWith('3') ? message[..message.IndexOf("install, ", StringComparison.Ordinal)] + "install, " : message));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM organization_policies"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a: [\0]")]
    [InlineData("- actions")]
    public async Task What_is_no_policy_is_refused(string text)
    {
        using var client = await _server.SignInAsync(_owner);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(client, text, 0)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(client, $"ignore: {new string('x', 20_000)}", 0)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PutAsJsonAsync(Address, new { text = Rails })).StatusCode);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_revision_the_second_is_told()
    {
        using var first = await _server.SignInAsync(_owner);
        using var second = await _server.SignInAsync(await _database.AddMemberAsync(_organization, "admin"));

        Assert.Equal(HttpStatusCode.OK, (await PutAsync(first, Rails, 0)).StatusCode);
        var late = await PutAsync(second, "require: lint", 0);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("it is at revision 1 or later", await late.ProblemAsync(), StringComparison.Ordinal);
        // A policy that was removed in between is a change too.
        Assert.Equal(HttpStatusCode.NoContent, (await first.DeleteAsync(Address)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync(second, "require: lint", 1)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(second, "require: lint", 2)).StatusCode);
    }

    [Fact]
    public async Task At_the_same_moment_one_of_many_is_taken()
    {
        using var client = await _server.SignInAsync(_owner);
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => PutAsync(client, $"ignore: a{number}", 0)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Sent_twice_it_is_one_change()
    {
        using var client = await _server.SignInAsync(_owner);
        var (once, again) = (await (await PutAsync(client, Rails, 0)).JsonAsync(), await (await PutAsync(client, Rails.ReplaceLineEndings("\r\n"), 0)).JsonAsync());
        Assert.Equal(once.GetRawText(), again.GetRawText());
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM organization_policies"));
    }

    [Fact]
    public async Task Asked_again_while_nothing_changed_it_is_not_sent_again()
    {
        using var client = await _server.SignInAsync(_owner);
        var tag = (await client.GetAsync(Address)).Headers.ETag!.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address) { Headers = { { "If-None-Match", tag } } };
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task The_page_sets_it_and_an_empty_text_takes_it_away()
    {
        using var client = await _server.SignInAsync(_owner);
        var set = await client.SubmitAsync("/policy", Page, ("text", Rails.ReplaceLineEndings("\r\n")));
        Assert.Equal((HttpStatusCode.SeeOther, Page), (set.StatusCode, set.Headers.Location!.ToString()));
        Assert.Equal(Rails, (await ReadAsync(client)).GetProperty("text").GetString());
        Assert.Contains("actions: [actions/*]\nrunners: [ubuntu-24.04]\n</textarea>", WebUtility.HtmlDecode(await client.GetStringAsync(Page)), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await client.SubmitAsync(Page, Page, ("text", " \r\n"))).StatusCode);
        Assert.Equal(JsonValueKind.Null, (await ReadAsync(client)).GetProperty("text").ValueKind);
    }

    [Fact]
    public async Task The_page_shows_mistakes_at_their_lines_and_keeps_what_was_typed()
    {
        using var client = await _server.SignInAsync(_owner);
        var refused = await client.SubmitAsync(Page, Page, ("text", "version: 1\r\naction: <b>\r\n"));
        var html = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("<h1>Policy</h1>", html, StringComparison.Ordinal);
        Assert.Contains("Not saved: 1 mistake.", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"strong\">Line 2</span> <code>action: <b></code><br>'action' is not a key of the policy; did you mean actions?", html, StringComparison.Ordinal);
        Assert.Contains("action: <b>", html[html.IndexOf("<textarea", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.DoesNotContain("action: <b>", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_whoever_comes_second_shows_both_texts()
    {
        using var client = await _server.SignInAsync(_owner);
        await PutAsync(client, "require: lint", 0);
        var late = await client.SubmitAsync(Page, Page, ("text", Rails), ("revision", "0"));
        var html = await late.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("somebody changed it meanwhile", html, StringComparison.Ordinal);
        Assert.Contains("runners: [ubuntu-24.04]", html, StringComparison.Ordinal);
        Assert.Contains("In force", html, StringComparison.Ordinal);
        Assert.Contains("name=\"revision\" value=\"1\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_reads_the_page_and_a_stranger_finds_nothing_there()
    {
        using var owner = await _server.SignInAsync(_owner);
        await PutAsync(owner, "require: lint", 0);
        using var viewer = await _server.SignInAsync(await _database.AddMemberAsync(_organization, "viewer"));
        var html = await viewer.GetStringAsync(Page);
        Assert.Contains("In force", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<textarea", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.ForgeAsync(Page, Page, ("text", Rails), ("revision", "1"))).StatusCode);

        using var stranger = await _server.SignInAsync((await _database.AddTenantAsync()).UserId);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(Page)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.ForgeAsync("/policy", Page, ("text", Rails), ("revision", "1"))).StatusCode);
        Assert.DoesNotContain("require: lint", await stranger.GetStringAsync("/policy"), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PutAsync(HttpClient client, string text, int revision) => client.PutAsJsonAsync(Address, new { text, revision });

    private async Task<JsonElement> ReadAsync(HttpClient client) => await (await client.GetAsync(Address)).JsonAsync();
}
