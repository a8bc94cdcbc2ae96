using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>An analysis as a file: what the terminal program prints for the same folder.</summary>
public sealed class ExportTests(AnalysedShop shop) : IClassFixture<AnalysedShop>
{
    public static TheoryData<string, string, string> Formats() => new()
    {
        { "sarif", "application/sarif+json", ".sarif" }, { "report.json", "application/json", ".json" }, { "report.md", "text/markdown", ".md" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task It_is_byte_for_byte_what_the_terminal_prints(string format, string mediaType, string extension)
    {
        using var folder = new SampleFolder();
        // Diagnostics, columns, characters that need escaping, several files and a fix.
        folder.Write("broken.yml", "a: [\n");
        folder.Write(".github/workflows/broken.yml", "on: [\n");
        folder.Write(".github/workflows/ü & <b>.yml", folder.Read(SampleFolder.Workflow));
        folder.Write("image.png", "\0\0\0");
        var analysis = await shop.AnalyseAnotherAsync(folder);
        using var client = await shop.OwnerAsync();

        using var answer = await client.GetAsync($"/api/v1/analysis/{analysis}/{format}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        var day = await shop.Database.ScalarAsync<string>("SELECT to_char(finished_at AT TIME ZONE 'UTC', 'YYYYMMDD') FROM analyses WHERE id = @analysis", new { analysis });
        Assert.Equal($"shop-{day}{extension}", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition.DispositionType);
        Assert.Equal(Terminal(folder, format), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task After_a_suppression_json_says_so_and_the_others_leave_it_out()
    {
        using var folder = new SampleFolder();
        var analysis = await shop.AnalyseAnotherAsync(folder);
        using var client = await shop.OwnerAsync();
        var finding = await shop.FindingAsync(analysis, "template-injection");

        await client.PostAsJsonAsync($"/api/v1/findings/{finding}/suppress", new { reason = "Known." });

        var json = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1/analysis/{analysis}/report.json"));
        var state = Assert.Single(json.GetProperty("findings").EnumerateArray(), one => one.GetProperty("name").GetString() == "template-injection").GetProperty("state").GetString();
        Assert.Equal("suppressed", state);
        Assert.DoesNotContain("GHA021", await client.GetStringAsync($"/api/v1/analysis/{analysis}/sarif"), StringComparison.Ordinal);
        var markdown = await client.GetStringAsync($"/api/v1/analysis/{analysis}/report.md");
        Assert.DoesNotContain("(GHA021)", markdown, StringComparison.Ordinal);
        // The score is as it was computed, and so are its reasons.
        Assert.Contains("template-injection 3.8", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task States_are_those_of_the_comparison_and_what_is_fixed_is_not_there()
    {
        using var client = await shop.OwnerAsync();
        var json = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1/analysis/{shop.Second}/report.json"));

        var states = json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("state").GetString()).Distinct().Order();
        Assert.Equal(["existing", "new"], states);
        Assert.DoesNotContain("Dockerfile", await client.GetStringAsync($"/api/v1/analysis/{shop.Second}/sarif"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_this_version_does_not_have_is_exported_under_its_name()
    {
        using var folder = new SampleFolder();
        var analysis = await shop.AnalyseAnotherAsync(folder);
        await shop.Database.ExecuteAsync("UPDATE findings SET rule_id = 'OLD001', rule_name = 'of-old' WHERE analysis_id = @analysis AND rule_name = 'template-injection'", new { analysis });
        using var client = await shop.OwnerAsync();

        var sarif = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1/analysis/{analysis}/sarif")).GetProperty("runs")[0];
        var rules = sarif.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToList();
        var result = Assert.Single(sarif.GetProperty("results").EnumerateArray(), one => one.GetProperty("ruleId").GetString() == "OLD001");
        Assert.Equal("of-old", rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("name").GetString());
        Assert.Contains("does not have the rule any more", rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("fullDescription").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("of-old (OLD001)", await client.GetStringAsync($"/api/v1/analysis/{analysis}/report.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", "4f1d3c2b5a69", "shop-4f1d3c2.sarif")]
    [InlineData("\"><img src=x>\r\nSet-Cookie: a", null, "img-src-x-Set-Cookie-a-20300405.sarif")]
    [InlineData("../../etc/passwd", null, "etc-passwd-20300405.sarif")]
    [InlineData("日本", null, "analysis-20300405.sarif")]
    public void A_file_name_holds_nothing_that_means_something_else(string repository, string? commit, string expected)
    {
        var at = new DateTime(2030, 4, 5, 6, 7, 8, DateTimeKind.Utc);
        var analysis = new ReadAnalysis.Analysis(
            default, default, default, repository, default, null, "full", null, commit, false, null, null, null, null, null, null, null, null, null, null, at, at, true, null);
        Assert.Equal(expected, ExportAnalysis.FileName(analysis, new ExportAnalysis.Format("", "", "", ".sarif", false, SarifReport.Write)));
    }

    [Fact]
    public async Task A_failed_analysis_has_nothing_to_export()
    {
        using var folder = new SampleFolder();
        var repository = await folder.ConnectAsync(shop.Database, shop.Organization);
        folder.Dispose();
        var analysis = await shop.AnalyseAsync(repository);
        using var client = await shop.OwnerAsync();

        var refused = await client.GetAsync($"/api/v1/analysis/{analysis}/sarif");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("failed", await refused.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_findings_as_are_kept_are_exported_within_the_memory_of_twenty_megabytes()
    {
        using var folder = new SampleFolder();
        var analysis = await shop.AnalyseAnotherAsync(folder);
        await shop.Database.ExecuteAsync(
            """
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, points, path, start_line, end_line,
                message, fingerprint, state, excerpt, excerpt_line, fix)
            SELECT gen_random_uuid(), organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, points, path || number, start_line, end_line,
                repeat('A message of the usual length. ', 4), fingerprint || number, state, excerpt, excerpt_line, fix
            FROM findings CROSS JOIN generate_series(1, @copies) AS number
            WHERE analysis_id = @analysis AND rule_name = 'missing-concurrency'
            """,
            new { analysis, copies = AnalysisWriter.MaxFindings - 20 });
        using var client = await shop.OwnerAsync();

        foreach (var (format, _, _) in Formats().Select(row => row.Data))
        {
            using var answer = await client.GetAsync($"/api/v1/analysis/{analysis}/{format}");
            var content = await answer.Content.ReadAsByteArrayAsync();
            Assert.InRange(content.Length, 1_000_000, 20_000_000);
            Assert.NotNull(answer.Headers.ETag);
        }
    }

    private static string Terminal(SampleFolder folder, string format)
    {
        var result = RepositoryAnalyzer.Analyze(FolderSnapshot.Read(folder.Path, SnapshotLimits.Default, CancellationToken.None), AnalysisOptions.Default);
        Assert.Contains(result.Findings, finding => finding.Fix is not null);
        Assert.NotEmpty(result.Diagnostics);
        Assert.All(result.Findings, finding => Assert.Equal(FindingState.New, finding.State));
        using var output = new MemoryStream();
        Action<AnalysisResult, Stream> write = format switch { "sarif" => SarifReport.Write, "report.json" => JsonReport.Write, _ => MarkdownReport.Write };
        write(result, output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
