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
