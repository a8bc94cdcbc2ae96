using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Reading analyses and findings over HTTP.</summary>
public sealed class AnalysisEndpointTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    public static TheoryData<string> Reads() =>
    [
        "/api/v1/analysis/{analysis}", "/api/v1/analysis/{analysis}/findings", "/api/v1/analysis/{analysis}/compare/{first}", "/api/v1/analysis/{first}/compare/{analysis}",
        "/api/v1/analysis/{analysis}/sarif", "/api/v1/analysis/{analysis}/report.json", "/api/v1/analysis/{analysis}/report.md",
        "/api/v1/findings/{finding}", "/api/v1/findings/{fixable}/fix",
    ];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_stranger_gets_404_as_for_what_never_was_and_nobody_gets_401(string address)
    {
        using var stranger = await shop.Server.SignInAsync(shop.Stranger);
        var theirs = await stranger.GetAsync(await AddressAsync(address));
        var nobodys = await stranger.GetAsync(Fill(address, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()));

        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nobodys.StatusCode);
        Assert.Equal(await WithoutTraceAsync(nobodys), await WithoutTraceAsync(theirs));
        var unknown = await shop.Server.Stranger().GetAsync(await AddressAsync(address));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        await unknown.ProblemAsync();
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_viewer_and_a_program_that_may_read_get_it(string address)
    {
        using var viewer = await shop.Server.SignInAsync(shop.Viewer);
        using var program = await shop.ProgramAsync(write: false);

        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(await AddressAsync(address))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(await AddressAsync(address))).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Whoever_shows_the_tag_of_the_last_answer_gets_304(string address)
    {
        using var client = await shop.OwnerAsync();
        using var first = await client.GetAsync(await AddressAsync(address));
        client.DefaultRequestHeaders.Add("If-None-Match", first.Headers.ETag!.ToString());

        using var again = await client.GetAsync(await AddressAsync(address));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        Assert.Equal("no-cache, private", again.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/api/v1/analysis/{analysis}")]
    [InlineData("/api/v1/analysis/{analysis}/sarif")]
    public async Task A_compressed_answer_has_the_tag_of_the_same_answer_at_length(string address)
    {
        using var client = await shop.OwnerAsync();
        using var plain = await client.GetAsync(await AddressAsync(address));
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        using var compressed = await client.GetAsync(await AddressAsync(address));
        client.DefaultRequestHeaders.Add("If-None-Match", plain.Headers.ETag!.ToString());
        using var again = await client.GetAsync(await AddressAsync(address));

        Assert.Equal(["br"], compressed.Content.Headers.ContentEncoding);
        Assert.Equal(plain.Headers.ETag, compressed.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(again.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_finished_analysis_says_what_it_established()
    {
        var analysis = await GetAsync($"/api/v1/analysis/{shop.Second}");

        Assert.Equal("shop", analysis.GetProperty("repository").GetString());
        Assert.Equal(("completed", "scores"), (analysis.GetProperty("job").GetProperty("state").GetString(), analysis.GetProperty("job").GetProperty("stage").GetString()));
        Assert.Equal(shop.First, analysis.GetProperty("baseline").GetProperty("id").GetGuid());
        Assert.Equal("npm", analysis.GetProperty("model").GetProperty("components")[0].GetProperty("package_manager").GetProperty("name").GetString());
        Assert.Equal(6, analysis.GetProperty("coverage").GetProperty("files").GetInt32());
        Assert.Equal(0, analysis.GetProperty("diagnostic_count").GetInt32());
        var states = analysis.GetProperty("findings").GetProperty("states");
        var open = analysis.GetProperty("findings").GetProperty("open");
        foreach (var state in new[] { "new", "existing", "fixed" })
        {
            Assert.True(states.GetProperty(state).GetInt32() > 0, state);
        }

        Assert.Equal(
            states.GetProperty("new").GetInt32() + states.GetProperty("existing").GetInt32(), open.EnumerateObject().Sum(severity => severity.Value.GetInt32()));
        Assert.Equal(2, open.GetProperty("medium").GetInt32());
        var timing = analysis.GetProperty("timing");
        Assert.True(timing.GetProperty("created_at").GetDateTime() <= timing.GetProperty("started_at").GetDateTime());
        Assert.True(timing.GetProperty("started_at").GetDateTime() <= timing.GetProperty("finished_at").GetDateTime());
    }

    [Fact]
    public async Task Every_lost_point_names_its_finding()
    {
        using var client = await shop.OwnerAsync();
        var scores = (await GetAsync($"/api/v1/analysis/{shop.Second}")).GetProperty("scores");

        foreach (var category in scores.GetProperty("categories").EnumerateArray())
        {
            var lost = category.GetProperty("lost").EnumerateArray().ToList();
            Assert.Equal(0, category.GetProperty("further_findings").GetInt32());
            Assert.Equal(category.GetProperty("lost_points").GetDouble(), lost.Sum(finding => finding.GetProperty("points").GetDouble()), 2);
            Assert.Equal(category.GetProperty("score").GetInt32(), (int)Math.Round(100 - category.GetProperty("lost_points").GetDouble(), MidpointRounding.AwayFromZero));
            Assert.All(lost, finding => Assert.Equal(
                HttpStatusCode.OK, client.GetAsync($"/api/v1/findings/{finding.GetProperty("finding_id").GetGuid()}").Result.StatusCode));
        }

        Assert.Equal(["security", "ci_cd", "code_quality", "dependencies", "performance"], scores.GetProperty("categories").EnumerateArray().Select(category => category.GetProperty("category").GetString()));
    }

    [Fact]
    public async Task Of_a_category_with_many_causes_the_dearest_are_named_and_the_rest_is_counted()
    {
        using var folder = new SampleFolder();
        var steps = string.Concat(Enumerable.Range(1, 30).Select(number => $"      - uses: owner/action-{number}@v1\n"));
        folder.Write(SampleFolder.Workflow, $"name: ci\non: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n{steps}");
        var analysis = await shop.AnalyseAnotherAsync(folder);

        var security = (await GetAsync($"/api/v1/analysis/{analysis}")).GetProperty("scores").GetProperty("categories")[0];

        var points = security.GetProperty("lost").EnumerateArray().Select(finding => finding.GetProperty("points").GetDouble()).ToList();
        Assert.Equal(20, points.Count);
        Assert.Equal(points.OrderDescending(), points);
        Assert.True(security.GetProperty("further_findings").GetInt32() >= 10);
        Assert.True(security.GetProperty("lost_points").GetDouble() > points.Sum());
    }

    [Fact]
    public async Task An_analysis_that_waits_says_so_and_has_no_result_to_give()
    {
        using var folder = new SampleFolder();
        using var client = await shop.OwnerAsync();
        var started = await shop.QueueAsync(await folder.ConnectAsync(shop.Database, shop.Organization));

        var analysis = await GetAsync($"/api/v1/analysis/{started.AnalysisId}");

        Assert.Equal("pending", analysis.GetProperty("job").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, analysis.GetProperty("scores").ValueKind);
        Assert.Equal(JsonValueKind.Null, analysis.GetProperty("model").ValueKind);
        foreach (var address in new[] { "sarif", "report.json", "report.md", $"compare/{started.AnalysisId}" })
        {
            var refused = await client.GetAsync($"/api/v1/analysis/{started.AnalysisId}/{address}");
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("not finished", await refused.ProblemAsync(), StringComparison.Ordinal);
        }

        await shop.Database.ExecuteAsync("UPDATE jobs SET state = 'cancelled', finished_at = now(), error = 'Not wanted.' WHERE id = @JobId", new { started.JobId });
        Assert.Equal("Not wanted.", (await GetAsync($"/api/v1/analysis/{started.AnalysisId}")).GetProperty("failure").GetString());
    }

    [Fact]
    public async Task The_list_is_newest_first_of_one_repository_or_all_and_of_nobody_else()
    {
        using var stranger = await shop.Server.SignInAsync(shop.Stranger);
        List<Guid> seen = [];
        for (string? before = ""; before is not null;)
        {
            var page = await GetAsync($"/api/v1/analysis?repository_id={shop.Repository}&limit=1{before}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            before = page.GetProperty("next").GetString() is { } next ? $"&before={next}" : null;
        }

        Assert.Equal([shop.Second, shop.First], seen);
        var newest = (await GetAsync($"/api/v1/analysis?repository_id={shop.Repository}")).GetProperty("items")[0];
        Assert.Equal(("completed", "full"), (newest.GetProperty("state").GetString(), newest.GetProperty("kind").GetString()));
        Assert.True((await GetAsync("/api/v1/analysis")).GetProperty("items").GetArrayLength() >= 2);
        foreach (var address in new[] { "/api/v1/analysis", $"/api/v1/analysis?repository_id={shop.Repository}" })
        {
            Assert.Equal(0, (await (await stranger.GetAsync(address)).JsonAsync()).GetProperty("items").GetArrayLength());
            Assert.Equal(HttpStatusCode.Unauthorized, (await shop.Server.Stranger().GetAsync(address)).StatusCode);
        }
    }

    [Theory]
    [InlineData("", "new existing")]
    [InlineData("state=fixed", "fixed")]
    [InlineData("state=all", "new existing fixed")]
    [InlineData("state=new&severity=medium", "new")]
    public async Task Findings_are_listed_by_state_the_worst_first_each_once(string filter, string states)
    {
        List<JsonElement> seen = [];
        for (string? after = ""; after is not null;)
        {
            var page = await GetAsync($"/api/v1/analysis/{shop.Second}/findings?limit=2&{filter}{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : null;
        }

        string[] order = ["critical", "high", "medium", "low", "info"];
        var ranks = seen.Select(finding => Array.IndexOf(order, finding.GetProperty("severity").GetString())).ToList();
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal(seen.Count, seen.Select(finding => finding.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(states.Split(' ').Order(), seen.Select(finding => finding.GetProperty("state").GetString()).Distinct().Order());
    }

    [Theory]
    [InlineData("category=ci_cd", "category", "ci_cd")]
    [InlineData("severity=medium", "severity", "medium")]
    [InlineData("path=RELEASE", "path", ".github/workflows/release.yml")]
    [InlineData("rule=GHA021", "rule_name", "template-injection")]
    [InlineData("rule=template-injection", "rule_id", "GHA021")]
    public async Task A_filter_leaves_what_matches(string filter, string field, string value)
    {
        var items = (await GetAsync($"/api/v1/analysis/{shop.Second}/findings?{filter}")).GetProperty("items").EnumerateArray().ToList();

        Assert.NotEmpty(items);
        Assert.All(items, finding => Assert.Equal(value, finding.GetProperty(field).GetString()));
    }

    [Theory]
    [InlineData("/api/v1/analysis?limit=0", "")]
    [InlineData("/api/v1/analysis?limit=101", "")]
    [InlineData("/api/v1/analysis?before=yesterday", "before is missing, or not of the form")]
    [InlineData("/api/v1/analysis?repository_id=shop", "repository_id is missing, or not of the form")]
    [InlineData("/api/v1/analysis/{analysis}/findings?limit=501", "")]
    [InlineData("/api/v1/analysis/{analysis}/findings?severity=urgent", "severity (urgent) must be one of info, low, medium, high, critical.")]
    [InlineData("/api/v1/analysis/{analysis}/findings?category=style", "category (style) must be one of")]
    [InlineData("/api/v1/analysis/{analysis}/findings?state=open", "state (open) must be one of new, existing, fixed, suppressed, all.")]
    [InlineData("/api/v1/analysis/{analysis}/findings?after=2", "after (2) must be the next of the page before")]
    [InlineData("/api/v1/analysis/{analysis}/compare/{first}?part=moved", "part (moved) must be one of new, fixed, common.")]
    [InlineData("/api/v1/analysis/{analysis}/compare/{first}?after=x", "after (x) must be the next of the page before")]
    [InlineData("/api/v1/analysis/{analysis}/compare/{first}?limit=0", "")]
    public async Task Bad_input_is_400_with_what_would_be_good(string address, string reason)
    {
        using var client = await shop.OwnerAsync();

        var response = await client.GetAsync(await AddressAsync(address));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(reason, await response.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_character_that_the_database_does_not_take_matches_nothing()
    {
        var page = await GetAsync($"/api/v1/analysis/{shop.Second}/findings?path=%00");
        Assert.Equal(0, page.GetProperty("items").GetArrayLength());
    }

    private async Task<JsonElement> GetAsync(string address)
    {
        using var client = await shop.OwnerAsync();
        var response = await client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private async Task<string> AddressAsync(string address) => Fill(
        address, shop.Second, shop.First, await shop.FindingAsync(shop.Second, "template-injection"), await shop.FindingAsync(shop.Second, "missing-concurrency"));

    private static string Fill(string address, Guid analysis, Guid first, Guid finding, Guid fixable) => address
        .Replace("{analysis}", analysis.ToString(), StringComparison.Ordinal)
        .Replace("{first}", first.ToString(), StringComparison.Ordinal)
        .Replace("{finding}", finding.ToString(), StringComparison.Ordinal)
        .Replace("{fixable}", fixable.ToString(), StringComparison.Ordinal);

    private static async Task<string> WithoutTraceAsync(HttpResponseMessage response)
    {
        await response.ProblemAsync();
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        problem.Remove("trace_id");
        return problem.ToJsonString();
    }
}
