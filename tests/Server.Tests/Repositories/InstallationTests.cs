using System.Net;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>An installation of the GitHub App belongs to an organization when GitHub says so, not because an address does.</summary>
public sealed class InstallationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly GitHubWorld _world = new(postgres);
    private GitHubWorld.Member _ada = null!;
    private TestServerHost _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _server = await TestServerHost.StartAsync(_world.Database, [.. _world.Settings, ("Session:IdleTimeout", "02:00:00")]);
        _ada = await AddPersonAsync("ada");
        _client = await _server.SignInAsync(_ada.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Installed_it_serves_the_repositories_that_its_person_may_write_to_in_place_of_their_hooks()
    {
        var (mine, readOnly, elsewhere) = (_world.GitHub.AddRepository("ada", "mine"), _world.GitHub.AddRepository("ada", "read"), _world.GitHub.AddRepository("grace", "hers"));
        readOnly.MayPush = false;
        var ids = new List<Guid>();
        foreach (var repository in new[] { mine, readOnly, elsewhere })
        {
            ids.Add(await _world.ConnectAsync(_ada, repository));
        }

        var worker = _world.StartWorker();
        await worker.RunAsync(_ada, new ConnectWebhook.Args(ids[0]));
        Assert.Single(_world.GitHub.Hooks);
        var installation = _world.GitHub.Install("ada", mine, readOnly);

        using var answer = await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={await StateAsync()}");

        Assert.Equal("/settings/github", answer.Headers.Location?.ToString());
        Assert.Equal($"{ids[0]}", await _world.Database.ScalarAsync<string>("SELECT string_agg(id::text, ',') FROM repositories WHERE installation_id = @Id", installation));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'github.installed'"));
        Assert.Contains("serves 1 connected repository", await _client.GetStringAsync("/settings/github"), StringComparison.Ordinal);
        await worker.RunOnceAsync();
        Assert.Empty(_world.GitHub.Hooks);
    }

    [Fact]
    public async Task A_foreign_installation_is_refused_whatever_the_address_says()
    {
        _world.GitHub.AddPerson("grace");
        var hers = _world.GitHub.Install("grace", _world.GitHub.AddRepository("grace", "secret", isPrivate: true));

        using var answer = await _client.GetAsync($"/github/installed?installation_id={hers.Id}&setup_action=install&state={await StateAsync()}");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM github_installations"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&state=")]
    [InlineData("&state=AAAA")]
    [InlineData("&state=%2e%2e%2f")]
    public async Task Without_a_state_of_ours_nothing_is_taken_from_the_address(string state)
    {
        var installation = _world.GitHub.Install("ada");

        using var answer = await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install{state}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(_world.GitHub.Requests);
    }

    [Fact]
    public async Task A_state_serves_the_session_that_began_and_for_an_hour()
    {
        var installation = _world.GitHub.Install("ada");
        var state = await StateAsync();
        using var otherBrowser = await _server.SignInAsync(_ada.UserId);
        var address = $"/github/installed?installation_id={installation.Id}&setup_action=install&state={state}";

        Assert.Equal(HttpStatusCode.BadRequest, (await otherBrowser.GetAsync(address)).StatusCode);
        _server.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task Who_manages_no_such_organization_begins_nothing()
    {
        var (_, foreign) = await _world.Database.AddTenantAsync("eve");
        using var member = await _server.SignInAsync(await _world.Database.AddMemberAsync(_ada.OrganizationId, "member"));

        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"/github/install?organization_id={foreign}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.GetAsync($"/github/install?organization_id={_ada.OrganizationId}")).StatusCode);
    }

    [Fact]
    public async Task A_request_that_an_owner_must_allow_and_a_changed_selection_lead_to_the_page()
    {
        Assert.Equal("/settings/github?requested=true", (await _client.GetAsync("/github/installed?setup_action=request")).Headers.Location!.ToString());
        Assert.Equal("/settings/github", (await _client.GetAsync("/github/installed?installation_id=1&setup_action=update")).Headers.Location!.ToString());
        Assert.Contains("asked an owner", await _client.GetStringAsync("/settings/github?requested=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unlinked_its_repositories_are_reached_as_before_and_get_hooks()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var installation = _world.GitHub.Install("ada", shop);
        await _world.ConnectAsync(_ada, shop);
        (await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={await StateAsync()}")).Dispose();
        var (eve, _) = await _world.Database.AddTenantAsync("eve");
        using var stranger = await _server.SignInAsync(eve);
        var address = $"/organizations/{_ada.OrganizationId}/github/installations/{installation.Id}";
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1{address}")).StatusCode);

        using var form = await _client.SubmitAsync("/settings/github", $"{address}/unlink");
        var worker = _world.StartWorker();
        await worker.RunOnceAsync();
        // The hook that was to go and the one that is to come may have met.
        await _world.HastenAsync();
        await worker.RunOnceAsync();

        Assert.Equal("/settings/github", form.Headers.Location!.ToString());
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repositories WHERE installation_id IS NOT NULL"));
        Assert.Single(_world.GitHub.Hooks);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.DeleteAsync($"/api/v1{address}")).StatusCode);
    }

    [Fact]
    public async Task Suspended_and_removed_ones_are_told_and_their_repositories_too()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var installation = _world.GitHub.Install("ada", shop);
        var id = await _world.ConnectAsync(_ada, shop);
        (await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={await StateAsync()}")).Dispose();

        await _world.Database.ExecuteAsync("UPDATE github_installations SET suspended_at = now()");
        Assert.Contains("suspended", await _client.GetStringAsync("/settings/github"), StringComparison.Ordinal);
        Assert.Contains("suspended or removed", await _client.GetStringAsync($"/repositories/{id}"), StringComparison.Ordinal);
        await _world.StartWorker().RunAsync(_ada, new SyncRepository.Args(id));
        Assert.Equal("forbidden", await _world.Database.ScalarAsync<string>("SELECT github_state FROM repositories"));
        await _world.Database.ExecuteAsync("UPDATE github_installations SET removed_at = now()");
        Assert.Contains("removed on GitHub", await _client.GetStringAsync("/settings/github"), StringComparison.Ordinal);
        var listed = await (await _client.GetAsync("/api/v1/github/installations")).JsonAsync();
        Assert.Equal("ada", listed.GetProperty("items")[0].GetProperty("account").GetString());
    }

    [Fact]
    public async Task A_newly_connected_repository_that_it_reaches_is_served_by_it_and_one_that_it_does_not_reach_gets_a_hook()
    {
        var (inside, outside) = (_world.GitHub.AddRepository("ada", "inside"), _world.GitHub.AddRepository("ada", "outside"));
        var installation = _world.GitHub.Install("ada", inside);
        (await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={await StateAsync()}")).Dispose();

        foreach (var name in new[] { inside.FullName, outside.FullName })
        {
            using var answer = await _client.SubmitAsync("/repositories/github", "/repositories/github", ("repository", name));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        Assert.Equal("ada/inside", await _world.Database.ScalarAsync<string>("SELECT string_agg(location, ',') FROM repositories WHERE installation_id = @Id", installation));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'connect_webhook'"));
    }

    [Fact]
    public async Task Where_there_is_no_App_that_is_said()
    {
        await using var plain = await TestServerHost.StartAsync(_world.Database, _world.GitHub.Settings);
        using var client = await plain.SignInAsync(_ada.UserId);

        Assert.Contains("There is no GitHub App", await client.GetStringAsync("/settings/github"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.GetAsync("/github/install")).StatusCode);
    }

    [Fact]
    public async Task Linking_it_works_however_many_jobs_wait_and_however_many_repositories_it_serves()
    {
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var installation = _world.GitHub.Install("ada", shop);
        var id = await _world.ConnectAsync(_ada, shop);
        await _world.Database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args, run_at) SELECT gen_random_uuid(), @OrganizationId, 'sync', 'test', '{}', now() + interval '1 day' FROM generate_series(1, 500)",
            new { _ada.OrganizationId });

        using var answer = await _client.GetAsync($"/github/installed?installation_id={installation.Id}&setup_action=install&state={await StateAsync()}");

        Assert.Equal("/settings/github", answer.Headers.Location?.ToString());
        Assert.Equal($"{id}", await _world.Database.ScalarAsync<string>("SELECT args ->> 'repository_id' FROM jobs WHERE kind = 'remove_webhook'"));
    }

    [Fact]
    public async Task Each_day_GitHub_is_asked_how_it_is_by_one_job_however_many_processes_look()
    {
        var installation = _world.GitHub.Install("ada");
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type, suspended_at)
            VALUES (@OrganizationId, @Id, 1, 'ada', 'User', now())
            """,
            new { _ada.OrganizationId, installation.Id });
        GitHubWorld.Worker[] processes = [_world.StartWorker(), _world.StartWorker(), _world.StartWorker()];

        var made = await Task.WhenAll(processes.SelectMany(process => new[] { TickAsync(process), TickAsync(process) }));

        Assert.Equal(1, made.Sum());
        Assert.InRange(await _world.Database.ScalarAsync<double>("SELECT extract(epoch FROM sync_at - now())::float8 FROM github_installations"), 86_000, 86_400);
        Assert.Equal(1, await processes[0].RunOnceAsync());
        Assert.True(await _world.Database.ScalarAsync<bool>("SELECT suspended_at IS NULL FROM github_installations"));

        static Task<int> TickAsync(GitHubWorld.Worker process) => process.Get<DailySync>().TickAsync(TestContext.Current.CancellationToken);
    }

    private Task<GitHubWorld.Member> AddPersonAsync(string login) => _world.AddPersonAsync(login, _server.Services.GetRequiredService<EncryptionKeys>());

    private async Task<string> StateAsync()
    {
        using var answer = await _client.GetAsync($"/github/install?organization_id={_ada.OrganizationId}");
        var location = answer.Headers.Location!;
        Assert.StartsWith($"{_world.GitHub.Address}/apps/double/installations/new?state=", location.AbsoluteUri, StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(location.Query)["state"].ToString();
    }
}
