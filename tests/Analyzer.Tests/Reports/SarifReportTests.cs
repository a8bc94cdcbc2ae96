using System.Text.Json;
using NJsonSchema;

namespace AutoDevOps.Analyzer.Tests.Reports;

public sealed class SarifReportTests
{
    public static TheoryData<string> Cases => ReportCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_has_the_shape_of_SARIF(string name)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Schemas", "sarif-shape.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(ReportCases.Sarif(ReportCases.Analyze(name).Result)).Select(problem => $"{problem.Path}: {problem.Kind}"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_result_points_at_its_rule_and_carries_the_finding(string name)
    {
        var (_, result) = ReportCases.Analyze(name);
        var run = JsonDocument.Parse(ReportCases.Sarif(result)).RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var results = run.GetProperty("results").EnumerateArray().ToList();

        Assert.Equal(result.Findings.Count, results.Count);
        foreach (var (finding, written) in result.Findings.Zip(results))
        {
            Assert.Equal(finding.Rule.Id, written.GetProperty("ruleId").GetString());
            Assert.Equal(finding.Rule.Id, rules[written.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Equal(finding.Fingerprint, written.GetProperty("partialFingerprints").GetProperty("autodevops/v1").GetString());
            var location = written.GetProperty("locations")[0].GetProperty("physicalLocation");
            var uri = location.GetProperty("artifactLocation").GetProperty("uri").GetString()!;
            Assert.Equal(finding.Location.Path.Length == 0 ? "README.md" : finding.Location.Path, string.Join('/', uri.Split('/').Select(Uri.UnescapeDataString)));
            Assert.Equal(finding.Location.StartLine > 0, location.TryGetProperty("region", out _));
        }

        Assert.All(rules.EnumerateArray(), rule => Assert.True(rule.GetProperty("properties").GetProperty("tags").GetArrayLength() > 0));
    }

    [Fact]
    public void A_fix_applied_as_SARIF_says_is_the_fix_applied_as_we_say()
    {
        const string Path = ".github/workflows/ci.yml";
        const string Before = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: make\n";
        var result = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((Path, Before), ("Makefile", "all:\n")), new() { Rules = new HashSet<string> { "persisted-credentials" } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(result.Findings);
        result = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((Path, Before.Replace("make", "go test ./...", StringComparison.Ordinal))), new() { Rules = new HashSet<string> { "persisted-credentials" } }, cancellationToken: TestContext.Current.CancellationToken);
        var written = JsonDocument.Parse(ReportCases.Sarif(result)).RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        var replacement = written.GetProperty("fixes")[0].GetProperty("artifactChanges")[0].GetProperty("replacements")[0];
        var region = replacement.GetProperty("deletedRegion");
        var inserted = replacement.GetProperty("insertedContent").GetProperty("text").GetString()!;

        Assert.Equal((8, 1, 8, 1), (region.GetProperty("startLine").GetInt32(), region.GetProperty("startColumn").GetInt32(), region.GetProperty("endLine").GetInt32(), region.GetProperty("endColumn").GetInt32()));
        Assert.Equal("        with:\n          persist-credentials: false\n", inserted);
    }

    [Fact]
    public void Categories_severities_and_other_tools_names_are_where_code_scanning_looks_for_them()
    {
        var rules = JsonDocument.Parse(ReportCases.Sarif(ReportCases.Analyze("rule/unpinned-action").Result)).RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var properties = rules.EnumerateArray().Single(rule => rule.GetProperty("name").GetString() == "unpinned-action").GetProperty("properties");

        Assert.Equal("8.0", properties.GetProperty("security-severity").GetString());
        Assert.Equal("very-high", properties.GetProperty("precision").GetString());
        Assert.Equal(["security", "zizmor/unpinned-uses", "poutine/unpinnable_action", "scorecard/Pinned-Dependencies", "CWE-829", "CWE-494"], properties.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }
}
