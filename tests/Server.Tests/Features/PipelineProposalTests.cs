using System.Net;
using System.Text.Json;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Pull requests with generated pipelines: asked for, opened, brought up to date, and every way in which they are not.</summary>
public sealed class PipelineProposalTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Branch = "autodevops/pipeline-github";

    private readonly ProposalWorld _world = new(postgres);

    private GitHubDouble GitHub => _world.GitHub;

    public async ValueTask InitializeAsync()
    {
        await _world.StartAsync();
        _world.PushSample();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_pipeline_becomes_a_pull_request_of_one_commit_on_the_default_branch()
    {
        var pipeline = await GenerateAsync();

        var asked = await AskAsync(pipeline);
        var waiting = await ProposalAsync(pipeline);
        await _world.RunAsync("open_pull_request");
        var open = await ProposalAsync(pipeline);

        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal("pending", waiting.GetProperty("state").GetString());
        Assert.Equal(("open", 1, $"{GitHub.Address}/ada/shop/pull/1"), (open.GetProperty("state").GetString(), open.GetProperty("number").GetInt32(), open.GetProperty("address").GetString()));
        var pull = Assert.Single(GitHub.Pulls);
        var commit = _world.Shop.Commits[_world.Shop.Branches[Branch]];
        Assert.Equal(("main", Branch, "Add the pipeline for GitHub Actions"), (pull.Base, pull.Head, pull.Title));
        Assert.Equal([_world.Shop.Branches["main"]], commit.Parents);
        Assert.Equal([ProposalWorld.Workflow], commit.Files.Keys.Except(_world.Shop.Commits[commit.Parents[0]].Files.Keys));
        Assert.Equal((await PipelineAsync(pipeline)).GetProperty("files")[0].GetProperty("text").GetString(), _world.Read(Branch, ProposalWorld.Workflow));
    }

    [Fact]
    public async Task Its_body_gives_the_evidence_with_links_to_the_commit_and_what_was_checked_and_how_it_was_made()
    {
        await OpenAsync(await GenerateAsync());

        var body = Assert.Single(GitHub.Pulls).Body;
        Assert.Contains($"[`go.mod:3`]({GitHub.Address}/ada/shop/blob/{_world.Shop.Branches["main"]}/go.mod#L3)", body, StringComparison.Ordinal);
        Assert.Contains("### What was checked\n- passed:", body, StringComparison.Ordinal);
        Assert.Contains("Made by AutoDevOps", body, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080/pipelines/", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_again_the_same_pull_request_is_brought_up_to_date()
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        var first = _world.Shop.Branches[Branch];
        GitHub.Pulls[0].Title = "An older title";

        await OpenAsync(pipeline);
        Assert.Equal((1, "Add the pipeline for GitHub Actions", first), (GitHub.Pulls.Count, GitHub.Pulls[0].Title, _world.Shop.Branches[Branch]));

        _world.Shop.Push("main", ("README.md", "# shop\n"));
        await OpenAsync(pipeline);
        var commit = _world.Shop.Commits[_world.Shop.Branches[Branch]];
        Assert.Equal([_world.Shop.Branches["main"]], commit.Parents);
        Assert.Single(GitHub.Pulls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wherever_it_breaks_off_the_next_attempt_ends_with_one_branch_and_one_pull_request(bool isDone)
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        var requests = GitHub.Requests.Count;
        for (var number = 1; number <= requests; number++)
        {
            GitHub.Pulls.Clear();
            _world.Shop.Branches.Remove(Branch);
            await AskAsync(pipeline);
            GitHub.Lose(number, isDone);
            await _world.RunAsync("open_pull_request");
            Assert.NotEqual("completed", await _world.StateAsync("open_pull_request"));
            await _world.RunAsync("open_pull_request");

            Assert.Equal(("completed", "open"), (await _world.StateAsync("open_pull_request"), (await ProposalAsync(pipeline)).GetProperty("state").GetString()));
            Assert.Single(GitHub.Pulls);
            Assert.Equal([_world.Shop.Branches["main"]], _world.Shop.Commits[_world.Shop.Branches[Branch]].Parents);
            if (number > 20)
            {
                Assert.Fail("It asks more than it needs.");
            }
        }
    }

    [Fact]
    public async Task What_the_repository_has_already_is_not_proposed()
    {
        var pipeline = await GenerateAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, (await PipelineAsync(pipeline)).GetProperty("files")[0].GetProperty("text").GetString()));

        await OpenAsync(pipeline);

        Assert.Equal("unchanged", (await ProposalAsync(pipeline)).GetProperty("state").GetString());
        Assert.Empty(GitHub.Pulls);
        Assert.DoesNotContain(Branch, _world.Shop.Branches.Keys);
    }

    [Fact]
    public async Task A_file_that_somebody_changed_since_is_not_written_over()
    {
        var pipeline = await GenerateAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, "name: theirs\n"));

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "has changed since the pipeline was generated");
    }

    [Fact]
    public async Task A_branch_that_people_pushed_to_is_left_as_it_is_and_that_is_said()
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        var theirs = _world.Shop.Push(Branch, ("extra.txt", "theirs\n"));
        GitHub.Pulls[0].Title = "Their title";

        await OpenAsync(pipeline);

        var proposal = await ProposalAsync(pipeline);
        Assert.Equal((theirs, "Their title"), (_world.Shop.Branches[Branch], GitHub.Pulls[0].Title));
        Assert.Equal("open", proposal.GetProperty("state").GetString());
        Assert.Contains("Somebody has pushed to the branch", proposal.GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_closed_comes_again_when_somebody_asks()
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        GitHub.Pulls[0].State = "closed";

        await OpenAsync(pipeline);

        Assert.Equal(["closed", "open"], GitHub.Pulls.Select(pull => pull.State));
        Assert.Equal(2, (await ProposalAsync(pipeline)).GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task What_people_closed_while_the_job_was_to_run_again_stays_closed()
    {
        var pipeline = await GenerateAsync();
        await AskAsync(pipeline);
        GitHub.LoseAt("POST", "/shop/pulls");

        await _world.RunAsync("open_pull_request");
        GitHub.Pulls.Single().State = "closed";
        Assert.NotEqual("completed", await _world.StateAsync("open_pull_request"));
        await _world.RunAsync("open_pull_request");

        Assert.Equal("closed", (await ProposalAsync(pipeline)).GetProperty("state").GetString());
        Assert.Equal(["closed"], GitHub.Pulls.Select(pull => pull.State));
    }

    [Fact]
    public async Task A_token_without_the_scope_for_workflows_is_told_before_anything_is_done()
    {
        var pipeline = await GenerateAsync();
        await _world.GiveTokenAsync(_world.Token, "repo read:org");

        var answer = await AskAsync(pipeline);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("it lacks the scope workflow", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_GitHub_hides_its_workflows_the_scope_is_named_as_the_reason()
    {
        var pipeline = await GenerateAsync();
        GitHub.WithoutWorkflows.Add(_world.Token);

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "allow the scope workflow");
    }

    [Fact]
    public async Task A_403_that_names_the_scope_is_understood_as_well()
    {
        var pipeline = await GenerateAsync();
        GitHub.Fail("/git/refs", 403, """{"message": "refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope"}""");

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "allow the scope workflow");
    }

    [Fact]
    public async Task An_archived_repository_is_told_whenever_it_was_archived()
    {
        var pipeline = await GenerateAsync();
        _world.Shop.IsArchived = true;
        await OpenAsync(pipeline);
        await AssertFailedAsync(pipeline, "archived on GitHub");

        _world.Shop.IsArchived = false;
        GitHub.Fail("/git/blobs", 403, """{"message": "Repository was archived so is read-only."}""");
        await OpenAsync(pipeline);
        await AssertFailedAsync(pipeline, "archived");
    }

    [Fact]
    public async Task A_branch_name_that_a_rule_protects_is_told()
    {
        var pipeline = await GenerateAsync();
        GitHub.ProtectedBranches.Add(Branch);

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "a rule of the repository may be in the way");
    }

    [Fact]
    public async Task When_the_default_branch_moves_meanwhile_the_next_attempt_builds_on_what_it_is_then()
    {
        var pipeline = await GenerateAsync();
        await AskAsync(pipeline);
        GitHub.Fail("/git/refs", 404, """{"message": "Not Found"}""");
        GitHub.Before("/git/refs", () => _world.Shop.Push("main", ("README.md", "# moved\n")));

        await _world.RunAsync("open_pull_request");
        await _world.RunAsync("open_pull_request");

        Assert.Equal([_world.Shop.Branches["main"]], _world.Shop.Commits[_world.Shop.Branches[Branch]].Parents);
        Assert.Equal("open", (await ProposalAsync(pipeline)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task When_GitHub_sees_no_commits_between_the_branches_nothing_is_opened()
    {
        var pipeline = await GenerateAsync();
        GitHub.Fail("/shop/pulls", 200, "[]");
        GitHub.Fail("/shop/pulls", 422, $$"""{"message": "Validation Failed", "errors": [{"resource": "PullRequest", "code": "custom", "message": "No commits between main and {{Branch}}"}]}""");

        await OpenAsync(pipeline);

        Assert.Equal("unchanged", (await ProposalAsync(pipeline)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_pull_request_that_GitHub_has_and_does_not_list_yet_is_found_by_the_next_attempt()
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        await AskAsync(pipeline);
        GitHub.Fail("/shop/pulls", 200, "[]");

        await _world.RunAsync("open_pull_request");
        await _world.RunAsync("open_pull_request");

        Assert.Equal("open", (await ProposalAsync(pipeline)).GetProperty("state").GetString());
        Assert.Single(GitHub.Pulls);
    }

    [Fact]
    public async Task While_GitHub_allows_no_requests_the_job_waits_and_spends_no_attempt()
    {
        var pipeline = await GenerateAsync();
        await AskAsync(pipeline);
        GitHub.Fail("/git/trees", 403, """{"message": "You have exceeded a secondary rate limit."}""", 1, ("Retry-After", "120"));

        await _world.RunAsync("open_pull_request");

        Assert.Equal("pending", await _world.StateAsync("open_pull_request"));
        Assert.Empty(GitHub.Pulls);
    }

    [Fact]
    public async Task A_stranger_s_repository_that_took_the_name_gets_no_pull_request_and_ours_is_looked_for()
    {
        var pipeline = await GenerateAsync();
        var stranger = _world.TakeName();

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "ada/shop is another repository on GitHub now");
        Assert.Equal(["main"], stranger.Branches.Keys);
        Assert.True(await _world.Database.ScalarAsync<bool>("SELECT sync_at <= now() FROM repositories"));
    }

    [Fact]
    public async Task A_token_that_GitHub_no_longer_takes_ends_it_with_what_to_do()
    {
        var pipeline = await GenerateAsync();
        GitHub.Tokens.TryRemove(_world.Token, out _);

        await OpenAsync(pipeline);

        await AssertFailedAsync(pipeline, "no longer accepts the token");
        Assert.Contains("sign in with GitHub", await (await AskAsync(pipeline)).ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_members_open_them_and_strangers_see_none()
    {
        var pipeline = await GenerateAsync();
        await OpenAsync(pipeline);
        var viewer = await _world.Server.SignInAsync(await _world.Database.AddMemberAsync(_world.Organization, "viewer"));
        var stranger = await _world.Server.SignInAsync((await _world.Database.AddTenantAsync("mallory")).UserId);

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"/api/v1/pipelines/{pipeline}/pull-request", null)).StatusCode);
        Assert.Equal("open", (await (await viewer.GetAsync($"/api/v1/pipelines/{pipeline}")).JsonAsync()).GetProperty("pull_request").GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/pipelines/{pipeline}/pull-request", null)).StatusCode);
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'open_pull_request' AND state = 'pending'"));
    }

    [Fact]
    public async Task The_page_has_the_button_then_the_link_and_says_why_not_elsewhere()
    {
        var pipeline = await GenerateAsync();
        var before = await _world.Client.GetStringAsync($"/pipelines/{pipeline}");
        await OpenAsync(pipeline);
        var after = await _world.Client.GetStringAsync($"/pipelines/{pipeline}");
        await _world.Database.ExecuteAsync("UPDATE repositories SET source = 'git', location = 'https://example.com/x.git'");
        var elsewhere = await _world.Client.GetStringAsync($"/pipelines/{pipeline}");

        Assert.Contains($"action=\"/pipelines/{pipeline}/pull-request\"", before, StringComparison.Ordinal);
        Assert.Contains("Open a pull request", before, StringComparison.Ordinal);
        Assert.Contains($"href=\"{GitHub.Address}/ada/shop/pull/1\"", after, StringComparison.Ordinal);
        Assert.Contains("Bring the pull request up to date", after, StringComparison.Ordinal);
        Assert.Contains("without a way to write", elsewhere, StringComparison.Ordinal);
        Assert.DoesNotContain("pull-request\"", elsewhere, StringComparison.Ordinal);
    }

    private async Task<Guid> GenerateAsync()
    {
        var asked = await _world.Client.PostAsync("/api/v1/pipelines", Json(new { repository_id = _world.Repository, platform = "github" }));
        await _world.RunAsync("generate_pipeline");
        return (await asked.JsonAsync()).GetProperty("pipeline_id").GetGuid();
    }

    private Task<HttpResponseMessage> AskAsync(Guid pipeline) => _world.Client.PostAsync($"/api/v1/pipelines/{pipeline}/pull-request", null);

    private async Task OpenAsync(Guid pipeline)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(pipeline)).StatusCode);
        GitHub.Requests.Clear();
        await _world.RunAsync("open_pull_request");
    }

    private async Task<JsonElement> PipelineAsync(Guid pipeline) => await (await _world.Client.GetAsync($"/api/v1/pipelines/{pipeline}")).JsonAsync();

    private async Task<JsonElement> ProposalAsync(Guid pipeline) => (await PipelineAsync(pipeline)).GetProperty("pull_request");

    private async Task AssertFailedAsync(Guid pipeline, string why)
    {
        var proposal = await ProposalAsync(pipeline);
        Assert.Equal("failed", proposal.GetProperty("state").GetString());
        Assert.Contains(why, proposal.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Equal("dead_letter", await _world.StateAsync("open_pull_request"));
        Assert.Empty(GitHub.Pulls);
    }

    private static System.Net.Http.Json.JsonContent Json(object value) => System.Net.Http.Json.JsonContent.Create(value);
}
