using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

public sealed class RepositoryEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-tests-");
    private TestServerHost _server = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database, ("RateLimits:Repositories", "1000"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "README.md"), "# tool");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_and_a_git_address_are_connected_once()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        var folder = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName, name = "tool" });
        var git = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/team/app.git" });
        var again = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/team/app.git/" });

        Assert.Equal(HttpStatusCode.Created, folder.StatusCode);
        Assert.Equal("app", (await git.JsonAsync()).GetProperty("name").GetString());
        Assert.Equal((await git.JsonAsync()).GetProperty("id").GetGuid(), (await again.JsonAsync()).GetProperty("id").GetGuid());
        var shown = await (await client.GetAsync(folder.Headers.Location)).JsonAsync();
        Assert.Equal(_folder.FullName, shown.GetProperty("location").GetString());
    }

    [Fact]
    public async Task Connected_again_under_another_name_it_has_that_name_and_without_one_it_keeps_its_own()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var first = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName, name = "tool" });
        await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName, name = "hammer" });
        var third = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName });

        Assert.Equal("hammer", (await (await client.GetAsync(first.Headers.Location)).JsonAsync()).GetProperty("name").GetString());
        Assert.Equal("hammer", (await third.JsonAsync()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_character_that_the_database_does_not_take_is_named()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        var answer = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName, name = "x\0y" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("U+0000", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_by_its_type_is_asked_for_as_JSON()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        using var form = new StringContent("junk", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");

        var answer = await client.PostAsync("/api/v1/repositories", form);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("Send the body as application/json.", await answer.ProblemAsync());
    }

    [Theory]
    [InlineData("git", "http://example.com/team/app.git", "https://")]
    [InlineData("git", "ext::sh -c touch% /tmp/x", "https://")]
    [InlineData("git", "file:///etc", "https://")]
    [InlineData("git", "https://ada:secret@example.com/team/app.git", "password")]
    [InlineData("git", "https://127.0.0.1/team/app.git", "private network")]
    [InlineData("git", "https://[::ffff:10.0.0.1]/team/app.git", "private network")]
    [InlineData("git", "https://169.254.169.254/latest/meta-data", "private network")]
    [InlineData("git", "https://localhost./team/app.git", "private network")]
    [InlineData("git", "https://example.com/", "git clone")]
    [InlineData("local", "tool", "full path")]
    [InlineData("local", "/nowhere/at/all", "does not exist")]
    [InlineData("local", "/etc/passwd", "is a file")]
    public async Task A_location_that_cannot_work_is_refused_with_the_reason(string source, string location, string reason)
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);

        var response = await client.PostAsJsonAsync("/api/v1/repositories", new { source, location });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_is_refused()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        var empty = _folder.CreateSubdirectory("empty");

        var response = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = empty.FullName });

        Assert.Contains("empty", await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_are_refused_where_several_people_work()
    {
        var (user, _) = await _database.AddTenantAsync();
        await using var shared = await TestServerHost.StartAsync(_database, ("Repositories:AllowLocalFolders", "false"));
        using var client = await shared.SignInAsync(user);

        var response = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "local", location = _folder.FullName });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Another_tenants_repository_is_404_by_every_method_and_not_listed()
    {
        var (_, theirs) = await _database.AddTenantAsync("bob");
        var (user, _) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(theirs);
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/repositories/{repository}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/api/v1/repositories/{repository}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/v1/repositories/{repository}/reconnect", null)).StatusCode);
        var connect = await client.PostAsJsonAsync(
            "/api/v1/repositories", new { source = "git", location = "https://example.com/a/b", organization_id = theirs });
        Assert.Equal(HttpStatusCode.NotFound, connect.StatusCode);
        Assert.Equal(0, (await (await client.GetAsync("/api/v1/repositories")).JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_stranger_gets_401_and_a_member_who_may_not_gets_403()
    {
        var (_, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var stranger = _server.Stranger();
        using var member = await _server.SignInAsync(await _database.AddMemberAsync(organization, "member"));

        foreach (var (client, expected) in new[] { (stranger, HttpStatusCode.Unauthorized), (member, HttpStatusCode.Forbidden) })
        {
            Assert.Equal(expected, (await client.DeleteAsync($"/api/v1/repositories/{repository}")).StatusCode);
            var connect = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/a/b" });
            Assert.Equal(expected, connect.StatusCode);
            await connect.ProblemAsync();
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await member.GetAsync($"/api/v1/repositories/{repository}")).StatusCode);
    }

    [Fact]
    public async Task A_disconnected_repository_is_gone_from_the_list_until_it_is_connected_again()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/repositories/{repository}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/repositories/{repository}")).StatusCode);
        Assert.Empty(await NamesAsync(client, "/api/v1/repositories"));
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/v1/repositories/{repository}/reconnect", null)).StatusCode);
        Assert.Equal(["tool"], await NamesAsync(client, "/api/v1/repositories"));
        Assert.Equal(
            "session.created,repository.disconnected,repository.connected",
            await _database.ScalarAsync<string>("SELECT string_agg(action, ',' ORDER BY seq) FROM audit_log WHERE organization_id = @organization", new { organization }));
    }

    [Fact]
    public async Task Pages_go_through_all_once_and_a_search_finds_by_part_of_a_name()
    {
        var (user, organization) = await _database.AddTenantAsync();
        for (var number = 1; number <= 5; number++)
        {
            await _database.AddRepositoryAsync(organization, $"tool-{number}");
        }

        using var client = await _server.SignInAsync(user);
        List<string> seen = [];
        for (string? after = ""; after is not null;)
        {
            var page = await (await client.GetAsync($"/api/v1/repositories?limit=2{after}")).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : null;
        }

        // Ids that were made within one millisecond are in no order that a test could know.
        Assert.Equal(["tool-1", "tool-2", "tool-3", "tool-4", "tool-5"], seen.Order(StringComparer.Ordinal));
        Assert.Equal(["tool-3"], await NamesAsync(client, "/api/v1/repositories?q=OL-3"));
        Assert.Empty(await NamesAsync(client, "/api/v1/repositories?q=%25"));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/repositories?limit=1000")).StatusCode);
    }

    [Fact]
    public async Task A_request_sent_again_with_its_key_gets_the_first_answer_and_another_request_does_not()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "one");

        var first = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/a/b", name = "x" });
        var again = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/a/b", name = "x" });
        var other = await client.PostAsJsonAsync("/api/v1/repositories", new { source = "git", location = "https://example.com/a/c", name = "x" });

        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories"));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'repository.connected'"));
    }

    private static async Task<List<string>> NamesAsync(HttpClient client, string address) =>
        [.. (await (await client.GetAsync(address)).JsonAsync()).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
}
