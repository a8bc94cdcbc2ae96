using System.Text.Json;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Webhooks;

/// <summary>What follows from each event, in the database and in words.</summary>
public sealed class ProcessDeliveryTests(WebhookWorld world) : IClassFixture<WebhookWorld>
{
    [Fact]
    public async Task A_push_to_the_default_branch_is_analysed()
    {
        var tool = await world.ConnectAsync();
        world.Source.Read.Clear();
        Assert.Equal("An analysis of the branch main was started.", await world.ProcessAsync(tool, "push", tool.Push()));
        Assert.Equal([null], world.Source.Read);
        Assert.Equal(1, await AnalysesAsync(tool, "ref IS NULL AND kind = 'full' AND finished_at IS NOT NULL AND requested_by IS NULL"));
    }

    [Fact]
    public async Task Deleted_branches_and_tags_and_other_branches_are_not()
    {
        var tool = await world.ConnectAsync();
        Assert.Equal("The branch old was deleted: there is nothing to analyse.", await world.ProcessAsync(tool, "push", tool.Push(new string('0', 40), "refs/heads/old", deleted: true)));
        Assert.Equal("Tags are not analysed: v1.", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/tags/v1")));
        Assert.Contains("is not the default one", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/topic/x")), StringComparison.Ordinal);
        Assert.Equal("refs/notes/commits is no branch.", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/notes/commits")));
        Assert.Equal(0, await AnalysesAsync(tool));
    }

    [Fact]
    public async Task Other_branches_are_analysed_where_the_settings_say_so()
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync("""UPDATE repositories SET settings = '{"push_branches": "all"}' WHERE id = @Repository""", tool);
        Assert.Equal("An analysis of the branch topic/x was started.", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/topic/x")));
        Assert.Equal(1, await AnalysesAsync(tool, "ref = 'topic/x'"));
        Assert.Equal("Not analysed: the name of the branch @{x} cannot be asked for.", await world.ProcessAsync(tool, "push", tool.Push(reference: "refs/heads/@{x}")));
    }

    [Fact]
    public async Task A_burst_of_pushes_is_one_analysis()
    {
        var tool = await world.ConnectAsync();
        for (var push = 0; push < 20; push++)
        {
            await SendAsync(tool, "push", tool.Push($"{push:d40}"));
        }

        await world.RunAsync();
        Assert.Equal(1, await AnalysesAsync(tool));
        Assert.Equal(1, await ReceiptsAsync(tool, "outcome = 'An analysis of the branch main was started.'"));
        Assert.Equal(19, await ReceiptsAsync(
            tool, "outcome IN ('An analysis of the branch main waits already, and will see it.', 'An analysis of the branch main that began later sees it.')"));
    }

    [Fact]
    public async Task What_is_pushed_while_an_analysis_runs_is_seen_by_one_more_that_follows()
    {
        var tool = await world.ConnectAsync();
        world.Source.Commit = new string('1', 40);
        world.Source.Meanwhile = async () =>
        {
            // Only the first is interrupted: by three pushes, after it has seen what is there.
            world.Source.Meanwhile = () => Task.CompletedTask;
            world.Source.Commit = new string('4', 40);
            foreach (var after in "234")
            {
                await SendAsync(tool, "push", tool.Push(new string(after, 40)));
            }

            await using var another = world.CreateWorker();
            while (await another.GetRequiredService<JobWorker>().RunOnceAsync(TestContext.Current.CancellationToken) > 0)
            {
                // Until nothing is due.
            }

            Assert.Equal(2, await AnalysesAsync(tool));
            Assert.Equal(1, await AnalysesAsync(tool, "EXISTS (SELECT FROM jobs WHERE jobs.id = job_id AND jobs.state = 'pending' AND jobs.run_at > now())"));
        };
        Assert.Equal("An analysis of the branch main was started.", await world.ProcessAsync(tool, "push", tool.Push(new string('1', 40))));
        await HurryAsync();
        await world.RunAsync();
        Assert.Equal(2, await AnalysesAsync(tool, "finished_at IS NOT NULL AND failure IS NULL"));
        Assert.Equal(new string('4', 40), await world.Database.ScalarAsync<string>("SELECT commit_sha FROM analyses WHERE repository_id = @Repository ORDER BY id DESC LIMIT 1", tool));
        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE organization_id = @Organization AND kind <> 'publish_results' AND state <> 'completed'", tool));
    }

    [Fact]
    public async Task The_same_push_by_another_hook_is_not_analysed_twice()
    {
        var tool = await world.ConnectAsync();
        world.Source.Commit = new string('7', 40);
        await world.ProcessAsync(tool, "push", tool.Push(new string('7', 40)));
        Assert.Equal("The branch main is at 77777777, which is analysed already.", await world.ProcessAsync(tool, "push", tool.Push(new string('7', 40))));
        Assert.Equal("An analysis of the branch main was started.", await world.ProcessAsync(tool, "push", tool.Push(new string('8', 40))));
        Assert.Equal(2, await AnalysesAsync(tool));
    }

    [Theory]
    [InlineData("opened")]
    [InlineData("synchronize")]
    [InlineData("reopened")]
    public async Task The_head_of_a_pull_request_is_analysed(string action)
    {
        var tool = await world.ConnectAsync();
        Assert.Equal("An analysis of the pull request #12 was started.", await world.ProcessAsync(tool, "pull_request", tool.PullRequest(action, 12)));
        Assert.Equal(1, await AnalysesAsync(tool, "ref = 'pull/12/head' AND pull_request = 12"));
    }

    [Theory]
    [InlineData(true, "merged")]
    [InlineData(false, "closed")]
    public async Task A_closed_pull_request_of_ours_settles_its_proposal(bool merged, string state)
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync(
            """
            INSERT INTO proposals (id, organization_id, repository_id, kind, subject_id, job_id, branch, number, state)
            VALUES (gen_random_uuid(), @Organization, @Repository, 'fix', gen_random_uuid(), gen_random_uuid(), 'autodevops/fix', 5, 'open')
            """,
            tool);
        Assert.Equal($"The pull request #4 was {state}.", await world.ProcessAsync(tool, "pull_request", tool.PullRequest("closed", 4, merged)));
        Assert.Equal($"Our pull request #5 was {state}.", await world.ProcessAsync(tool, "pull_request", tool.PullRequest("closed", 5, merged)));
        Assert.Equal(state, await StateAsync());
        await world.ProcessAsync(tool, "pull_request", tool.PullRequest("reopened", 5));
        Assert.Equal(merged ? "merged" : "open", await StateAsync());
        Assert.Equal(1, await AnalysesAsync(tool));

        Task<string> StateAsync() => world.Database.ScalarAsync<string>("SELECT state FROM proposals WHERE repository_id = @Repository", tool);
    }

    [Fact]
    public async Task A_label_on_a_pull_request_is_nothing_to_analyse()
    {
        var tool = await world.ConnectAsync();
        Assert.Equal("Nothing to analyse: the pull request #3 was labeled.", await world.ProcessAsync(tool, "pull_request", tool.PullRequest("labeled", 3)));
        Assert.Equal(0, await AnalysesAsync(tool));
    }

    [Fact]
    public async Task A_ping_makes_the_webhook_active()
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync("UPDATE repository_webhooks SET state = 'creating', hook_id = NULL WHERE id = @Webhook", tool);
        Assert.Equal("The webhook works.", await world.ProcessAsync(tool, "ping", new { hook_id = 77, repository = tool.Described }));
        Assert.Equal("active 77", await world.Database.ScalarAsync<string>("SELECT state || ' ' || hook_id FROM repository_webhooks WHERE id = @Webhook", tool));
    }

    [Fact]
    public async Task A_repository_that_is_renamed_moved_archived_or_deleted_is_so_here()
    {
        var tool = await world.ConnectAsync();
        Assert.Equal("The repository is octo/renamed now.", await RepositoryAsync("renamed", name: "renamed"));
        Assert.Equal("octo/renamed false false main", await RowAsync());
        Assert.Equal("The repository is acme/renamed now.", await RepositoryAsync("transferred", owner: "acme", name: "renamed"));
        Assert.Equal("The repository was archived.", await RepositoryAsync("archived", owner: "acme", name: "renamed", archived: true));
        Assert.Equal("acme/renamed true false main", await RowAsync());
        Assert.Equal("The repository is no longer archived.", await RepositoryAsync("unarchived", owner: "acme", name: "renamed"));
        Assert.Equal("The repository is private now.", await RepositoryAsync("privatized", owner: "acme", name: "renamed", isPrivate: true));
        Assert.Equal("acme/renamed false true main", await RowAsync());
        Assert.Equal("The repository is public now.", await RepositoryAsync("publicized", owner: "acme", name: "renamed"));
        Assert.Equal("The default branch is trunk now.", await RepositoryAsync("edited", owner: "acme", name: "renamed", branch: "trunk", changes: new { default_branch = new { from = "main" } }));
        Assert.Equal("acme/renamed false false trunk", await RowAsync());
        Assert.Contains("was deleted on GitHub", await RepositoryAsync("deleted", owner: "acme", name: "renamed"), StringComparison.Ordinal);
        Assert.Equal("gone", await world.Database.ScalarAsync<string>("SELECT github_state FROM repositories WHERE id = @Repository", tool));

        Task<string> RepositoryAsync(string action, string owner = "octo", string name = "tool", bool archived = false, bool isPrivate = false, string branch = "main", object? changes = null) =>
            world.ProcessAsync(tool, "repository", new
            {
                action,
                changes = changes ?? new { },
                repository = new { id = tool.GitHub.Id, name, full_name = $"{owner}/{name}", @private = isPrivate, archived, default_branch = branch },
            });
        Task<string> RowAsync() => world.Database.ScalarAsync<string>(
            "SELECT concat_ws(' ', location, archived::text, is_private::text, default_branch) FROM repositories WHERE id = @Repository", tool);
    }

    [Fact]
    public async Task A_renaming_that_arrives_late_does_not_put_an_old_name_back()
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        tool.GitHub.Name += "-newest";

        var outcome = await world.ProcessAsync(tool, "repository", new { action = "renamed", repository = new { id = tool.GitHub.Id, name = "older", full_name = "octo/older" } });

        Assert.Equal("The repository is octo/older now.", outcome);
        Assert.Equal(tool.GitHub.FullName, await world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task A_repository_that_takes_the_name_of_another_connected_one_is_left_as_it_is()
    {
        var tool = await world.ConnectAsync();
        var other = await world.ConnectAsync(organization: tool.Organization);
        var outcome = await world.ProcessAsync(tool, "repository", new { action = "renamed", repository = new { id = tool.GitHub.Id, name = other.GitHub.Name, full_name = other.GitHub.FullName } });
        Assert.Contains("Another connected repository has the name", outcome, StringComparison.Ordinal);
        Assert.Equal(tool.GitHub.FullName, await world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task An_installation_is_as_GitHub_says_when_it_is_asked_after_an_event()
    {
        var tool = await world.ConnectAsync();
        var installation = world.GitHub.Install("octo", tool.GitHub);
        await InstallAsync(tool, installation.Id);
        (installation.SuspendedAt, installation.Selection) = (world.Server.Clock.GetUtcNow(), "all");
        Assert.Contains("was suspended", await InstallationAsync("suspend"), StringComparison.Ordinal);
        Assert.Equal("octo all true false", await RowAsync());
        installation.SuspendedAt = null;
        Assert.Contains("no longer suspended", await InstallationAsync("unsuspend"), StringComparison.Ordinal);
        Assert.Equal("octo all false false", await RowAsync());
        Assert.Contains("permissions were accepted", await InstallationAsync("new_permissions_accepted"), StringComparison.Ordinal);
        Assert.Equal("""{"contents": "write", "metadata": "read"}""", await world.Database.ScalarAsync<string>("SELECT permissions::text FROM github_installations WHERE installation_id = @Id", new { installation.Id }));
        installation.Account = "octopus";
        Assert.Contains("has another name", await AppAsync(tool, "installation_target", new { action = "renamed", installation = new { id = installation.Id } }), StringComparison.Ordinal);
        Assert.Equal("octopus all false false", await RowAsync());
        world.GitHub.Installations.Remove(installation);
        Assert.Contains("was removed", await InstallationAsync("deleted"), StringComparison.Ordinal);
        Assert.Equal("octopus all false true", await RowAsync());
        world.GitHub.Installations.Add(installation);
        Assert.Contains("was installed", await InstallationAsync("created"), StringComparison.Ordinal);
        Assert.Equal("octopus all false false", await RowAsync());

        Task<string> InstallationAsync(string action) => AppAsync(tool, "installation", new { action, installation = new { id = installation.Id, account = new { id = 9, login = "octo" } } });
        Task<string> RowAsync() => world.Database.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', account_login, repository_selection, (suspended_at IS NOT NULL)::text, (removed_at IS NOT NULL)::text)
            FROM github_installations WHERE installation_id = @Id
            """,
            new { installation.Id });
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("deleted")]
    public async Task An_event_of_an_installation_that_arrives_late_does_not_suspend_it_for_good(string action)
    {
        var tool = await world.ConnectAsync();
        var installation = world.GitHub.Install("octo", tool.GitHub);
        await InstallAsync(tool, installation.Id);

        await AppAsync(tool, "installation", new { action, installation = new { id = installation.Id, account = new { id = 9, login = "octo" } } });

        Assert.True(await world.Database.ScalarAsync<bool>("SELECT suspended_at IS NULL AND removed_at IS NULL FROM github_installations WHERE installation_id = @Id", new { installation.Id }));
    }

    [Fact]
    public async Task A_repository_goes_by_the_installation_as_long_as_it_reaches_it_and_gets_a_hook_when_it_does_not()
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        var installation = world.GitHub.Install("octo", tool.GitHub);
        await InstallAsync(tool, installation.Id, account: 1);
        Assert.Equal("The App reaches 1 more of the connected repositories.", await ChangeAsync(added: [tool.GitHub.Id, 1]));
        Assert.Equal(installation.Id, await InstallationAsync());
        Assert.DoesNotContain(tool.Hook, world.GitHub.Hooks);

        installation.Repositories.Clear();
        Assert.Equal("The App no longer reaches 1 of the connected repositories.", await ChangeAsync(removed: [tool.GitHub.Id]));
        Assert.Null(await InstallationAsync());
        Assert.Single(world.GitHub.Hooks, hook => hook.Repository == tool.GitHub);
        Assert.Equal("active", await world.Database.ScalarAsync<string>("SELECT state FROM repository_webhooks WHERE repository_id = @Repository", tool));
        Assert.Equal("None of the connected repositories is among them.", await ChangeAsync(added: [2]));

        Task<long?> InstallationAsync() => world.Database.ScalarAsync<long?>("SELECT installation_id FROM repositories WHERE id = @Repository", tool);
        Task<string> ChangeAsync(long[]? added = null, long[]? removed = null) => AppAsync(tool, "installation_repositories", Repositories(installation.Id, added, removed));
    }

    [Fact]
    public async Task A_repository_that_is_in_the_selection_again_by_the_time_an_event_arrives_stays_with_the_App()
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        var installation = world.GitHub.Install("octo", tool.GitHub);
        await InstallAsync(tool, installation.Id);
        await world.Database.ExecuteAsync("UPDATE repositories SET installation_id = @Id WHERE id = @Repository", new { installation.Id, tool.Repository });

        await AppAsync(tool, "installation_repositories", Repositories(installation.Id, null, [tool.GitHub.Id]));

        Assert.Equal(installation.Id, await world.Database.ScalarAsync<long>("SELECT installation_id FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task What_an_organization_stands_for_goes_by_the_App_though_nobodys_token_reaches_it()
    {
        var tool = await world.ConnectAsync();
        var installation = world.GitHub.Install("octo", tool.GitHub);
        await InstallAsync(tool, installation.Id, account: 1);
        await world.Database.ExecuteAsync("UPDATE organizations SET github_id = 1 WHERE id = @Organization", tool);

        await AppAsync(tool, "installation_repositories", Repositories(installation.Id, [tool.GitHub.Id], null, account: 1));

        Assert.Equal(installation.Id, await world.Database.ScalarAsync<long>("SELECT installation_id FROM repositories WHERE id = @Repository", tool));
        await world.Database.ExecuteAsync("UPDATE organizations SET github_id = NULL WHERE id = @Organization", tool);
    }

    [Theory]
    [InlineData("added")]
    [InlineData("removed")]
    [InlineData("edited")]
    public async Task When_somebody_may_do_more_or_less_in_a_repository_GitHub_is_asked_about_it(string action)
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        tool.GitHub.IsPrivate = true;
        tool.GitHub.Collaborators.Clear();

        Assert.StartsWith("grace may do more or less", await world.ProcessAsync(tool, "member", new { action, member = new { id = 4, login = "grace" }, repository = tool.Described }), StringComparison.Ordinal);

        Assert.Equal("gone", await world.Database.ScalarAsync<string>("SELECT github_state FROM repositories WHERE id = @Repository", tool));
    }

    [Fact]
    public async Task What_follows_from_an_event_is_not_lost_when_the_organization_has_too_many_jobs_waiting()
    {
        var tool = await world.ConnectAsync();
        await world.GiveTokenAsync(tool);
        await world.Database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args, run_at) SELECT gen_random_uuid(), @Organization, 'sync', 'test', '{}', now() + interval '1 day' FROM generate_series(1, 500)", tool);
        tool.GitHub.Name += "-moved";

        Assert.Equal($"The repository is {tool.GitHub.FullName} now.", await world.ProcessAsync(tool, "repository", new { action = "renamed", repository = tool.Described }));
        Assert.Equal("ok", await world.Database.ScalarAsync<string>("SELECT github_state FROM repositories WHERE id = @Repository", tool));
        await world.ProcessAsync(tool, "push", tool.Push());
        Assert.Equal(1, await world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE organization_id = @Organization AND kind = 'publish_results'", tool));

        using var owner = await world.Server.SignInAsync(tool.User);
        using var refused = await owner.PostAsync($"/api/v1/repositories/{tool.Repository}/sync", null, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, refused.StatusCode);
        await world.Database.ExecuteAsync("DELETE FROM jobs WHERE kind = 'test'");
    }

    [Fact]
    public async Task Who_leaves_the_organization_on_GitHub_is_no_member_here_any_more_unless_added_by_hand()
    {
        var tool = await world.ConnectAsync();
        var organization = world.NextId();
        var (byGitHub, byHand) = (await world.Database.AddMemberAsync(tool.Organization, "member"), await world.Database.AddMemberAsync(tool.Organization, "admin"));
        await world.Database.ExecuteAsync(
            """
            UPDATE organizations SET github_id = @github WHERE id = @Organization;
            UPDATE users SET github_id = @github + 1000000 WHERE id = @byGitHub;
            UPDATE users SET github_id = @github + 2000000 WHERE id = @byHand;
            UPDATE organization_members SET source = 'github' WHERE user_id = @byGitHub;
            """,
            new { tool.Organization, github = organization, byGitHub, byHand });
        Assert.Equal("gone is no member any more.", await RemoveAsync(organization + 1_000_000));
        Assert.Equal(1, await world.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE organization_id = @Organization AND action = 'member.removed'", tool));
        Assert.Equal("gone was no member here by it.", await RemoveAsync(organization + 2_000_000));
        Assert.Equal(0, await world.Database.ScalarAsync<long>("SELECT count(*) FROM organization_members WHERE user_id = @byGitHub", new { byGitHub }));
        Assert.Equal(1, await world.Database.ScalarAsync<long>("SELECT count(*) FROM organization_members WHERE user_id = @byHand", new { byHand }));
        Assert.Contains("becomes a member here when", await AppAsync(tool, "organization", new { action = "member_added", organization = new { id = organization }, membership = new { user = new { id = 1, login = "new" } } }), StringComparison.Ordinal);

        Task<string> RemoveAsync(long user) => AppAsync(tool, "organization", new
        {
            action = "member_removed",
            organization = new { id = organization },
            membership = new { user = new { id = user, login = "gone" } },
        });
    }

    [Fact]
    public async Task An_organization_that_is_renamed_takes_its_repositories_along()
    {
        var tool = await world.ConnectAsync("before/tool");
        var installation = await InstallAsync(tool);
        Assert.Equal("before is after now: 1 repository here.", await AppAsync(tool, "organization", new
        {
            action = "renamed",
            installation = new { id = installation },
            organization = new { id = 9, login = "after" },
            changes = new { login = new { from = "before" } },
        }));
        Assert.Equal($"after/{tool.GitHub.Name}", await world.Database.ScalarAsync<string>("SELECT location FROM repositories WHERE id = @Repository", tool));
        Assert.Equal("after", await world.Database.ScalarAsync<string>("SELECT account_login FROM github_installations WHERE installation_id = @installation", new { installation }));
    }

    [Fact]
    public async Task An_event_that_nobody_knows_is_kept_and_said_to_be_not_handled()
    {
        var tool = await world.ConnectAsync();
        Assert.Equal("Not handled: nothing follows here from the event brand_new.", await world.ProcessAsync(tool, "brand_new", new { action = "happened", repository = tool.Described }));
    }

    [Fact]
    public async Task When_the_organization_has_too_many_analyses_waiting_the_push_waits_too_and_is_not_lost()
    {
        var tool = await world.ConnectAsync();
        await world.Database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args, run_at) SELECT gen_random_uuid(), @Organization, 'analysis', 'test', '{}', now() + interval '1 day' FROM generate_series(1, 500)", tool);
        Assert.Equal("none", await world.ProcessAsync(tool, "push", tool.Push()));
        await world.Database.ExecuteAsync("DELETE FROM jobs WHERE kind = 'test'");
        await HurryAsync();
        await world.RunAsync();
        Assert.Equal(1, await AnalysesAsync(tool));
    }

    [Fact]
    public async Task Another_organizations_job_cannot_read_the_delivery()
    {
        var (tool, stranger) = (await world.ConnectAsync(), await world.ConnectAsync());
        await SendAsync(tool, "push", tool.Push());
        var (delivery, job, worker) = (await world.Database.ScalarAsync<Guid>("SELECT id FROM webhook_receipts WHERE organization_id = @Organization", tool), Guid.CreateVersion7(), Guid.CreateVersion7());
        await world.Database.AddRunningJobAsync(job, stranger.Organization, worker, 1, 600);
        Assert.Empty(await world.Database.Db.QueryAsync<string>(AutoDevOps.Server.Data.Caller.Job(job, worker, 1), "SELECT event FROM app.read_delivery(@delivery::uuid)", new { delivery }, TestContext.Current.CancellationToken));
        await world.Database.ExecuteAsync("DELETE FROM jobs WHERE id = @job", new { job });
        await world.RunAsync();
    }

    private async Task SendAsync(WebhookWorld.Connected connected, string name, object payload)
    {
        using var answer = await world.SendAsync(connected.Webhook, connected.Hook.Secret, name, JsonSerializer.SerializeToUtf8Bytes(payload));
        Assert.True(answer.IsSuccessStatusCode);
    }

    private async Task<string> AppAsync(WebhookWorld.Connected connected, string name, object payload)
    {
        var guid = Guid.NewGuid().ToString();
        using var answer = await world.DeliverAsync(name, payload, guid);
        Assert.True(answer.IsSuccessStatusCode);
        await world.RunAsync();
        return await world.OutcomeAsync(connected.Organization, guid);
    }

    private async Task<long> InstallAsync(WebhookWorld.Connected connected, long? known = null, long account = 9)
    {
        var installation = known ?? world.NextId();
        await world.Database.ExecuteAsync(
            "INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@Organization, @installation, @account, 'before', 'Organization')",
            new { connected.Organization, installation, account });
        return installation;
    }

    private static object Repositories(long installation, long[]? added, long[]? removed, long account = 9) => new
    {
        action = "added",
        installation = new { id = installation, account = new { id = account } },
        repository_selection = "selected",
        repositories_added = (added ?? []).Select(id => new { id }),
        repositories_removed = (removed ?? []).Select(id => new { id }),
    };

    private Task HurryAsync() => world.Database.ExecuteAsync("UPDATE jobs SET run_at = now() WHERE state = 'pending'");

    private Task<long> AnalysesAsync(WebhookWorld.Connected connected, string condition = "true") =>
        world.Database.ScalarAsync<long>($"SELECT count(*) FROM analyses WHERE repository_id = @Repository AND {condition}", connected);

    private Task<long> ReceiptsAsync(WebhookWorld.Connected connected, string condition) =>
        world.Database.ScalarAsync<long>($"SELECT count(*) FROM webhook_receipts WHERE organization_id = @Organization AND {condition}", connected);
}
