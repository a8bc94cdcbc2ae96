using System.Text.Json;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>What GitHub is told of an analysis: checks, statuses and code scanning, each once.</summary>
public sealed class PublishResultsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Injection = """
        name: ci
        on: pull_request_target
        permissions: {}
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "${{ github.event.pull_request.title }}"

        """;

    private readonly ProposalWorld _world = new(postgres);

    private GitHubDouble GitHub => _world.GitHub;

    public async ValueTask InitializeAsync()
    {
        await _world.StartAsync();
        _world.PushSample();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task With_the_App_a_check_stands_on_the_commit_and_leads_to_the_analysis()
    {
        await _world.InstallAsync();
        var analysis = await _world.AnalyseAsync();

        await _world.RunAsync("publish_results");

        var check = Assert.Single(GitHub.CheckRuns);
        Assert.Equal(("AutoDevOps", _world.Shop.Branches["main"], analysis.ToString()), (check.Name, check.Commit, check.ExternalId));
        Assert.Contains($"http://localhost:5080/analyses/{analysis}", check.Summary, StringComparison.Ordinal);
        Assert.Contains("of 100", check.Title, StringComparison.Ordinal);
        Assert.Empty(GitHub.Statuses);
        Assert.Equal(check.Id, (await PublishedAsync(analysis)).GetProperty("check_run_id").GetInt64());
    }

    [Fact]
    public async Task New_findings_of_high_severity_fail_it_and_stand_on_their_lines()
    {
        await _world.InstallAsync();
        await _world.AnalyseAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, Injection));
        await _world.AnalyseAsync();

        await RunAllAsync();

        var check = GitHub.CheckRuns.Single(run => run.Commit == _world.Shop.Branches["main"]);
        Assert.Equal("failure", check.Conclusion);
        Assert.Contains(check.Annotations, annotation => (annotation.GetProperty("path").GetString(), annotation.GetProperty("start_line").GetInt32(), annotation.GetProperty("annotation_level").GetString())
            == (ProposalWorld.Workflow, 8, "failure"));
    }

    [Fact]
    public async Task What_was_there_before_is_no_news_and_fails_nothing()
    {
        await _world.InstallAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, Injection));
        await _world.AnalyseAsync();
        _world.Shop.Push("main", ("README.md", "# again\n"));
        var second = await _world.AnalyseAsync();

        await RunAllAsync();

        Assert.Equal("neutral", GitHub.CheckRuns.Single(run => run.ExternalId != second.ToString()).Conclusion);
        var check = GitHub.CheckRuns.Single(run => run.ExternalId == second.ToString());
        Assert.Equal("success", check.Conclusion);
        Assert.DoesNotContain(check.Annotations, annotation => annotation.GetProperty("path").GetString() == ProposalWorld.Workflow);
    }

    [Fact]
    public async Task Of_more_than_fifty_the_most_important_fifty_stand_on_their_lines()
    {
        await _world.InstallAsync();
        var analysis = await _world.AnalyseAsync();
        await AddFindingsAsync(analysis, 60, "low");
        await AddFindingsAsync(analysis, 3, "critical");

        await _world.RunAsync("publish_results");

        var annotations = Assert.Single(GitHub.CheckRuns).Annotations;
        Assert.Equal(50, annotations.Count);
        Assert.Equal(["failure", "failure", "failure"], annotations.Take(3).Select(annotation => annotation.GetProperty("annotation_level").GetString()));
        Assert.DoesNotContain("failure", annotations.Skip(3).Select(annotation => annotation.GetProperty("annotation_level").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wherever_it_breaks_off_there_is_one_check_with_its_annotations_once(bool isDone)
    {
        await _world.InstallAsync("""{"checks": "write", "security_events": "write"}""");
        var analysis = await _world.AnalyseAsync();
        await AddFindingsAsync(analysis, 5, "medium");
        await _world.RunAsync("publish_results");
        var (requests, expected) = (GitHub.Requests.Count, GitHub.CheckRuns.Single().Annotations.Count);
        Assert.InRange(requests, 3, 10);
        for (var number = 1; number < requests; number++)
        {
            GitHub.CheckRuns.Clear();
            await _world.Database.ExecuteAsync("DELETE FROM published_results");
            await RequeueAsync(analysis);
            GitHub.Lose(number, isDone);
            await _world.RunAsync("publish_results");
            await _world.RunAsync("publish_results");

            Assert.Equal("completed", await _world.StateAsync("publish_results"));
            Assert.Equal(expected, Assert.Single(GitHub.CheckRuns).Annotations.Count);
        }
    }

    [Fact]
    public async Task Told_again_the_same_check_is_brought_up_to_date()
    {
        await _world.InstallAsync();
        var analysis = await _world.AnalyseAsync();
        await _world.RunAsync("publish_results");
        GitHub.CheckRuns[0].Title = "older";

        await RequeueAsync(analysis);
        await _world.RunAsync("publish_results");

        Assert.NotEqual("older", Assert.Single(GitHub.CheckRuns).Title);
    }

    [Fact]
    public async Task Without_the_App_a_commit_status_says_it_once()
    {
        var analysis = await _world.AnalyseAsync();
        await _world.RunAsync("publish_results");
        await _world.Database.ExecuteAsync("DELETE FROM published_results");
        await RequeueAsync(analysis);
        await _world.RunAsync("publish_results");

        var status = Assert.Single(GitHub.Statuses);
        Assert.Equal(("success", "autodevops", $"http://localhost:5080/analyses/{analysis}"), (status.State, status.Context, status.Address));
        Assert.Empty(GitHub.CheckRuns);
        Assert.Equal("success", (await PublishedAsync(analysis)).GetProperty("status_state").GetString());
    }

    [Fact]
    public async Task An_App_that_may_not_write_checks_writes_a_status_and_that_is_noted()
    {
        await _world.InstallAsync();
        GitHub.MayWriteChecks = false;
        var analysis = await _world.AnalyseAsync();

        await _world.RunAsync("publish_results");

        Assert.Single(GitHub.Statuses);
        Assert.Equal("completed", await _world.StateAsync("publish_results"));
        Assert.Contains("Resource not accessible by integration", (await PublishedAsync(analysis)).GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_scanning_gets_it_when_the_repository_is_set_so()
    {
        await _world.AnalyseAsync();
        await _world.RunAsync("publish_results");
        Assert.Empty(GitHub.Sarifs);

        await _world.Database.ExecuteAsync("""UPDATE repositories SET settings = '{"upload_sarif": true}'""");
        var analysis = await _world.AnalyseAsync();
        await _world.RunAsync("publish_results");

        var (_, commit, reference, sarif) = Assert.Single(GitHub.Sarifs);
        Assert.Equal((_world.Shop.Branches["main"], "refs/heads/main"), (commit, reference));
        Assert.Equal(await _world.Client.GetStringAsync($"/api/v1/analysis/{analysis}/sarif"), sarif);
        Assert.NotNull((await PublishedAsync(analysis)).GetProperty("sarif_id").GetString());
    }

    [Fact]
    public async Task A_commit_or_a_tag_is_not_told_to_code_scanning_as_a_branch_that_there_is_not()
    {
        await _world.Database.ExecuteAsync("""UPDATE repositories SET settings = '{"upload_sarif": true}'""");
        _world.Shop.Push("topic/x", ("notes.md", "x\n"));
        var commit = await _world.AnalyseAsync(_world.Shop.Branches["main"]);
        await _world.RunAsync("publish_results");
        Assert.Empty(GitHub.Sarifs);
        Assert.Null((await PublishedAsync(commit)).GetProperty("failure").GetString());

        await _world.AnalyseAsync("topic/x");
        await _world.RunAsync("publish_results");

        Assert.Equal("refs/heads/topic/x", Assert.Single(GitHub.Sarifs).Ref);
    }

    [Fact]
    public async Task A_stranger_s_repository_that_took_the_name_is_told_nothing_and_ours_is_looked_for()
    {
        var analysis = await _world.AnalyseAsync();
        _world.TakeName();

        await _world.RunAsync("publish_results");

        Assert.Empty(GitHub.Statuses);
        Assert.StartsWith("ada/shop is another repository on GitHub now", (await PublishedAsync(analysis)).GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.True(await _world.Database.ScalarAsync<bool>("SELECT sync_at <= now() FROM repositories"));
    }

    [Fact]
    public async Task Where_code_scanning_is_off_that_is_noted_and_nothing_fails()
    {
        await _world.InstallAsync("""{"checks": "write", "security_events": "write"}""");
        GitHub.HasCodeScanning = false;
        var analysis = await _world.AnalyseAsync();

        await _world.RunAsync("publish_results");

        Assert.Equal("completed", await _world.StateAsync("publish_results"));
        Assert.Single(GitHub.CheckRuns);
        Assert.Contains("Advanced Security must be enabled", (await PublishedAsync(analysis)).GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Contains("Advanced Security must be enabled", await _world.Client.GetStringAsync($"/analyses/{analysis}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_pull_request_only_what_it_brings_is_new_and_its_head_is_told()
    {
        await _world.InstallAsync("""{"checks": "write", "security_events": "write"}""");
        _world.Shop.Push("main", (ProposalWorld.Workflow, Injection));
        var main = await _world.AnalyseAsync();
        _world.Shop.Branches["pull/7/head"] = _world.Shop.Push("theirs", (".github/workflows/more.yml", Injection));

        var analysis = await _world.AnalyseAsync("pull/7/head", pullRequest: 7);
        var again = await _world.AnalyseAsync("pull/7/head", pullRequest: 7);
        await RunAllAsync();

        foreach (var each in (Guid[])[analysis, again])
        {
            var shown = await (await _world.Client.GetAsync($"/api/v1/analysis/{each}")).JsonAsync();
            Assert.Equal((main, 7), (shown.GetProperty("baseline").GetProperty("id").GetGuid(), shown.GetProperty("pull_request").GetInt32()));
            Assert.Equal([".github/workflows/more.yml"], await _world.Database.ScalarAsync<string[]>(
                "SELECT array_agg(DISTINCT path) FROM findings WHERE analysis_id = @each AND state = 'new' AND path <> ''", new { each }));
        }

        Assert.Equal("failure", GitHub.CheckRuns.First(run => run.ExternalId == analysis.ToString()).Conclusion);
        Assert.Contains(GitHub.Sarifs, sarif => sarif.Ref == "refs/pull/7/head");
        // What a pull request has is not how the repository is.
        Assert.Equal(main, (await (await _world.Client.GetAsync($"/api/v1/analysis/{await _world.AnalyseAsync()}")).JsonAsync()).GetProperty("baseline").GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task An_analysis_that_failed_says_so_and_why()
    {
        await _world.InstallAsync();
        await _world.Database.ExecuteAsync(
            "INSERT INTO organization_policies (organization_id, revision, text, set_by) VALUES (@Organization, 1, 'no such key: 1', @Owner)", new { _world.Organization, _world.Owner });
        var analysis = await _world.AnalyseAsync();

        await _world.RunAsync("publish_results");

        var check = Assert.Single(GitHub.CheckRuns);
        Assert.Equal("neutral", check.Conclusion);
        Assert.StartsWith("Could not be analysed.", check.Title, StringComparison.Ordinal);
        Assert.Equal(_world.Shop.Branches["main"], check.Commit);
        Assert.Equal(analysis.ToString(), check.ExternalId);
    }

    [Fact]
    public async Task An_analysis_of_an_empty_repository_has_no_commit_to_stand_at_and_leaves_no_dead_letter()
    {
        _world.Shop.Commits.Clear();
        _world.Shop.Branches.Clear();
        await _world.AnalyseAsync();

        await _world.RunAsync("publish_results");

        Assert.Equal("completed", await _world.StateAsync("publish_results"));
        Assert.Contains("The repository is empty", await _world.Database.ScalarAsync<string>("SELECT failure FROM published_results"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_of_a_finding_stays_text()
    {
        await _world.InstallAsync();
        var analysis = await _world.AnalyseAsync();
        await AddFindingsAsync(analysis, 1, "critical", "@octocat <script> fixes #1 ](https://evil.example)", "a`b @org/team.yml");

        await _world.RunAsync("publish_results");

        var summary = Assert.Single(GitHub.CheckRuns).Summary;
        Assert.Contains("``a`b @org/team.yml:1``", summary, StringComparison.Ordinal);
        foreach (var live in (string[])["@octocat", "<script>", " #1", "](https://evil.example)"])
        {
            Assert.DoesNotContain(live, summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_folder_tells_nobody()
    {
        await _world.Database.ExecuteAsync("UPDATE repositories SET source = 'git'");
        await _world.AnalyseAsync();
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'publish_results'"));
    }

    [Fact]
    public async Task Without_a_token_it_ends_and_says_what_to_do()
    {
        var analysis = await _world.AnalyseAsync();
        await _world.Database.ExecuteAsync("DELETE FROM github_tokens");

        await _world.RunAsync("publish_results");

        Assert.Equal("dead_letter", await _world.StateAsync("publish_results"));
        Assert.Contains("sign in with GitHub", (await PublishedAsync(analysis)).GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    // Each in its turn: one claim may take one job of an organization.
    private async Task RunAllAsync()
    {
        for (var left = 10; await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'publish_results' AND state NOT IN ('completed', 'dead_letter', 'cancelled')") > 0; left--)
        {
            Assert.True(left > 0, await _world.Database.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', state, error), '; ') FROM jobs WHERE kind = 'publish_results'"));
            await _world.RunAsync("publish_results");
        }
    }

    private Task RequeueAsync(Guid analysis) => _world.Database.ExecuteAsync(
        """
        INSERT INTO jobs (id, organization_id, queue, kind, args, max_attempts)
        VALUES (@id, @Organization, 'sync', 'publish_results', jsonb_build_object('analysis_id', @analysis), 4)
        """,
        new { id = Guid.CreateVersion7(), _world.Organization, analysis });

    private Task AddFindingsAsync(Guid analysis, int count, string severity, string message = "Something.", string path = "main.go") => _world.Database.ExecuteAsync(
        """
        INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line,
            start_column, end_column, message, fingerprint, state)
        SELECT gen_random_uuid(), @Organization, @Repository, @analysis, 'GHA010', 'template-injection', 'security', @severity, 1, @path, 1, 1, 1, 2, @message, @severity || n, 'new'
        FROM generate_series(1, @count) AS n
        """,
        new { _world.Organization, _world.Repository, analysis, severity, count, message, path });

    private async Task<JsonElement> PublishedAsync(Guid analysis) => (await (await _world.Client.GetAsync($"/api/v1/analysis/{analysis}")).JsonAsync()).GetProperty("published");
}
