using System.Net;
using System.Text.Json;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

public sealed class CompareTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    [Fact]
    public async Task New_fixed_and_common_add_up_to_what_both_found()
    {
        var answer = await GetAsync(shop.Second, shop.First);
        var counts = answer.GetProperty("counts");

        Assert.Equal(await CountAsync(shop.Second), counts.GetProperty("new").GetInt32() + counts.GetProperty("common").GetInt32());
        Assert.Equal(await CountAsync(shop.First), counts.GetProperty("fixed").GetInt32() + counts.GetProperty("common").GetInt32());
        Assert.Equal((shop.Second, shop.First), (answer.GetProperty("analysis").GetProperty("id").GetGuid(), answer.GetProperty("other").GetProperty("id").GetGuid()));
        Assert.True(answer.GetProperty("same_rules").GetBoolean());
    }

    [Theory]
    [InlineData("new", ".github/workflows/release.yml")]
    [InlineData("fixed", "Dockerfile")]
    public async Task A_part_is_listed_in_pages_each_finding_once(string part, string path)
    {
        List<JsonElement> seen = [];
        for (string? after = ""; after is not null;)
        {
            var findings = (await GetAsync(shop.Second, shop.First, $"?part={part}&limit=2{after}")).GetProperty("findings");
            seen.AddRange(findings.GetProperty("items").EnumerateArray());
            after = findings.GetProperty("next").GetString() is { } next ? $"&after={next}" : null;
        }

        Assert.Equal((await GetAsync(shop.Second, shop.First)).GetProperty("counts").GetProperty(part).GetInt32(), seen.Count);
        Assert.Equal(seen.Count, seen.Select(finding => finding.GetProperty("fingerprint").GetString()).Distinct().Count());
        Assert.All(seen, finding => Assert.Equal(path, finding.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task The_other_way_round_new_is_fixed_and_scores_change_signs()
    {
        var (there, back) = (await GetAsync(shop.Second, shop.First), await GetAsync(shop.First, shop.Second));

        Assert.Equal(there.GetProperty("counts").GetProperty("new").GetInt32(), back.GetProperty("counts").GetProperty("fixed").GetInt32());
        Assert.Equal(Changes(there), Changes(back).ToDictionary(pair => pair.Key, pair => -pair.Value));
        Assert.NotEqual(0, Changes(there)["security"]);
        Assert.Contains("overall", Changes(there).Keys);
    }

    [Fact]
    public async Task With_itself_everything_is_common()
    {
        var counts = (await GetAsync(shop.Second, shop.Second)).GetProperty("counts");
        Assert.Equal((0, 0, await CountAsync(shop.Second)), (counts.GetProperty("new").GetInt32(), counts.GetProperty("fixed").GetInt32(), counts.GetProperty("common").GetInt32()));
    }

    [Fact]
    public async Task Of_different_kinds_only_what_both_looked_at_is_compared()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        var full = await shop.AnalyseAsync(repository);
        var security = await shop.AnalyseAsync(repository, AnalysisKind.Security);
        var performance = await shop.AnalyseAsync(repository, AnalysisKind.Performance);

        var answer = await GetAsync(security, full);
        Assert.Equal(0, answer.GetProperty("counts").GetProperty("fixed").GetInt32());
        Assert.Equal(["security"], answer.GetProperty("categories").EnumerateArray().Select(category => category.GetString()));
        Assert.Equal(["security"], Changes(answer).Keys);

        using var client = await shop.OwnerAsync();
        var refused = await client.GetAsync($"/api/v1/analysis/{security}/compare/{performance}");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("nothing in common", await refused.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_repositories_are_not_compared_and_another_tenants_analysis_is_404()
    {
        using var folder = new SampleFolder();
        var other = await shop.AnalyseAnotherAsync(folder);
        using var client = await shop.OwnerAsync();

        var refused = await client.GetAsync($"/api/v1/analysis/{shop.Second}/compare/{other}");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("different repositories", await refused.ProblemAsync(), StringComparison.Ordinal);
        var (user, organization) = await shop.Database.AddTenantAsync("bob");
        using var theirs = await shop.Server.SignInAsync(user);
        Assert.NotEqual(Guid.Empty, organization);
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.GetAsync($"/api/v1/analysis/{shop.Second}/compare/{shop.First}")).StatusCode);
    }

    private static Dictionary<string, int> Changes(JsonElement answer) => answer.GetProperty("scores").EnumerateArray()
        .ToDictionary(score => score.GetProperty("category").GetString()!, score => score.GetProperty("change").GetInt32());

    private async Task<JsonElement> GetAsync(Guid analysis, Guid other, string query = "")
    {
        using var client = await shop.OwnerAsync();
        var response = await client.GetAsync($"/api/v1/analysis/{analysis}/compare/{other}{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private Task<int> CountAsync(Guid analysis) =>
        shop.Database.ScalarAsync<int>("SELECT count(*) FROM findings WHERE analysis_id = @analysis AND state <> 'fixed'", new { analysis });
}
