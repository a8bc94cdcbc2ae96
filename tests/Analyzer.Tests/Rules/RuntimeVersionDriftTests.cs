using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>Another patch than the version file names is less than another release line.</summary>
public sealed class RuntimeVersionDriftTests
{
    [Theory]
    [InlineData("node", "24.15.0", ".nvmrc", "24.14.0", Severity.Low)]
    [InlineData("node", "22", ".nvmrc", "24.14.0", Severity.Medium)]
    [InlineData("python", "3.12.1", ".python-version", "3.12.4", Severity.Low)]
    [InlineData("python", "3.11", ".python-version", "3.12.4", Severity.Medium)]
    public void A_version_of_the_same_release_line_weighs_less(string runtime, string set, string file, string declared, Severity expected)
    {
        var workflow = $"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-{runtime}@v6\n        with:\n          {runtime}-version: '{set}'\n";
        var result = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((".github/workflows/ci.yml", workflow), (file, declared + "\n")), AnalysisOptions.Default);

        Assert.Equal(expected, Assert.Single(result.Findings, finding => finding.Rule.Id == "GHA046").Severity);
    }
}
