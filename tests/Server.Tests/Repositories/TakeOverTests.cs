using System.Net;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>When whoever connected a repository may not read it any more, another admin has it read with their own account.</summary>
public sealed class TakeOverTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Button = "Read it with my account from now on";

    private readonly GitHubWorld _world = new(postgres);
    private TestServerHost _server = null!;
    private GitHubWorld.Member _ada = null!;
    private GitHubRepository _shop = null!;
    private Guid _id;

    private string Page => $"/repositories/{_id}";

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _server = await TestServerHost.StartAsync(_world.Database, _world.Settings);
        _ada = await AddPersonAsync("ada");
        _shop = _world.GitHub.AddRepository("ada", "shop", isPrivate: true);
        _id = await _world.ConnectAsync(_ada, _shop);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Another_admin_takes_it_over_on_its_page_and_it_is_read_again()
    {
        var grace = await AddColleagueAsync("grace", "admin");
        _shop.Collaborators.Add("grace");
        _world.GitHub.Tokens.TryRemove(_ada.Token, out _);
        var worker = _world.StartWorker();
        await worker.RunAsync(_ada, new SyncRepository.Args(_id));
        using var client = await _server.SignInAsync(grace.UserId);
        Assert.Contains("ada must sign in with GitHub again, or another admin have it read with their account.", await client.GetStringAsync(Page), StringComparison.Ordinal);

        using var answer = await client.SubmitAsync(Page, $"{Page}/take-over");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(grace.UserId, await _world.Database.ScalarAsync<Guid>("SELECT connected_by FROM repositories"));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'repository.taken_over' AND target = @_id::text", new { _id }));
        await worker.RunOnceAsync();
        Assert.Equal("ok", await _world.Database.ScalarAsync<string>("SELECT github_state FROM repositories WHERE synced_at IS NOT NULL"));
        var shown = await client.GetStringAsync(Page);
        Assert.Contains("as grace, who connected it", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Button, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_read_it_on_GitHub_does_not_get_it_and_nothing_changes()
    {
        var grace = await AddColleagueAsync("grace", "admin");
        using var client = await _server.SignInAsync(grace.UserId);

        using var answer = await client.PostAsync($"/api/v1/repositories/{_id}/take-over", null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("GitHub does not let you read ada/shop", await answer.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(_ada.UserId, await _world.Database.ScalarAsync<Guid>("SELECT connected_by FROM repositories"));
    }

    [Fact]
    public async Task Members_do_not_and_strangers_see_no_repository()
    {
        var member = await AddColleagueAsync("grace", "member");
        _shop.Collaborators.Add("grace");
        using var client = await _server.SignInAsync(member.UserId);
        using var stranger = await _server.SignInAsync((await AddPersonAsync("eve")).UserId);

        Assert.DoesNotContain(Button, await client.GetStringAsync(Page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync($"/api/v1/repositories/{_id}/take-over", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/repositories/{_id}/take-over", null)).StatusCode);
        Assert.Equal(_ada.UserId, await _world.Database.ScalarAsync<Guid>("SELECT connected_by FROM repositories"));
    }

    // The host makes keys of its own; its tokens are planted with them.
    private Task<GitHubWorld.Member> AddPersonAsync(string login) => _world.AddPersonAsync(login, _server.Services.GetRequiredService<EncryptionKeys>());

    private async Task<GitHubWorld.Member> AddColleagueAsync(string login, string role)
    {
        var person = await AddPersonAsync(login);
        await _world.Database.ExecuteAsync(
            "INSERT INTO organization_members (organization_id, user_id, role) VALUES (@OrganizationId, @UserId, @role)", new { _ada.OrganizationId, person.UserId, role });
        return person;
    }
}
