using System.Text.Json;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Dapper;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>What became of a repository on GitHub is known here after a look, and nothing of it is lost.</summary>
public sealed class SyncRepositoryTests(PostgresFixture postgres) : IAsyncLifetime
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
        _shop = _world.GitHub.AddRepository("ada", "shop");
        _shop.Push("main", ("README.md", "# shop"));
        _id = await _world.ConnectAsync(_ada, _shop);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Renamed_archived_private_and_with_another_default_branch_it_is_the_same_repository()
    {
        _shop.Push("trunk", ("README.md", "# store"));
        (_shop.Name, _shop.IsArchived, _shop.IsPrivate, _shop.DefaultBranch) = ("store", true, true, "trunk");

        await SyncAsync();

        var row = await RowAsync(_id);
        Assert.Equal(("ada/store", "store", true, true, "trunk", "ok"), (row.Location, row.Name, row.Archived, row.IsPrivate, row.DefaultBranch, row.State));
        Assert.NotNull(row.SyncedAt);
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'repository.moved' AND detail = '{\"from\": \"ada/shop\", \"to\": \"ada/store\"}'"));
        var branches = JsonSerializer.Deserialize<JsonElement>(row.Branches!).EnumerateArray().ToDictionary(branch => branch.GetProperty("name").GetString()!, branch => branch.GetProperty("sha").GetString());
        Assert.Equal(_shop.Branches, branches!);
    }

    [Fact]
    public async Task Of_more_than_a_thousand_branches_a_thousand_are_kept()
    {
        var head = _shop.Branches["main"];
        for (var at = 0; at < 1050; at++)
        {
            _shop.Branches[$"b{at}"] = head;
        }

        await SyncAsync();

        Assert.Equal(1000, await _world.Database.ScalarAsync<int>("SELECT jsonb_array_length(branches) FROM repositories"));
        Assert.Equal(10, _world.GitHub.Requests.Count(request => request.Path.Contains("/branches", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_empty_repository_has_no_branches_and_is_fine()
    {
        var empty = _world.GitHub.AddRepository("ada", "empty");
        var id = await _world.ConnectAsync(_ada, empty);

        await _worker.RunAsync(_ada, new SyncRepository.Args(id));

        var row = await RowAsync(id);
        Assert.Equal(("ok", "[]"), (row.State, row.Branches));
    }

    [Theory]
    [InlineData(404, "gone")]
    [InlineData(403, "forbidden")]
    [InlineData(451, "blocked")]
    public async Task What_is_gone_for_us_stays_connected_with_its_state(int status, string state)
    {
        _world.GitHub.Fail($"repositories/{_shop.Id}", status);

        await SyncAsync();

        var row = await RowAsync(_id);
        Assert.Equal((state, "ada/shop", null), (row.State, row.Location, row.DisconnectedAt));
        Assert.Equal("completed", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
        await SyncAsync();
        Assert.Equal("ok", (await RowAsync(_id)).State);
    }

    [Fact]
    public async Task Private_and_no_longer_ours_it_is_gone_and_nothing_of_it_leaks()
    {
        (_shop.IsPrivate, _shop.Name) = (true, "secret-name");
        _shop.Collaborators.Clear();

        await SyncAsync();

        var row = await RowAsync(_id);
        Assert.Equal(("gone", "ada/shop", "shop"), (row.State, row.Location, row.Name));
    }

    [Fact]
    public async Task A_name_that_another_has_here_is_taken_over_and_the_other_is_asked_about()
    {
        var other = _world.GitHub.AddRepository("ada", "store");
        var otherId = await _world.ConnectAsync(_ada, other);
        // Crosswise, so that each wants what the other still has here.
        (_shop.Name, other.Name) = ("store", "shop");

        await SyncAsync();
        Assert.Equal("ada/store", (await RowAsync(_id)).Location);
        Assert.Equal($"ada/store~{other.Id}", (await RowAsync(otherId)).Location);
        await _worker.RunOnceAsync();

        Assert.Equal("ada/shop", (await RowAsync(otherId)).Location);
        Assert.Equal("ada/store", (await RowAsync(_id)).Location);
    }

    [Fact]
    public async Task A_second_look_costs_nothing_of_the_limit_when_nothing_changed()
    {
        await SyncAsync();
        var first = await RowAsync(_id);
        _world.GitHub.Requests.Clear();

        await SyncAsync();

        Assert.All(_world.GitHub.Requests, request => Assert.Equal("GET", request.Method));
        Assert.Equal(2, _world.GitHub.Requests.Count);
        Assert.Equal(first.Branches, (await RowAsync(_id)).Branches);
    }

    [Fact]
    public async Task A_token_that_is_revoked_ends_the_job_with_a_reason_and_leaves_what_is_known()
    {
        _world.GitHub.Tokens.Clear();

        await SyncAsync();

        Assert.Equal("dead_letter", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
        Assert.Contains("no longer accepts the token", await _world.Database.ScalarAsync<string>("SELECT error FROM jobs"), StringComparison.Ordinal);
        Assert.Equal("ada/shop", (await RowAsync(_id)).Location);
    }

    [Fact]
    public async Task A_default_branch_that_moved_without_anybody_telling_is_analysed_once()
    {
        // No hook can be made.
        _shop.MayAdminister = false;
        await AddAnalysisAsync(_shop.Branches["main"]);
        await SyncAsync();
        Assert.Equal(0, await AnalysesAsync());

        _shop.Push("main", ("README.md", "# new"));
        await SyncAsync();
        await _worker.RunAsync(_ada, new SyncRepository.Args(_id));

        Assert.Equal(1, await AnalysesAsync());
    }

    [Fact]
    public async Task A_default_branch_that_a_hook_tells_of_is_left_to_it()
    {
        await AddAnalysisAsync(_shop.Branches["main"]);
        await _world.Database.ExecuteAsync(
            "INSERT INTO repository_webhooks (id, organization_id, repository_id, secret, state) VALUES (gen_random_uuid(), @OrganizationId, @_id, '', 'active')", new { _ada.OrganizationId, _id });
        _shop.Push("main", ("README.md", "# new"));

        await SyncAsync();

        Assert.Equal(0, await AnalysesAsync());
    }

    [Fact]
    public async Task Transferred_out_of_an_installation_it_is_reached_by_who_connected_it_and_gets_a_hook()
    {
        var installation = _world.GitHub.Install("ada", _shop);
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@OrganizationId, @Id, @account, 'ada', 'User');
            UPDATE repositories SET installation_id = @Id;
            """,
            new { _ada.OrganizationId, installation.Id, account = _ada.Person.Id });
        await SyncAsync();
        Assert.Contains(_world.GitHub.Requests, request => request.Identity == $"installation:{installation.Id}");

        _shop.Owner = "guild";
        installation.Repositories.Clear();
        _world.GitHub.Requests.Clear();
        // Another process, which holds no token of the installation.
        await _world.StartWorker().RunAsync(_ada, new SyncRepository.Args(_id));

        Assert.Equal("guild/shop", (await RowAsync(_id)).Location);
        Assert.Null(await _world.Database.ScalarAsync<long?>("SELECT installation_id FROM repositories"));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'connect_webhook'"));
    }

    [Fact]
    public async Task An_installation_does_not_go_on_reading_for_somebody_who_was_locked_out()
    {
        var installation = await ServeAsync("acme", isPrivate: true);
        await SyncAsync();
        Assert.Equal(("ok", installation.Id), ((await RowAsync(_id)).State, await InstallationAsync()));

        _shop.Collaborators.Remove("ada");
        await SyncAsync();

        Assert.Equal(("forbidden", null), ((await RowAsync(_id)).State, await InstallationAsync()));
        Assert.Equal($$"""{"installation": {{installation.Id}}}""", await _world.Database.ScalarAsync<string>("SELECT detail::text FROM audit_log WHERE action = 'repository.access_lost'"));
        // And not by itself again, as long as they are.
        await SyncAsync();
        Assert.Null(await InstallationAsync());
    }

    [Fact]
    public async Task Who_may_read_it_only_reads_it_with_their_own_token()
    {
        await ServeAsync("acme");
        _shop.MayPush = false;

        await SyncAsync();

        Assert.Equal(("ok", null), ((await RowAsync(_id)).State, await InstallationAsync()));
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'connect_webhook'"));
    }

    [Fact]
    public async Task Who_may_write_again_has_it_read_by_the_installation_again()
    {
        var installation = await ServeAsync("acme", isPrivate: true);
        await _world.Database.ExecuteAsync(
            """
            UPDATE repositories SET installation_id = NULL;
            INSERT INTO repository_webhooks (id, organization_id, repository_id, hook_id, secret, state) SELECT gen_random_uuid(), organization_id, id, 7, '\x00', 'active' FROM repositories
            """);

        await SyncAsync();

        Assert.Equal(installation.Id, await InstallationAsync());
        Assert.Equal(1, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'remove_webhook'"));
    }

    [Fact]
    public async Task In_an_organization_that_stands_for_the_account_it_stays_with_the_installation()
    {
        var installation = await ServeAsync("acme", isPrivate: true);
        await _world.Database.ExecuteAsync(
            "UPDATE organizations SET github_id = @Id", new { _world.GitHub.Organizations.Single().Id });
        _shop.Collaborators.Clear();

        await SyncAsync();

        Assert.Equal(("ok", installation.Id), ((await RowAsync(_id)).State, await InstallationAsync()));
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("member", false)]
    public async Task Somebody_else_who_manages_the_organization_and_may_write_keeps_it(string role, bool isKept)
    {
        var installation = await ServeAsync("acme", isPrivate: true);
        var grace = _world.GitHub.AddPerson("grace");
        await _world.Database.ExecuteAsync(
            "UPDATE users SET github_id = @Id, login = 'grace' WHERE id = @other", new { grace.Id, other = await _world.Database.AddMemberAsync(_ada.OrganizationId, role) });
        _shop.Collaborators.Clear();
        _shop.Collaborators.Add("grace");

        await SyncAsync();

        Assert.Equal(isKept ? installation.Id : null, await InstallationAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_has_their_former_login_by_now_is_not_taken_for_them(bool mayWrite)
    {
        var installation = await ServeAsync("acme", isPrivate: true);
        // On GitHub she is lovelace, and another is ada.
        _world.GitHub.People.Remove(_ada.Person);
        _world.GitHub.AddPerson("ada");
        _world.GitHub.People.Add(_ada.Person with { Login = "lovelace" });
        if (mayWrite)
        {
            _shop.Collaborators.Add("lovelace");
        }

        await SyncAsync();

        Assert.Equal(mayWrite ? installation.Id : null, await InstallationAsync());
    }

    [Fact]
    public async Task Disconnected_it_is_not_asked_about()
    {
        await _world.Database.ExecuteAsync("UPDATE repositories SET disconnected_at = now()");

        await SyncAsync();

        Assert.Empty(_world.GitHub.Requests);
        Assert.Equal("cancelled", await _world.Database.ScalarAsync<string>("SELECT state FROM jobs"));
    }

    [Fact]
    public async Task Each_day_is_one_job_however_many_processes_look()
    {
        await _world.Database.ExecuteAsync("UPDATE repositories SET sync_at = now() - interval '3 days'");
        var due = await _world.ConnectAsync(_ada, _world.GitHub.AddRepository("ada", "later"));
        await _world.Database.ExecuteAsync("UPDATE repositories SET sync_at = now() + interval '1 hour' WHERE id = @due", new { due });
        GitHubWorld.Worker[] processes = [_worker, _world.StartWorker(), _world.StartWorker()];

        var made = await Task.WhenAll(processes.SelectMany(process => new[] { TickAsync(process), TickAsync(process) }));

        Assert.Equal(1, made.Sum());
        Assert.Equal($$"""{"repository_id": "{{_id}}"}""", await _world.Database.ScalarAsync<string>("SELECT args::text FROM jobs"));
        Assert.InRange(await _world.Database.ScalarAsync<double>("SELECT extract(epoch FROM sync_at - now())::float8 FROM repositories WHERE id = @_id", new { _id }), 86_000, 86_400);
        Assert.Equal(1, await _worker.RunOnceAsync());
        Assert.Equal("ok", (await RowAsync(_id)).State);
    }

    private Task AddAnalysisAsync(string commit) => _world.Database.ExecuteAsync(
        """
        INSERT INTO analyses (id, organization_id, repository_id, job_id, kind, commit_sha, finished_at)
        VALUES (@analysis, @OrganizationId, @_id, gen_random_uuid(), 'full', @commit, now())
        """,
        new { analysis = Guid.CreateVersion7(), _ada.OrganizationId, _id, commit });

    private Task<long> AnalysesAsync() => _world.Database.ScalarAsync<long>("SELECT count(*) FROM analyses WHERE finished_at IS NULL");

    // Of an organization on GitHub that ada works for: its installation of the App is linked here, and she connected the repository.
    private async Task<GitHubDouble.Installation> ServeAsync(string owner, bool isPrivate = false)
    {
        (_shop.Owner, _shop.IsPrivate) = (owner, isPrivate);
        var account = new GitHubDouble.GitHubOrganization(4242, owner);
        _world.GitHub.Organizations.Add(account);
        var installation = _world.GitHub.Install(owner, _shop);
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@OrganizationId, @Id, @account, @owner, 'Organization');
            UPDATE repositories SET installation_id = @Id, location = @FullName;
            """,
            new { _ada.OrganizationId, installation.Id, account = account.Id, owner, _shop.FullName });
        return installation;
    }

    private Task<long?> InstallationAsync() => _world.Database.ScalarAsync<long?>("SELECT installation_id FROM repositories WHERE id = @_id", new { _id });

    private static Task<int> TickAsync(GitHubWorld.Worker process) => process.Get<DailySync>().TickAsync(TestContext.Current.CancellationToken);

    private async Task SyncAsync()
    {
        await _world.Database.ExecuteAsync("DELETE FROM jobs");
        await _worker.RunAsync(_ada, new SyncRepository.Args(_id));
    }

    private async Task<Row> RowAsync(Guid id)
    {
        await using var connection = await _world.Database.Administrator.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Row>(
            """
            SELECT location AS "Location", name AS "Name", default_branch AS "DefaultBranch", archived AS "Archived", is_private AS "IsPrivate", github_state AS "State",
                   branches::text AS "Branches", synced_at AS "SyncedAt", disconnected_at AS "DisconnectedAt"
            FROM repositories WHERE id = @id
            """,
            new { id });
    }

    private sealed record Row(
        string Location, string Name, string? DefaultBranch, bool Archived, bool? IsPrivate, string? State, string? Branches, DateTime? SyncedAt, DateTime? DisconnectedAt);
}
