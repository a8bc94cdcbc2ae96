using System.Net;
using System.Net.Http.Json;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Security;

public sealed class ApiTokenTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task A_token_speaks_for_its_person_and_is_stored_as_a_hash()
    {
        var (user, organization) = await _database.AddTenantAsync();
        await _database.AddRepositoryAsync(organization);
        var token = await MakeAsync(user, new { name = "ci" });

        var repositories = await (await _server.WithToken(token).GetAsync("/api/v1/repositories")).JsonAsync();

        Assert.Equal(1, repositories.GetProperty("items").GetArrayLength());
        Assert.StartsWith("adt_", token, StringComparison.Ordinal);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM api_tokens WHERE strpos(api_tokens::text, @token) > 0", new { token }));
    }

    [Fact]
    public async Task A_token_sees_the_organization_it_was_made_in_and_no_other()
    {
        var (user, mine) = await _database.AddTenantAsync();
        var (_, other) = await _database.AddTenantAsync("bob");
        await _database.ExecuteAsync("INSERT INTO organization_members (organization_id, user_id, role) VALUES (@other, @user, 'owner')", new { other, user });
        var inMine = await _database.AddRepositoryAsync(mine);
        var inOther = await _database.AddRepositoryAsync(other);
        using var client = _server.WithToken(await MakeAsync(user, new { name = "ci", organization_id = mine }));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/v1/repositories/{inMine}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/repositories/{inOther}")).StatusCode);
    }

    [Fact]
    public async Task A_token_that_may_read_does_not_write()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var repository = await _database.AddRepositoryAsync(organization);

        using var reader = _server.WithToken(await MakeAsync(user, new { name = "reader" }));
        var refused = await reader.DeleteAsync($"/api/v1/repositories/{repository}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("only read", await refused.ProblemAsync(), StringComparison.Ordinal);

        using var writer = _server.WithToken(await MakeAsync(user, new { name = "writer", write = true }));
        Assert.Equal(HttpStatusCode.NoContent, (await writer.DeleteAsync($"/api/v1/repositories/{repository}")).StatusCode);
    }

    [Fact]
    public async Task One_sees_ones_own_tokens_that_work_and_not_what_they_are()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var colleague = await _database.AddMemberAsync(organization, "owner");
        await MakeAsync(colleague, new { name = "theirs", organization_id = organization });
        await MakeAsync(user, new { name = "over" });
        await _database.ExecuteAsync("UPDATE api_tokens SET expires_at = now() WHERE name = 'over'");
        await MakeAsync(user, new { name = "reader" });
        var writer = await MakeAsync(user, new { name = "writer", write = true });
        using var client = await _server.SignInAsync(user);

        var answer = await client.GetAsync("/api/v1/tokens");

        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(writer, text, StringComparison.Ordinal);
        Assert.Equal(
            [("writer", true, organization), ("reader", false, organization)],
            (await answer.JsonAsync()).EnumerateArray().Select(token => (token.GetProperty("name").GetString()!, token.GetProperty("write").GetBoolean(), token.GetProperty("organization_id").GetGuid())));
        var page = await client.GetStringAsync("/settings/sessions");
        Assert.Contains("2 API tokens", page, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_that_is_revoked_is_over_at_once(bool byPage)
    {
        var (user, organization) = await _database.AddTenantAsync();
        using var program = _server.WithToken(await MakeAsync(user, new { name = "lost" }));
        var id = await _database.ScalarAsync<Guid>("SELECT id FROM api_tokens");
        using var client = await _server.SignInAsync(user);

        var answer = byPage ? await client.SubmitAsync("/settings/sessions", $"/settings/tokens/{id}/revoke") : await client.DeleteAsync($"/api/v1/tokens/{id}");

        Assert.Equal(byPage ? HttpStatusCode.SeeOther : HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/repositories")).StatusCode);
        Assert.Contains("No API token", await client.GetStringAsync("/settings/sessions"), StringComparison.Ordinal);
        Assert.Equal(
            $"token.revoked {id}", await _database.ScalarAsync<string>("SELECT action || ' ' || target FROM audit_log WHERE organization_id = @organization AND action LIKE 'token.r%'", new { organization }));
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode);
    }

    [Fact]
    public async Task Nobody_revokes_anothers_token_and_no_token_sees_or_revokes_any()
    {
        var (user, organization) = await _database.AddTenantAsync();
        var token = await MakeAsync(user, new { name = "mine", write = true });
        var id = await _database.ScalarAsync<Guid>("SELECT id FROM api_tokens");
        using var colleague = await _server.SignInAsync(await _database.AddMemberAsync(organization, "owner"));
        using var stranger = await _server.SignInAsync((await _database.AddTenantAsync("mallory")).UserId);
        using var program = _server.WithToken(token);

        Assert.Equal(HttpStatusCode.NotFound, (await colleague.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await program.DeleteAsync($"/api/v1/tokens/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/api/v1/tokens")).StatusCode);

        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM api_tokens WHERE revoked_at IS NOT NULL"));
    }

    [Theory]
    [InlineData("UPDATE api_tokens SET revoked_at = now()")]
    [InlineData("UPDATE api_tokens SET expires_at = now()")]
    [InlineData("DELETE FROM organization_members")]
    public async Task A_token_ends(string how)
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = _server.WithToken(await MakeAsync(user, new { name = "ci" }));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/repositories")).StatusCode);

        await _database.ExecuteAsync(how);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task A_bad_token_is_refused_also_beside_a_good_cookie()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = await _server.SignInAsync(user);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer adt_nothing");

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/repositories")).StatusCode);
    }

    [Fact]
    public async Task A_token_makes_no_token()
    {
        var (user, _) = await _database.AddTenantAsync();
        using var client = _server.WithToken(await MakeAsync(user, new { name = "ci", write = true }));

        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsJsonAsync("/api/v1/tokens", new { name = "more" })).StatusCode);
    }

    [Fact]
    public async Task A_token_for_another_tenants_organization_is_404_and_a_stranger_gets_401()
    {
        var (user, _) = await _database.AddTenantAsync();
        var (_, other) = await _database.AddTenantAsync("bob");
        using var client = await _server.SignInAsync(user);

        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", organization_id = other })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Stranger().PostAsJsonAsync("/api/v1/tokens", new { name = "ci" })).StatusCode);
    }

    private async Task<string> MakeAsync(Guid user, object request)
    {
        using var client = await _server.SignInAsync(user);
        var response = await client.PostAsJsonAsync("/api/v1/tokens", request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("token").GetString()!;
    }
}
