using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>From the list of what somebody reaches on GitHub to connected repositories, and back.</summary>
public sealed class ConnectGitHubTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Address = "/api/v1/github/repositories";
    private const string Page = "/repositories/github";

    private readonly GitHubWorld _world = new(postgres);
    private GitHubWorld.Member _ada = null!;
    private TestServerHost _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _server = await TestServerHost.StartAsync(_world.Database, _world.Settings);
        _ada = await AddPersonAsync("ada");
        _client = await BrowserAsync(_ada.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task The_list_says_what_is_reached_what_it_is_and_what_is_connected()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop", isPrivate: true);
        var old = _world.GitHub.AddRepository("ada", "Attic");
        (old.IsArchived, old.MayPush) = (true, false);
        var id = await _world.ConnectAsync(_ada, shop);

        var items = (await ListAsync("")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(["ada/Attic", "ada/shop"], items.Select(item => item.GetProperty("full_name").GetString()));
        Assert.Equal((true, false, false), (items[0].GetProperty("archived").GetBoolean(), items[0].GetProperty("is_private").GetBoolean(), items[0].GetProperty("permissions").GetProperty("push").GetBoolean()));
        Assert.Equal((true, id), (items[1].GetProperty("is_private").GetBoolean(), items[1].GetProperty("repository_id").GetGuid()));
        Assert.Equal(JsonValueKind.Null, items[0].GetProperty("repository_id").ValueKind);
        Assert.Contains("ada/shop", await _client.GetStringAsync(Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_whole_and_shown_in_pages_and_a_huge_one_up_to_its_limit()
    {
        for (var at = 0; at < 2100; at++)
        {
            _world.GitHub.AddRepository("ada", $"r{at:0000}");
        }

        var first = await ListAsync("");
        var second = await ListAsync($"?after={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");

        Assert.Equal(100, first.GetProperty("items").GetArrayLength());
        Assert.Equal("ada/r0100", second.GetProperty("items")[0].GetProperty("full_name").GetString());
        Assert.True(first.GetProperty("is_cut").GetBoolean());
        Assert.Equal("ada/r1234", (await ListAsync("?search=R1234")).GetProperty("items")[0].GetProperty("full_name").GetString());
        Assert.Equal(0, (await ListAsync("?search=r2050")).GetProperty("items").GetArrayLength());
        Assert.Equal("ada/r2050", (await ListAsync("?search=ada/r2050")).GetProperty("items")[0].GetProperty("full_name").GetString());
    }

    [Fact]
    public async Task One_connects_what_can_be_connected_and_says_of_the_rest_why_not()
    {
        _world.GitHub.AddRepository("ada", "shop");
        var hidden = _world.GitHub.AddRepository("grace", "secret", isPrivate: true);
        var down = _world.GitHub.AddRepository("ada", "down");
        _world.GitHub.Fail("repos/ada/down", 500);

        var results = await ConnectAsync("ada/shop", hidden.FullName, down.FullName, "../../user", "no name", "ada/none", "a\0b/c", "ADA/SHOP");

        Assert.Equal([true, false, false, false, false, false, false], results.Select(result => result.GetProperty("repository_id").ValueKind == JsonValueKind.String));
        Assert.Contains("or you may not read it", results[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("error of its own", results[2].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("owner/name", results[3].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE source = 'github' AND location = 'ada/shop' AND connected_by = @UserId", _ada));
        Assert.Equal("connect_webhook,run_analysis,sync_repository", await _world.Database.ScalarAsync<string>("SELECT string_agg(kind, ',' ORDER BY kind) FROM jobs"));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'repository.connected'"));
        Assert.DoesNotContain(_world.GitHub.Requests, request => request.Path == "user");
    }

    [Fact]
    public async Task Connected_again_under_its_new_name_it_is_the_same_repository_with_its_history()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var first = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();
        await _client.DeleteAsync($"/api/v1/repositories/{first}");
        shop.FormerNames.Add("ada/shop");
        shop.Name = "store";

        var byOldName = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();
        var byNewName = (await ConnectAsync("ada/store"))[0].GetProperty("repository_id").GetGuid();

        Assert.Equal((first, first), (byOldName, byNewName));
        Assert.Equal("ada/store", await _world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE disconnected_at IS NULL"));
    }

    [Fact]
    public async Task Another_repository_that_took_the_name_is_another_repository()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var first = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();
        shop.Name = "old-shop";
        _world.GitHub.AddRepository("ada", "shop");

        var second = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();

        Assert.NotEqual(first, second);
        Assert.Equal($"ada/shop~{shop.Id}", await _world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE id = @first", new { first }));
        await _world.StartWorker().RunOnceAsync();
        Assert.Equal("ada/old-shop", await _world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE id = @first", new { first }));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_answer_and_another_request_with_it_is_refused()
    {
        _world.GitHub.AddRepository("ada", "shop");

        var first = await PostAsync("k", "ada/shop");
        var second = await PostAsync("k", "ada/shop");
        var other = await PostAsync("k", "ada/else");

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM analyses"));
    }

    [Fact]
    public async Task Only_admins_connect_and_strangers_are_told_that_there_is_no_such_organization()
    {
        using var member = await BrowserAsync(await _world.Database.AddMemberAsync(_ada.OrganizationId, "member"));
        var grace = await AddPersonAsync("grace");
        using var stranger = await BrowserAsync(grace.UserId);
        object body = new { repositories = new[] { "ada/shop" }, organization_id = _ada.OrganizationId };

        var refused = await member.PostAsJsonAsync(Address, body);
        var unseen = await stranger.PostAsJsonAsync(Address, body);
        var unlisted = await stranger.GetAsync($"{Address}?organization_id={_ada.OrganizationId}");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (refused.StatusCode, unseen.StatusCode, unlisted.StatusCode));
        Assert.Contains("Only admins", await refused.ProblemAsync(), StringComparison.Ordinal);
        Assert.Contains("Only admins", await member.GetStringAsync(Page), StringComparison.Ordinal);
        Assert.Empty(_world.GitHub.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task None_and_more_than_a_hundred_are_refused(int count)
    {
        var answer = await _client.PostAsJsonAsync(Address, new { repositories = Enumerable.Range(0, count).Select(at => $"ada/r{at}") });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_hundred_are_connected_at_once()
    {
        var names = Enumerable.Range(0, 100).Select(at => _world.GitHub.AddRepository("ada", $"r{at}").FullName).ToArray();

        var results = await ConnectAsync(names);

        Assert.All(results, result => Assert.Equal(JsonValueKind.String, result.GetProperty("repository_id").ValueKind));
        Assert.Equal(100, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repositories"));
    }

    [Fact]
    public async Task Who_did_not_sign_in_with_GitHub_is_led_there()
    {
        var (user, _) = await _world.Database.AddTenantAsync("bob");
        using var bob = await BrowserAsync(user);

        Assert.Contains("/auth/github?return_to=%2Frepositories%2Fgithub", await bob.GetStringAsync(Page), StringComparison.Ordinal);
        var answer = await bob.GetAsync(Address);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Sign in with GitHub", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_a_limit_and_an_outage_are_each_told_for_what_they_are()
    {
        _world.GitHub.Fail("user/repos", 503);
        Assert.Contains("GitHub does not answer", await _client.GetStringAsync(Page), StringComparison.Ordinal);
        _world.GitHub.Fail("user/repos", 429, "{}", 1, ("Retry-After", "120"));
        Assert.Contains("GitHub allows no more requests before", await _client.GetStringAsync(Page), StringComparison.Ordinal);
        var limited = await _client.GetAsync(Address);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, limited.StatusCode);
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 100, 121);
        Assert.Equal(2, _world.GitHub.Requests.Count);

        await _world.Database.ExecuteAsync("UPDATE github_tokens SET limited_until = NULL");
        _server.Clock.Advance(TimeSpan.FromMinutes(3));
        _world.GitHub.Tokens.Clear();
        Assert.Contains("/auth/github?return_to=", await _client.GetStringAsync(Page), StringComparison.Ordinal);
        Assert.True(await _world.Database.ScalarAsync<bool>("SELECT revoked_at IS NOT NULL FROM github_tokens"));
    }

    [Fact]
    public async Task Nothing_found_is_said_and_the_boxes_of_what_is_shown_can_be_ticked_at_once()
    {
        Assert.Contains("GitHub shows you no repository", await _client.GetStringAsync(Page), StringComparison.Ordinal);
        _world.GitHub.AddRepository("ada", "shop");
        Assert.Contains("Nothing matches", await _client.GetStringAsync($"{Page}?search=none"), StringComparison.Ordinal);
        Assert.Contains("Select all shown", await _client.GetStringAsync(Page), StringComparison.Ordinal);
        Assert.Contains("value=\"ada/shop\" checked", await _client.GetStringAsync($"{Page}?all=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_GitHub_is_not_set_up_that_is_said()
    {
        await using var plain = await TestServerHost.StartAsync(_world.Database);
        using var client = await plain.SignInAsync(_ada.UserId);

        Assert.Contains("GitHub is not set up", await client.GetStringAsync(Page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.GetAsync(Address)).StatusCode);
        Assert.DoesNotContain("Connect from GitHub", await client.GetStringAsync("/repositories"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_leads_to_the_repository_or_says_what_did_not_work()
    {
        _world.GitHub.AddRepository("ada", "shop");

        using var good = await _client.SubmitAsync(Page, Page, ("repository", "ada/shop"));
        using var bad = await _client.SubmitAsync(Page, Page, ("repository", "ada/none"));
        using var none = await _client.SubmitAsync(Page, Page);

        Assert.Equal(HttpStatusCode.SeeOther, good.StatusCode);
        var shown = await _client.GetStringAsync(good.Headers.Location);
        Assert.Contains($"{_world.GitHub.Address}/ada/shop", shown, StringComparison.Ordinal);
        Assert.Contains("Sync now", shown, StringComparison.Ordinal);
        Assert.Contains("or you may not read it", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
    }

    [Fact]
    public async Task Disconnecting_removes_the_hook_and_connecting_again_makes_it_again()
    {
        _world.GitHub.AddRepository("ada", "shop");
        var id = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();
        var worker = _world.StartWorker();
        await worker.RunOnceAsync();
        Assert.Single(_world.GitHub.Hooks);
        Assert.Contains("GitHub tells of each push", await _client.GetStringAsync($"/repositories/{id}"), StringComparison.Ordinal);

        using var disconnected = await _client.SubmitAsync($"/repositories/{id}", $"/repositories/{id}/disconnect");
        await worker.RunOnceAsync();
        Assert.Empty(_world.GitHub.Hooks);
        using var connected = await _client.SubmitAsync($"/repositories/{id}", $"/repositories/{id}/reconnect");
        await worker.RunOnceAsync();

        Assert.Single(_world.GitHub.Hooks);
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM analyses"));
    }

    [Fact]
    public async Task Several_are_disconnected_at_once_and_what_is_not_ones_own_is_said()
    {
        var names = new[] { "one", "two" }.Select(name => _world.GitHub.AddRepository("ada", name).FullName).ToArray();
        var ids = (await ConnectAsync(names)).Select(result => result.GetProperty("repository_id").GetGuid()).ToList();
        var (_, foreign) = await _world.Database.AddTenantAsync("eve");
        var hers = await _world.Database.AddRepositoryAsync(foreign);

        var answer = await (await _client.PostAsJsonAsync("/api/v1/repositories/disconnect", new { repository_ids = (Guid[])[.. ids, hers] })).JsonAsync();

        Assert.Equal([null, null, "There is no such repository."], answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("problem").GetString()));
        Assert.Equal(2, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE disconnected_at IS NOT NULL"));
        Assert.Equal(2, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'remove_webhook'"));
        await ConnectAsync(names[0]);
        using var form = await _client.SubmitAsync("/repositories?select=true", "/repositories/disconnect", ("repository_id", ids[0].ToString()));
        Assert.Equal(HttpStatusCode.SeeOther, form.StatusCode);
        Assert.Equal(2, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE disconnected_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_sync_is_one_job_while_it_waits_and_only_of_what_came_from_GitHub()
    {
        var id = await _world.ConnectAsync(_ada, _world.GitHub.AddRepository("ada", "shop"));
        var other = await _world.Database.AddRepositoryAsync(_ada.OrganizationId);
        var grace = await AddPersonAsync("grace");
        using var stranger = await BrowserAsync(grace.UserId);
        using var viewer = await BrowserAsync(await _world.Database.AddMemberAsync(_ada.OrganizationId, "viewer"));

        var first = await (await _client.PostAsync($"/api/v1/repositories/{id}/sync", null)).JsonAsync();
        var second = await (await _client.PostAsync($"/api/v1/repositories/{id}/sync", null)).JsonAsync();

        Assert.Equal(first.GetProperty("job_id").GetGuid(), second.GetProperty("job_id").GetGuid());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _client.PostAsync($"/api/v1/repositories/{other}/sync", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/repositories/{id}/sync", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/repositories/{id}/sync", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/repositories/{id}/webhook", null)).StatusCode);
    }

    [Theory]
    [InlineData("gone", "Not found on GitHub")]
    [InlineData("blocked", "Taken down by GitHub")]
    [InlineData("forbidden", "GitHub does not allow us in")]
    public async Task What_is_wrong_stands_on_the_repositorys_page(string state, string text)
    {
        var id = await _world.ConnectAsync(_ada, _world.GitHub.AddRepository("ada", "shop"));
        await _world.Database.ExecuteAsync("UPDATE repositories SET github_state = @state", new { state });

        Assert.Contains(text, await _client.GetStringAsync($"/repositories/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hook_that_failed_is_told_with_its_reason_and_can_be_tried_again()
    {
        _world.GitHub.AddRepository("ada", "shop");
        _world.GitHub.Fail("/hooks", 404);
        var id = (await ConnectAsync("ada/shop"))[0].GetProperty("repository_id").GetGuid();
        var worker = _world.StartWorker();
        await worker.RunOnceAsync();
        Assert.Contains("that takes admin rights", await _client.GetStringAsync($"/repositories/{id}"), StringComparison.Ordinal);

        using var again = await _client.SubmitAsync($"/repositories/{id}", $"/repositories/{id}/webhook");
        await worker.RunOnceAsync();

        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Single(_world.GitHub.Hooks);
    }

    // The host makes keys of its own; its tokens are planted with them.
    private async Task<GitHubWorld.Member> AddPersonAsync(string login) => await _world.AddPersonAsync(login, _server.Services.GetRequiredService<EncryptionKeys>());

    private async Task<HttpClient> BrowserAsync(Guid user)
    {
        var client = await _server.SignInAsync(user);
        return client;
    }

    private async Task<JsonElement> ListAsync(string query)
    {
        using var answer = await _client.GetAsync(Address + query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private async Task<List<JsonElement>> ConnectAsync(params string[] names)
    {
        using var answer = await _client.PostAsJsonAsync(Address, new { repositories = names });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.JsonAsync()).GetProperty("results").EnumerateArray()];
    }

    private Task<HttpResponseMessage> PostAsync(string key, string name) =>
        _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, Address) { Content = JsonContent.Create(new { repositories = new[] { name } }), Headers = { { "Idempotency-Key", key } } });
}
