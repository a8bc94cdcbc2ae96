using System.Net;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>The forms that connect, disconnect and connect again: they do what the page promises, for those who may.</summary>
public sealed class RepositoryFormTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-tests-");
    private TestServerHost _server = null!;
    private Guid _owner;
    private Guid _organization;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _server = await TestServerHost.StartAsync(_database, ("RateLimits:Repositories", "1000"));
        (_owner, _organization) = await _database.AddTenantAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "README.md"), "# tool");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("git", " https://example.com/team/app.git ", "https://example.com/team/app.git")]
    [InlineData("local", "FOLDER", "FOLDER")]
    public async Task Connecting_starts_the_first_analysis_and_leads_to_the_repository(string source, string typed, string location)
    {
        using var client = await _server.SignInAsync(_owner);

        using var answer = await client.SubmitAsync("/repositories", "/repositories", ("location", typed.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var id = await _database.ScalarAsync<Guid>(
            "SELECT id FROM repositories WHERE source = @source AND location = @location", new { source, location = location.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal) });
        Assert.Equal($"/repositories/{id}", answer.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(answer.Headers.Location)).StatusCode);
        Assert.Equal(1, await _database.ScalarAsync<long>(
            "SELECT count(*) FROM analyses JOIN jobs ON jobs.id = analyses.job_id WHERE repository_id = @id AND jobs.state = 'pending' AND analyses.requested_by = @_owner", new { id, _owner }));
    }

    [Fact]
    public async Task Connecting_twice_is_one_repository_and_one_analysis()
    {
        using var client = await _server.SignInAsync(_owner);

        using var first = await client.SubmitAsync("/repositories", "/repositories", ("location", "https://example.com/a/b"));
        using var second = await client.SubmitAsync("/repositories", "/repositories", ("location", "https://example.com/a/b/"));

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM jobs"));
    }

    [Theory]
    [InlineData("", "full path of a folder")]
    [InlineData("shop", "full path of a folder")]
    [InlineData("/nowhere/at/all", "does not exist")]
    [InlineData("http://example.com/a/b", "http://")]
    [InlineData("git@example.com:a/b.git", "ssh")]
    [InlineData("file:///etc", "begins with https://")]
    [InlineData("https://127.0.0.1/a", "private network")]
    public async Task What_cannot_be_connected_is_refused_with_the_reason_and_nothing_is_kept(string location, string reason)
    {
        using var client = await _server.SignInAsync(_owner);

        using var answer = await client.SubmitAsync("/repositories", "/repositories", ("location", location));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories"));
    }

    [Fact]
    public async Task Where_folders_are_not_allowed_a_path_is_no_address()
    {
        await using var shared = await TestServerHost.StartAsync(_database, ("Repositories:AllowLocalFolders", "false"));
        using var client = await shared.SignInAsync(_owner);

        using var answer = await client.SubmitAsync("/repositories", "/repositories", ("location", _folder.FullName));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories"));
    }

    [Fact]
    public async Task Who_manages_several_organizations_chooses_one()
    {
        var other = Guid.CreateVersion7();
        await _database.ExecuteAsync(
            "INSERT INTO organizations (id, name) VALUES (@other, 'Other'); INSERT INTO organization_members (organization_id, user_id, role) VALUES (@other, @_owner, 'admin')", new { other, _owner });
        using var client = await _server.SignInAsync(_owner);
        Assert.Contains($"<option value=\"{other}\">Other</option>", await client.GetStringAsync("/repositories"), StringComparison.Ordinal);

        using var none = await client.SubmitAsync("/repositories", "/repositories", ("location", "https://example.com/a/b"));
        using var one = await client.SubmitAsync("/repositories", "/repositories", ("location", "https://example.com/a/b"), ("organization_id", other.ToString()));
        using var foreign = await client.SubmitAsync("/repositories", "/repositories", ("location", "https://example.com/a/b"), ("organization_id", Guid.CreateVersion7().ToString()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, one.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(other, await _database.ScalarAsync<Guid>("SELECT organization_id FROM repositories"));
    }

    [Fact]
    public async Task Disconnecting_and_connecting_again_lead_back_to_the_repository()
    {
        var repository = await _database.AddRepositoryAsync(_organization);
        using var client = await _server.SignInAsync(_owner);

        using var gone = await client.SubmitAsync($"/repositories/{repository}", $"/repositories/{repository}/disconnect");
        Assert.Equal($"/repositories/{repository}", gone.Headers.Location!.ToString());
        Assert.Contains("disconnected", await client.GetStringAsync(gone.Headers.Location), StringComparison.Ordinal);

        using var back = await client.SubmitAsync($"/repositories/{repository}", $"/repositories/{repository}/reconnect");
        Assert.Equal(HttpStatusCode.SeeOther, back.StatusCode);
        Assert.True(await _database.ScalarAsync<bool>("SELECT disconnected_at IS NULL FROM repositories"));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("member")]
    public async Task Who_does_not_manage_the_organization_gets_403(string role)
    {
        var repository = await _database.AddRepositoryAsync(_organization);
        using var client = await _server.SignInAsync(await _database.AddMemberAsync(_organization, role));

        foreach (var action in Actions(repository))
        {
            using var answer = await client.ForgeAsync("/repositories", action, ("location", "https://example.com/a/b"));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE disconnected_at IS NULL"));
    }

    [Fact]
    public async Task Another_tenants_repository_is_404_and_stays_connected()
    {
        var repository = await _database.AddRepositoryAsync(_organization);
        var (stranger, _) = await _database.AddTenantAsync("mallory");
        using var client = await _server.SignInAsync(stranger);

        foreach (var action in Actions(repository).Skip(1))
        {
            using var answer = await client.ForgeAsync("/repositories", action);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.True(await _database.ScalarAsync<bool>("SELECT disconnected_at IS NULL FROM repositories"));
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        var repository = await _database.AddRepositoryAsync(_organization);
        using var client = await _server.SignInAsync(_owner);

        foreach (var action in Actions(repository))
        {
            using var fields = new FormUrlEncodedContent([KeyValuePair.Create("location", "https://example.com/a/b")]);
            using var answer = await client.PostAsync(action, fields);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE disconnected_at IS NULL"));
    }

    [Fact]
    public async Task Nobody_who_is_not_signed_in_gets_through()
    {
        var repository = await _database.AddRepositoryAsync(_organization);
        using var client = _server.Stranger();

        foreach (var action in Actions(repository))
        {
            using var fields = new FormUrlEncodedContent([KeyValuePair.Create("location", "https://example.com/a/b")]);
            using var answer = await client.PostAsync(action, fields);
            Assert.NotEqual(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.False(answer.IsSuccessStatusCode);
        }

        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE disconnected_at IS NULL"));
    }

    private static string[] Actions(Guid repository) => ["/repositories", $"/repositories/{repository}/disconnect", $"/repositories/{repository}/reconnect"];
}
