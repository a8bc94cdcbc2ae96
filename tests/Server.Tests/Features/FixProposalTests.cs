using System.Net;
using System.Text.Json;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Pull requests with fixes: applied to the file as it is now, or refused.</summary>
public sealed class FixProposalTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Rule = "template-injection";

    private const string Text = """
        name: ci
        on: pull_request
        permissions: {}
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "${{ github.event.pull_request.title }}"
              - run: npm test
              - run: npm run build
              - run: npm run lint
              - run: echo "${{ github.event.pull_request.body }}"

        """;

    private readonly ProposalWorld _world = new(postgres);

    private GitHubDouble GitHub => _world.GitHub;

    public async ValueTask InitializeAsync()
    {
        await _world.StartAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, Text), ("README.md", "# shop\n"));
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_fix_becomes_a_pull_request_with_those_of_the_same_rule_in_the_file_and_nothing_else()
    {
        var finding = await FindAsync();

        await OpenAsync(finding);

        var pull = Assert.Single(GitHub.Pulls);
        var after = _world.Read(pull.Head, ProposalWorld.Workflow)!;
        Assert.StartsWith("autodevops/fix-template-injection-", pull.Head, StringComparison.Ordinal);
        Assert.Equal($"Mend {Rule} in {ProposalWorld.Workflow}", pull.Title);
        Assert.DoesNotContain("echo \"${{", after, StringComparison.Ordinal);
        Assert.Contains("      - run: npm test\n      - run: npm run build\n", after, StringComparison.Ordinal);
        Assert.Contains("### Mended with it, in the same file", pull.Body, StringComparison.Ordinal);
        Assert.Contains($"/ada/shop/blob/{_world.Shop.Branches["main"]}/.github/workflows/ci.yml#L8)", pull.Body, StringComparison.Ordinal);
        Assert.Equal("open", (await FindingAsync(finding)).GetProperty("pull_request").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Its_lines_may_have_moved_since_the_analysis()
    {
        var finding = await FindAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, "# Somebody's words.\n" + Text));

        await OpenAsync(finding);

        var after = _world.Read(Assert.Single(GitHub.Pulls).Head, ProposalWorld.Workflow)!;
        Assert.StartsWith("# Somebody's words.\nname: ci\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("echo \"${{", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_has_changed_is_not_touched_and_that_is_said()
    {
        var finding = await FindAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, Text.Replace("pull_request.title", "pull_request.number", StringComparison.Ordinal)));

        await OpenAsync(finding);

        var proposal = (await FindingAsync(finding)).GetProperty("pull_request");
        Assert.Equal("failed", proposal.GetProperty("state").GetString());
        Assert.Contains("has changed since it was analysed", proposal.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.Empty(GitHub.Pulls);
    }

    [Fact]
    public async Task When_only_another_place_has_changed_that_one_is_left_and_named()
    {
        var finding = await FindAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, Text.Replace("pull_request.body", "pull_request.number", StringComparison.Ordinal)));

        await OpenAsync(finding);

        var pull = Assert.Single(GitHub.Pulls);
        Assert.Contains("### Left as it is", pull.Body, StringComparison.Ordinal);
        Assert.Contains("echo \"${{ github.event.pull_request.number }}\"", _world.Read(pull.Head, ProposalWorld.Workflow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_merged_meanwhile_is_not_proposed_again()
    {
        var finding = await FindAsync();
        await _world.Database.ExecuteAsync("DELETE FROM findings WHERE rule_name = @Rule AND id <> @finding", new { Rule, finding });
        await OpenAsync(finding);
        var pull = Assert.Single(GitHub.Pulls);
        _world.Shop.Push("main", (ProposalWorld.Workflow, _world.Read(pull.Head, ProposalWorld.Workflow)));
        (pull.State, pull.IsMerged) = ("closed", true);

        await OpenAsync(finding);

        Assert.Equal("unchanged", (await FindingAsync(finding)).GetProperty("pull_request").GetProperty("state").GetString());
        Assert.Single(GitHub.Pulls);
    }

    [Fact]
    public async Task A_file_that_is_a_link_by_now_is_not_written_through()
    {
        var finding = await FindAsync();
        _world.Shop.Push("main", (ProposalWorld.Workflow, null), (".github/workflows", "a file in the way\n"));

        await OpenAsync(finding);

        Assert.Contains("is no file any more", (await FindingAsync(finding)).GetProperty("pull_request").GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_is_not_on_GitHub_any_more_is_told()
    {
        var finding = await FindAsync();
        await _world.Database.ExecuteAsync("UPDATE analyses SET commit_sha = repeat('a', 40)");

        await OpenAsync(finding);

        Assert.Contains("not on GitHub any more", (await FindingAsync(finding)).GetProperty("pull_request").GetProperty("failure").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@octocat/x y")]
    [InlineData("Fixes #1")]
    [InlineData("closes GH-1")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("](https://evil.example)[")]
    [InlineData("```\n# Heading\n@org/team")]
    [InlineData("resolves https://github.com/o/r/issues/1 www.evil.example")]
    [InlineData("--> <!-- \u202Ereversed")]
    public async Task Nothing_that_a_repository_says_becomes_more_than_text(string hostile)
    {
        var finding = await FindAsync();
        await _world.Database.ExecuteAsync("UPDATE findings SET message = @hostile, fix = jsonb_set(fix, '{description}', to_jsonb(@hostile))", new { hostile });

        await OpenAsync(finding);

        var pull = Assert.Single(GitHub.Pulls);
        foreach (var live in (string[])["@octocat", "@org", " #1", "GH-1", "<img", "](https://evil.example)", "\n# Heading", "https://github.com/o/r", "www.evil", "\u202E"])
        {
            Assert.DoesNotContain(live, pull.Body, StringComparison.Ordinal);
        }

        Assert.Equal(2, pull.Body.Split("-->").Length);
        var commit = _world.Shop.Commits[_world.Shop.Branches[pull.Head]];
        Assert.DoesNotContain(hostile, pull.Title + commit.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".github/workflows/@octocat fixes #1.yml")]
    [InlineData(".github/workflows/GH-1.yml")]
    [InlineData(".github/workflows/`x`](y).yml")]
    public async Task A_hostile_path_is_no_part_of_titles_and_branches_and_only_code_in_bodies(string path)
    {
        _world.Shop.Push("main", (ProposalWorld.Workflow, null), (path, Text));
        var finding = await FindAsync();

        await OpenAsync(finding);

        var pull = Assert.Single(GitHub.Pulls);
        Assert.Equal($"Mend {Rule} in one file", pull.Title);
        Assert.Matches("^autodevops/fix-template-injection-[0-9a-f]{10}$", pull.Head);
        Assert.DoesNotContain("echo \"${{", _world.Read(pull.Head, path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_would_be_too_long_is_cut_and_keeps_its_end()
    {
        var finding = await FindAsync();
        await _world.Database.ExecuteAsync(
            """
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line,
                start_column, end_column, message, fingerprint, state, fix)
            SELECT gen_random_uuid(), organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line,
                start_column, end_column, repeat('<', 600), n::text, state, fix
            FROM findings, generate_series(1, 60) AS n WHERE id = @finding
            """,
            new { finding });

        await OpenAsync(finding);

        var body = Assert.Single(GitHub.Pulls).Body;
        Assert.InRange(body.Length, 10_000, 65_536);
        Assert.Contains("There is more than fits here.", body, StringComparison.Ordinal);
        Assert.Contains("Made by AutoDevOps", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_says_why_not()
    {
        var finding = await FindAsync();
        await _world.Database.ExecuteAsync("UPDATE repositories SET source = 'local', location = '/srv/shop'");

        var answer = await _world.Client.PostAsync($"/api/v1/findings/{finding}/pull-request", null);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.StartsWith("This repository is a folder.", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_of_the_finding_and_of_the_analysis_have_the_button_then_the_link()
    {
        var finding = await FindAsync();
        var analysis = await _world.Database.ScalarAsync<Guid>("SELECT analysis_id FROM findings WHERE id = @finding", new { finding });
        foreach (var page in (string[])[$"/findings/{finding}", $"/analyses/{analysis}"])
        {
            Assert.Contains($"action=\"/findings/{finding}/pull-request\"", await _world.Client.GetStringAsync(page), StringComparison.Ordinal);
        }

        await OpenAsync(finding);

        foreach (var page in (string[])[$"/findings/{finding}", $"/analyses/{analysis}"])
        {
            Assert.Contains($"href=\"{GitHub.Address}/ada/shop/pull/1\"", await _world.Client.GetStringAsync(page), StringComparison.Ordinal);
        }
    }

    private async Task<Guid> FindAsync() => await _world.FindingAsync(await _world.AnalyseAsync(), Rule);

    private async Task OpenAsync(Guid finding)
    {
        var answer = await _world.Client.PostAsync($"/api/v1/findings/{finding}/pull-request", null);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        await _world.RunAsync("open_pull_request");
    }

    private async Task<JsonElement> FindingAsync(Guid finding) => await (await _world.Client.GetAsync($"/api/v1/findings/{finding}")).JsonAsync();
}
