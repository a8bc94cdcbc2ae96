using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>One finding: what it says, its fix, and leaving it as it is.</summary>
public sealed class FindingEndpointTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    private const string Rule = "template-injection";

    [Fact]
    public async Task A_finding_shows_its_lines_and_what_its_rule_says()
    {
        using var client = await shop.OwnerAsync();
        var finding = await (await client.GetAsync($"/api/v1/findings/{await shop.FindingAsync(shop.Second, Rule)}")).JsonAsync();

        Assert.Equal((0.95, 3.8, "existing"), (finding.GetProperty("confidence").GetDouble(), finding.GetProperty("points").GetDouble(), finding.GetProperty("state").GetString()));
        Assert.Equal(7, finding.GetProperty("excerpt").GetProperty("first_line").GetInt32());
        Assert.Contains("github.event.pull_request.title", finding.GetProperty("excerpt").GetProperty("text").GetString(), StringComparison.Ordinal);
        var rule = RuleCatalog.All.Single(rule => rule.Descriptor.Name == Rule).Descriptor;
        Assert.Equal(rule.Remedy, finding.GetProperty("rule").GetProperty("remedy").GetString());
        Assert.Equal(JsonValueKind.Null, finding.GetProperty("suppression").ValueKind);
    }

    [Theory]
    [InlineData("missing-concurrency", "concurrency:")]
    [InlineData("persisted-credentials", "persist-credentials: false")]
    public async Task A_fix_is_a_patch_that_git_applies_and_after_it_the_finding_is_gone(string rule, string expected)
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        var analysis = await shop.AnalyseAsync(repository);
        using var client = await shop.OwnerAsync();

        var fix = await (await client.GetAsync($"/api/v1/findings/{await shop.FindingAsync(analysis, rule)}/fix")).JsonAsync();
        await GitApplyAsync(folder.Path, fix.GetProperty("diff").GetString()!);

        Assert.Contains(expected, folder.Read(SampleFolder.Workflow), StringComparison.Ordinal);
        Assert.Contains(expected, fix.GetProperty("edits")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(SampleFolder.Workflow, fix.GetProperty("path").GetString());
        var after = await shop.AnalyseAsync(repository);
        Assert.Equal("fixed", await shop.Database.ScalarAsync<string>("SELECT state FROM findings WHERE analysis_id = @after AND rule_name = @rule", new { after, rule }));
    }

    [Fact]
    public async Task A_finding_without_a_fix_says_so_instead_of_being_unknown()
    {
        using var client = await shop.OwnerAsync();
        var answer = await client.GetAsync($"/api/v1/findings/{await shop.FindingAsync(shop.Second, "copy-before-dependencies")}/fix");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("CNT005 copy-before-dependencies has no fix", await answer.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_rule_that_is_gone_the_finding_is_still_shown()
    {
        using var folder = new SampleFolder();
        var finding = await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule);
        await shop.Database.ExecuteAsync("UPDATE findings SET rule_id = 'OLD001', rule_name = 'of-old' WHERE id = @finding", new { finding });
        using var client = await shop.OwnerAsync();

        var shown = await (await client.GetAsync($"/api/v1/findings/{finding}")).JsonAsync();

        Assert.Equal("of-old", shown.GetProperty("rule_name").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("rule").ValueKind);
    }

    [Fact]
    public async Task Suppressed_it_is_so_at_once_where_it_was_seen_and_in_the_newest_analysis_and_can_be_taken_back()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        var (first, second, third) = (await shop.AnalyseAsync(repository), await shop.AnalyseAsync(repository), await shop.AnalyseAsync(repository));
        using var client = await shop.OwnerAsync();
        var address = $"/api/v1/findings/{await shop.FindingAsync(first, Rule)}/suppress";

        var answer = await client.PostAsJsonAsync(address, new { reason = " The title is checked before. ", until = Tomorrow() });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var suppression = (await answer.JsonAsync()).GetProperty("suppression");
        Assert.Equal(("The title is checked before.", Tomorrow()), (suppression.GetProperty("reason").GetString(), suppression.GetProperty("until").GetString()));
        Assert.Equal(["suppressed", "existing", "suppressed"], await StatesAsync(first, second, third));
        Assert.Equal(1, (await CountsAsync(client, third)).GetProperty("suppressed").GetInt32());

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(address)).StatusCode);
        Assert.Equal(["new", "existing", "existing"], await StatesAsync(first, second, third));
        Assert.Equal(0, (await CountsAsync(client, third)).GetProperty("suppressed").GetInt32());
    }

    [Fact]
    public async Task Sent_again_it_changes_nothing_and_is_one_entry_in_the_audit_log()
    {
        using var folder = new SampleFolder();
        using var client = await shop.OwnerAsync();
        var finding = await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule);
        var address = $"/api/v1/findings/{finding}/suppress";

        var first = await (await client.PostAsJsonAsync(address, new { reason = "Known." })).Content.ReadAsStringAsync();
        Assert.Equal(first, await (await client.PostAsJsonAsync(address, new { reason = "Known." })).Content.ReadAsStringAsync());
        await client.PostAsJsonAsync(address, new { reason = "Known, and for another reason." });
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(address)).StatusCode);

        Assert.Equal(
            "finding.suppressed Known.,finding.suppressed Known, and for another reason.,finding.unsuppressed",
            await shop.Database.ScalarAsync<string>(
                "SELECT string_agg(concat_ws(' ', action, detail ->> 'reason'), ',' ORDER BY seq) FROM audit_log WHERE target = @target", new { target = finding.ToString() }));
    }

    [Fact]
    public async Task An_answer_with_a_tag_changes_its_tag_when_somebody_suppresses()
    {
        using var folder = new SampleFolder();
        using var client = await shop.OwnerAsync();
        var analysis = await shop.AnalyseAnotherAsync(folder);
        var addresses = new[] { $"/api/v1/analysis/{analysis}", $"/api/v1/analysis/{analysis}/findings", $"/api/v1/analysis/{analysis}/report.json" };
        var before = await Task.WhenAll(addresses.Select(async address => (await client.GetAsync(address)).Headers.ETag));

        await client.PostAsJsonAsync($"/api/v1/findings/{await shop.FindingAsync(analysis, Rule)}/suppress", new { reason = "Known." });

        foreach (var (address, tag) in addresses.Zip(before))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { tag! } } };
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"reason":"   "}""", "")]
    [InlineData("""{"reason":"x","until":"2001-01-01"}""", "until (2001-01-01) must be after today")]
    [InlineData("""{"reason":"x","until":"soon"}""", "The body is not JSON that this request understands at $.until")]
    [InlineData("""{"reason":"x","forever":true}""", "The body is not JSON that this request understands at $.forever")]
    public async Task A_suppression_without_a_reason_or_for_the_past_is_400(string body, string reason)
    {
        using var client = await shop.OwnerAsync();

        var response = await client.PostAsync($"/api/v1/findings/{await shop.FindingAsync(shop.Second, Rule)}/suppress", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(reason, await response.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal(["existing"], await StatesAsync(shop.Second));
    }

    [Fact]
    public async Task A_reason_may_have_1000_characters_of_any_kind_but_not_more()
    {
        using var folder = new SampleFolder();
        using var client = await shop.OwnerAsync();
        var address = $"/api/v1/findings/{await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule)}/suppress";

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync(address, new { reason = new string('x', 1001) })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync(address, new { reason = new string('\0', 999) + "\ud83d" })).StatusCode);
    }

    [Fact]
    public async Task What_is_fixed_is_not_suppressed()
    {
        using var client = await shop.OwnerAsync();
        var finding = await shop.Database.ScalarAsync<Guid>("SELECT id FROM findings WHERE analysis_id = @Second AND state = 'fixed' LIMIT 1", new { shop.Second });

        var response = await client.PostAsJsonAsync($"/api/v1/findings/{finding}/suppress", new { reason = "x" });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("fixed", await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_gets_404_403_or_401_and_nothing_changes()
    {
        var finding = await shop.FindingAsync(shop.Second, Rule);
        using var stranger = await shop.Server.SignInAsync(shop.Stranger);
        using var viewer = await shop.Server.SignInAsync(shop.Viewer);
        using var program = await shop.ProgramAsync(write: false);

        foreach (var (client, id, expected) in new[]
        {
            (stranger, finding, HttpStatusCode.NotFound), (stranger, Guid.CreateVersion7(), HttpStatusCode.NotFound), (viewer, finding, HttpStatusCode.Forbidden),
            (program, finding, HttpStatusCode.Forbidden), (shop.Server.Stranger(), finding, HttpStatusCode.Unauthorized),
        })
        {
            var suppress = await client.PostAsJsonAsync($"/api/v1/findings/{id}/suppress", new { reason = "x" });
            Assert.Equal(expected, suppress.StatusCode);
            await suppress.ProblemAsync();
            Assert.Equal(expected, (await client.DeleteAsync($"/api/v1/findings/{id}/suppress")).StatusCode);
        }

        Assert.Equal(["existing"], await StatesAsync(shop.Second));
        Assert.Equal(0, await shop.Database.ScalarAsync<long>("SELECT count(*) FROM suppressions WHERE repository_id = @Repository", new { shop.Repository }));
    }

    [Fact]
    public async Task A_member_and_a_program_that_may_write_suppress()
    {
        using var folder = new SampleFolder();
        var finding = await shop.FindingAsync(await shop.AnalyseAnotherAsync(folder), Rule);
        using var member = await shop.Server.SignInAsync(await shop.Database.AddMemberAsync(shop.Organization, "member"));
        using var program = await shop.ProgramAsync(write: true);

        Assert.Equal(HttpStatusCode.OK, (await member.PostAsJsonAsync($"/api/v1/findings/{finding}/suppress", new { reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await program.DeleteAsync($"/api/v1/findings/{finding}/suppress")).StatusCode);
    }

    private string Tomorrow() => shop.Server.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<string[]> StatesAsync(params Guid[] analyses)
    {
        List<string> states = [];
        foreach (var analysis in analyses)
        {
            states.Add(await shop.Database.ScalarAsync<string>("SELECT state FROM findings WHERE analysis_id = @analysis AND rule_name = @Rule ORDER BY path LIMIT 1", new { analysis, Rule }));
        }

        return [.. states];
    }

    private static async Task<JsonElement> CountsAsync(HttpClient client, Guid analysis) =>
        (await (await client.GetAsync($"/api/v1/analysis/{analysis}")).JsonAsync()).GetProperty("findings").GetProperty("states");

    private static async Task GitApplyAsync(string folder, string diff)
    {
        var start = new ProcessStartInfo("git", ["apply"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        using var git = Process.Start(start)!;
        await git.StandardInput.WriteAsync(diff);
        git.StandardInput.Close();
        var error = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, $"{error}\n{diff}");
    }
}
