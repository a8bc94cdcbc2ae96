using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Features.Webhooks;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Dapper;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>However the making of a hook breaks off, there is one in the end, and people are told what is wrong.</summary>
public sealed class WebhookJobTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task A_hook_is_made_with_a_secret_of_its_own_that_is_kept_sealed_for_its_row()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        Assert.Null(await _world.Database.ScalarAsync<string?>("SELECT error FROM jobs"));
        var hook = Assert.Single(_world.GitHub.Hooks);
        var row = await RowAsync();
        Assert.Equal(("active", hook.Id, null), (row.State, row.HookId, row.Failure));
        Assert.Equal($"{GitHubWorld.PublicAddress}/webhooks/github/{row.Id}", hook.Address.AbsoluteUri);
        Assert.Equal(hook.Secret, _world.Sealer.Open(row.Secret, WebhookSecrets.Purpose, row.Id));
        Assert.InRange(hook.Secret.Length, 32, 100);
        Assert.Equal(["push", "pull_request", "repository", "member"], hook.Events);
        Assert.DoesNotContain(_world.GitHub.Requests, request => request.Path.Contains(hook.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_twice_it_is_one_hook_with_the_secret_that_is_known_here()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        var (hook, row) = (Assert.Single(_world.GitHub.Hooks), await RowAsync());
        Assert.Equal(("active", hook.Id), (row.State, row.HookId));
        Assert.Equal(hook.Secret, _world.Sealer.Open(row.Secret, WebhookSecrets.Purpose, row.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task GitHub_failing_at_a_step_leaves_a_hook_that_is_still_being_made_and_the_next_attempt_makes_it(int step)
    {
        if (step == 1)
        {
            // Listing, before GitHub fails at making it.
            _world.GitHub.Fail("/hooks?", 200, "[]");
        }

        _world.GitHub.Fail("/hooks", 502);
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var waiting = await RowAsync();
        Assert.Equal("creating", waiting.State);
        Assert.Contains("tried again by itself", waiting.Failure, StringComparison.Ordinal);

        await _world.HastenAsync();
        Assert.Equal(1, await _worker.RunOnceAsync());

        Assert.Equal("active", (await RowAsync()).State);
        Assert.Single(_world.GitHub.Hooks);
    }

    [Fact]
    public async Task A_hook_that_was_made_but_not_noted_is_found_again_and_not_made_twice()
    {
        await _world.Database.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON repository_webhooks FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION refuse();
            """);
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var made = Assert.Single(_world.GitHub.Hooks);
        Assert.Equal("creating", (await RowAsync()).State);
        await _world.Database.ExecuteAsync("DROP TRIGGER refuse ON repository_webhooks");

        await _world.HastenAsync();
        await _worker.RunOnceAsync();

        Assert.Equal(made, Assert.Single(_world.GitHub.Hooks));
        var row = await RowAsync();
        Assert.Equal(("active", made.Id), (row.State, row.HookId));
        Assert.Equal(made.Secret, _world.Sealer.Open(row.Secret, WebhookSecrets.Purpose, row.Id));
    }

    [Fact]
    public async Task A_hook_that_another_process_made_in_between_is_taken_over()
    {
        _world.GitHub.Fail("/hooks?", 200, "[]", times: 1);
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        // As if nobody had noted it: GitHub says that the address is taken.
        await _world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = 'creating', hook_id = NULL");
        _world.GitHub.Fail("/hooks?", 200, "[]", times: 1);

        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        Assert.Equal(("active", Assert.Single(_world.GitHub.Hooks).Id), ((await RowAsync()).State, (await RowAsync()).HookId));
        Assert.Contains(_world.GitHub.Requests, request => request.Method == "PATCH");
    }

    [Theory]
    [InlineData(403, "admin rights")]
    [InlineData(404, "admin rights")]
    [InlineData(422, "GitHub refused the request")]
    public async Task What_GitHub_refuses_for_good_is_told_with_what_follows_from_it(int status, string reason)
    {
        _world.GitHub.Fail("/hooks", status, """{"message": "Resource not accessible"}""", times: 5);

        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        var row = await RowAsync();
        Assert.Equal("failed", row.State);
        Assert.Contains(reason, row.Failure, StringComparison.Ordinal);
        Assert.Contains("by hand or by schedule", row.Failure, StringComparison.Ordinal);
        await _world.HastenAsync();
        Assert.Equal(0, await _worker.RunOnceAsync());
        Assert.Empty(_world.GitHub.Hooks);
    }

    [Fact]
    public async Task An_address_that_GitHub_cannot_reach_is_told_without_asking_GitHub()
    {
        var local = _world.StartWorker(("Http:PublicAddress", "http://localhost:5080"), ("GitHub:WebAddress", "https://github.com"));

        await local.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var row = await RowAsync();
        Assert.Equal("failed", row.State);
        Assert.Contains("GitHub cannot reach http://localhost:5080", row.Failure, StringComparison.Ordinal);
        await DisconnectAsync();
        await local.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Empty(_world.GitHub.Requests);
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repository_webhooks"));
        Assert.Equal(2, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed'"));
    }

    [Fact]
    public async Task A_token_that_is_revoked_in_mid_job_is_noted_and_said()
    {
        _world.GitHub.Tokens.Clear();

        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        Assert.Equal("failed", (await RowAsync()).State);
        Assert.Contains("no longer accepts the token", (await RowAsync()).Failure, StringComparison.Ordinal);
        Assert.True(await _world.Database.ScalarAsync<bool>("SELECT revoked_at IS NOT NULL FROM github_tokens"));
        var asked = _world.GitHub.Requests.Count;
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        Assert.Equal(asked, _world.GitHub.Requests.Count);
    }

    [Fact]
    public async Task While_GitHub_wants_it_so_nothing_is_asked_and_no_attempt_is_spent_by_another_process_either()
    {
        var until = DateTimeOffset.UtcNow.AddMinutes(20);
        _world.GitHub.Fail("/hooks", 403, """{"message": "API rate limit exceeded"}""", 1, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{until.ToUnixTimeSeconds()}"));
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var asked = _world.GitHub.Requests.Count;
        Assert.Equal("pending", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
        Assert.InRange(await _world.Database.ScalarAsync<double>("SELECT extract(epoch FROM run_at - now())::float8 FROM jobs"), 1100, 1300);

        await _world.HastenAsync();
        await _world.StartWorker().RunOnceAsync();

        Assert.Equal(asked, _world.GitHub.Requests.Count);
        Assert.Equal("pending", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
    }

    [Fact]
    public async Task Disconnected_while_the_hook_is_made_it_is_deleted_again()
    {
        await _world.Database.ExecuteAsync(
            """
            CREATE FUNCTION disconnect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE repositories SET disconnected_at = now(); RETURN NEW; END $$;
            CREATE TRIGGER disconnect AFTER UPDATE OF next_secret ON repository_webhooks FOR EACH ROW EXECUTE FUNCTION disconnect();
            ALTER FUNCTION disconnect() SECURITY DEFINER;
            """);

        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        Assert.Empty(_world.GitHub.Hooks);
        Assert.Contains(_world.GitHub.Requests, request => request.Method == "POST");
        Assert.Equal("cancelled", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
    }

    [Fact]
    public async Task Removing_deletes_the_hook_and_then_the_row()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        await DisconnectAsync();

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));
        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Empty(_world.GitHub.Hooks);
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repository_webhooks"));
    }

    [Fact]
    public async Task A_hook_that_somebody_deleted_on_GitHub_is_removed_as_well()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        _world.GitHub.Hooks.Clear();
        await DisconnectAsync();

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM repository_webhooks"));
    }

    [Fact]
    public async Task A_hook_that_cannot_be_removed_is_told_and_found_again_when_it_is_connected_again()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));
        var hook = Assert.Single(_world.GitHub.Hooks);
        await DisconnectAsync();
        _world.GitHub.Fail("/hooks/", 403, """{"message": "Must have admin rights"}""");

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));
        Assert.Contains("still on GitHub", (await RowAsync()).Failure, StringComparison.Ordinal);
        await _world.Database.ExecuteAsync("UPDATE repositories SET disconnected_at = NULL");
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        Assert.Equal(hook, Assert.Single(_world.GitHub.Hooks));
        Assert.Equal("active", (await RowAsync()).State);
    }

    [Fact]
    public async Task Connected_again_before_it_was_removed_the_hook_stays()
    {
        await _worker.RunAsync(_ada, new ConnectWebhook.Args(_id));

        await _worker.RunAsync(_ada, new RemoveWebhook.Args(_id));

        Assert.Single(_world.GitHub.Hooks);
        Assert.Equal("active", (await RowAsync()).State);
    }

    private Task DisconnectAsync() => _world.Database.ExecuteAsync("UPDATE repositories SET disconnected_at = now()");

    private async Task<Row> RowAsync()
    {
        await using var connection = await _world.Database.Administrator.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Row>("""SELECT id AS "Id", hook_id AS "HookId", secret AS "Secret", state AS "State", failure AS "Failure" FROM repository_webhooks""");
    }

    private sealed record Row(Guid Id, long? HookId, byte[] Secret, string State, string? Failure);
}
