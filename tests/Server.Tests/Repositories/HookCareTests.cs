using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Dapper;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>Whatever broke off, was lost or was taken back, a repository has the hook that it needs after a look at it, and one that works is not broken.</summary>
public sealed class HookCareTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly GitHubWorld _world = new(postgres);
    private GitHubWorld.Member _ada = null!;
    private GitHubWorld.Worker _worker = null!;
    private GitHubRepository _shop = null!;
    private Guid _id;

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        _ada = await _world.AddPersonAsync("ada");
        _worker = _world.StartWorker();
        _shop = _world.GitHub.AddRepository("ada", "shop", isPrivate: true);
        _id = await _world.ConnectAsync(_ada, _shop);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_repository_that_was_left_without_a_hook_gets_one_at_the_next_look()
    {
        await SyncAsync();

        Assert.Equal("active", (await RowAsync()).State);
        Assert.Single(_world.GitHub.Hooks);
    }

    [Fact]
    public async Task What_GitHub_refused_is_tried_again_once_a_day_and_not_at_each_look()
    {
        _shop.MayAdminister = false;
        await SyncAsync();
        Assert.Equal("failed", (await RowAsync()).State);
        var asked = HookRequests();
        _shop.MayAdminister = true;
        await SyncAsync();
        Assert.Equal(asked, HookRequests());

        await ADayPassesAsync();
        await SyncAsync();

        Assert.Equal("active", (await RowAsync()).State);
        Assert.Single(_world.GitHub.Hooks);
    }

    [Theory]
    [InlineData("creating")]
    [InlineData("removing")]
    public async Task A_hook_whose_job_was_lost_on_the_way_is_made_at_a_later_look(string state)
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        _world.GitHub.Hooks.Clear();
        await _world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = @state", new { state });

        await ADayPassesAsync();
        await SyncAsync();

        Assert.Equal(("active", Assert.Single(_world.GitHub.Hooks).Id), ((await RowAsync()).State, (await RowAsync()).HookId));
    }

    [Fact]
    public async Task A_hook_whose_secret_no_key_opens_any_more_is_made_anew()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var hook = Assert.Single(_world.GitHub.Hooks);
        await _world.Database.ExecuteAsync("UPDATE repository_webhooks SET secret = decode(repeat('01', 80), 'hex'), next_secret = decode(repeat('01', 80), 'hex')");

        await ADayPassesAsync();
        await SyncAsync();

        var row = await RowAsync();
        Assert.Equal(hook, Assert.Single(_world.GitHub.Hooks));
        Assert.Equal(("active", hook.Secret), (row.State, _world.Sealer.Open(row.Secret, WebhookSecrets.Purpose, row.Id)));
    }

    [Fact]
    public async Task A_look_leaves_a_hook_that_works_alone()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var before = await RowAsync();
        await ADayPassesAsync();
        var asked = HookRequests();

        await SyncAsync();

        Assert.Equal(asked, HookRequests());
        Assert.Equal(before.Secret, (await RowAsync()).Secret);
    }

    [Fact]
    public async Task A_hook_that_the_App_stands_in_for_is_removed_at_a_later_look()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        await InstallAsync();
        await ADayPassesAsync();

        await SyncAsync();

        Assert.Empty(_world.GitHub.Hooks);
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repository_webhooks"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_another_job_is_at_the_hook_this_one_waits_so_that_none_deletes_what_the_other_makes(bool isWanted)
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        await _world.Database.ExecuteAsync("DELETE FROM jobs");
        if (!isWanted)
        {
            await _world.Database.ExecuteAsync("UPDATE repositories SET disconnected_at = now()");
        }

        var asked = HookRequests();
        await using (var other = await _world.Database.Administrator.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await other.ExecuteAsync("SELECT pg_advisory_lock(hashtextextended('app.repository_webhook:' || @_id::uuid, 7))", new { _id });
            await RunAsync();
            Assert.Equal(asked, HookRequests());
            Assert.Equal("pending", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
            await other.ExecuteAsync("SELECT pg_advisory_unlock(hashtextextended('app.repository_webhook:' || @_id::uuid, 7))", new { _id });
        }

        await _world.HastenAsync();
        await _worker.RunOnceAsync();

        Assert.Equal(isWanted ? 1 : 0, _world.GitHub.Hooks.Count);
        Assert.Equal("completed", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));

        Task RunAsync() => isWanted ? _worker.RunAsync(_ada, new ConnectWebhook.Args(_id)) : _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));
    }

    [Fact]
    public async Task Until_GitHub_has_agreed_to_a_new_secret_the_old_one_counts_and_the_new_one_stays_the_same()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var before = await RowAsync();
        _world.GitHub.Fail("/hooks/", 502, times: 1);
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var offered = await RowAsync();
        Assert.Equal("active", offered.State);
        Assert.Equal(before.Secret, offered.Secret);
        Assert.NotNull(offered.NextSecret);

        await _world.HastenAsync();
        await _worker.RunOnceAsync();

        var after = await RowAsync();
        Assert.Equal(offered.NextSecret, after.Secret);
        Assert.Null(after.NextSecret);
        Assert.Equal(Assert.Single(_world.GitHub.Hooks).Secret, _world.Sealer.Open(after.Secret, WebhookSecrets.Purpose, after.Id));
    }

    [Fact]
    public async Task A_hook_that_works_is_left_alone_by_whoever_may_not_administer_it()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var hook = Assert.Single(_world.GitHub.Hooks);
        _shop.MayAdminister = false;

        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        var row = await RowAsync();
        Assert.Equal(("active", hook.Secret), (row.State, _world.Sealer.Open(row.Secret, WebhookSecrets.Purpose, row.Id)));
        Assert.Contains("The hook that is there goes on as it is.", row.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moved_to_the_App_the_hook_is_removed_by_who_made_it_as_the_App_may_have_no_say_in_hooks()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        await InstallAsync();
        _world.GitHub.Requests.Clear();

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Empty(_world.GitHub.Hooks);
        Assert.All(_world.GitHub.Requests, request => Assert.Equal("ada", request.Identity));
    }

    [Fact]
    public async Task Where_who_made_the_hook_has_no_token_any_more_the_App_removes_it()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var installation = await InstallAsync();
        await _world.Database.ExecuteAsync("DELETE FROM github_tokens");

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Empty(_world.GitHub.Hooks);
        Assert.Contains(_world.GitHub.Requests, request => request.Method == "DELETE" && request.Identity == $"installation:{installation.Id}");
    }

    private async Task<GitHubDouble.Installation> InstallAsync()
    {
        var installation = _world.GitHub.Install("ada", _shop);
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@OrganizationId, @Id, @account, 'ada', 'User');
            UPDATE repositories SET installation_id = @Id;
            """,
            new { _ada.OrganizationId, installation.Id, account = _ada.Person.Id });
        return installation;
    }

    private Task ADayPassesAsync() => _world.Database.ExecuteAsync("UPDATE repository_webhooks SET tried_at = tried_at - interval '1 day'");

    // The look, and the job that follows from it.
    private async Task SyncAsync()
    {
        await _world.Database.ExecuteAsync("DELETE FROM jobs");
        await _worker.RunAsync(_ada, new SyncRepository.Args(_id));
        await _worker.RunOnceAsync();
    }

    private int HookRequests() => _world.GitHub.Requests.Count(request => request.Path.Contains("/hooks", StringComparison.Ordinal));

    private async Task<Row> RowAsync()
    {
        await using var connection = await _world.Database.Administrator.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Row>(
            """
            SELECT id AS "Id", hook_id AS "HookId", secret AS "Secret", next_secret AS "NextSecret", state AS "State", failure AS "Failure" FROM repository_webhooks
            """);
    }

    private sealed record Row(Guid Id, long? HookId, byte[] Secret, byte[]? NextSecret, string State, string? Failure);
}
