using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Tests.Policies;

/// <summary>What <c>.autodevops.yml</c> says may stay is no finding, until its day is over.</summary>
public sealed class PolicySuppressionTests
{
    private const string Workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: octo/a@main\n";

    [Theory]
    [InlineData("{rule: GHA020, reason: ours}", "")]
    [InlineData("{rule: Unpinned-Action, reason: ours}", "")]
    [InlineData("{rule: GHA020, path: .github/, reason: ours}", "")]
    [InlineData("{rule: GHA020, path: '*.yml', reason: ours}", "")]
    [InlineData("{rule: GHA020, path: .github/workflows/ci.yml, reason: ours, until: 2027-01-31}", "")]
    [InlineData("{rule: GHA020, path: .github/workflows/other.yml, reason: ours}", "GHA020")]
    [InlineData("{rule: GHA021, reason: ours}", "GHA020")]
    [InlineData("{rule: GHA020, reason: ours, until: 2027-01-30}", "GHA020 POL006")]
    public void It_holds_for_its_rule_and_its_files_until_its_day(string suppression, string expected)
    {
        var found = Analyze(suppression).Findings.Where(finding => finding.Rule.Id is "GHA020" or "POL006").Select(finding => finding.Rule.Id);

        Assert.Equal(expected, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void One_that_holds_nothing_back_is_told() => Assert.Contains(
        new Diagnostic(".autodevops.yml", 2, "The suppression of GHA020 in docs/ holds nothing back: there is no such finding. Delete it."),
        Analyze("{rule: GHA020, path: docs/, reason: ours}").Diagnostics);

    [Fact]
    public void What_a_policy_demands_is_not_held_back_by_the_repository()
    {
        var organization = RepositoryPolicy.None with { Name = "The organization's policy", Actions = ["actions/*"] };
        var snapshot = RepositorySnapshot.FromText((".github/workflows/ci.yml", Workflow.Replace("- uses", "# autodevops-ignore: POL002 no\n      - uses", StringComparison.Ordinal)));
        var result = RepositoryAnalyzer.Analyze(snapshot.Under(organization), AnalysisOptions.Default);

        Assert.Contains(result.Findings, finding => finding.Rule.Id == "POL002");
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Message == "autodevops-ignore names 'POL002', which tells what a policy demands. Nothing is ignored; change the policy.");
    }

    [Theory]
    [InlineData("{rule: GHA020}", "A suppression needs a reason, for whoever reads it next.")]
    [InlineData("{reason: x}", "A suppression names one rule, by its id or name.")]
    [InlineData("{rule: unpinned-acton, reason: x}", "'unpinned-acton' is no rule; did you mean unpinned-action?")]
    [InlineData("{rule: POL002, reason: x}", "'POL002' tells what a policy demands: it cannot be suppressed.")]
    [InlineData("{rule: GHA020, reason: x, untill: 2027-01-01}", "'untill' is not a key of a suppression; did you mean until? There are: rule, path, reason, until.")]
    [InlineData("{rule: GHA020, reason: x, until: tomorrow}", "until is 'tomorrow', and must be a day such as 2027-01-31.")]
    [InlineData("{rule: GHA020, reason: x, path: '!a'}", "path must be one pattern as in a .gitignore.")]
    [InlineData("GHA020", "suppress must be a list such as `- {rule: GHA020, path: .github/workflows/ci.yml, reason: we own it, until: 2027-01-31}`.")]
    public void A_mistake_in_one_is_said(string suppression, string message)
    {
        var (policy, problems) = PolicyFile.Parse(".autodevops.yml", $"suppress:\n  - {suppression}\n");

        Assert.Null(policy);
        Assert.Equal((2, message), (problems[0].Line, problems[0].Message));
    }

    private static AnalysisResult Analyze(string suppression) => RepositoryAnalyzer.Analyze(
        RepositorySnapshot.FromText((".github/workflows/ci.yml", Workflow), (".autodevops.yml", $"suppress:\n  - {suppression}\n")),
        AnalysisOptions.Default with { Today = new(2027, 1, 31) });
}
