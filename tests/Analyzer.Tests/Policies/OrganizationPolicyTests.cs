using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Tests.Policies;

/// <summary>An organization's policy is a rail: a repository may allow less than it does, never more.</summary>
public sealed class OrganizationPolicyTests
{
    private const string Workflow = """
        on: push
        jobs:
          a:
            runs-on: macos-15
            steps:
              - uses: actions/checkout@v4
              - uses: who/ever@v1
              - uses: docker/login-action@v3
              - run: npm test

        """;

    private static readonly (string Path, string Text)[] Shop =
    [
        ("package.json", "{\"name\":\"shop\",\"scripts\":{\"test\":\"vitest run\",\"lint\":\"eslint .\"},\"devDependencies\":{\"vitest\":\"3\",\"eslint\":\"9\"}}\n"),
        ("package-lock.json", "{\"lockfileVersion\":3}\n"),
        (".github/workflows/ci.yml", Workflow),
    ];

    [Fact]
    public void What_holds_for_all_repositories_is_read()
    {
        var (policy, problems) = PolicyFile.ParseOrganization("version: 1\nignore: third_party/\nactions: [actions/*]\nrunners: [ubuntu-24.04]\nrequire: [test]\n");

        Assert.Empty(problems);
        Assert.Equal("The organization's policy", policy!.Name);
        Assert.Equal(["third_party/"], policy.Ignore);
        Assert.Equal(["actions/*"], policy.Actions);
        Assert.Equal(["ubuntu-24.04"], policy.Runners);
        Assert.Equal([CommandKind.Test], policy.Required);
    }

    [Theory]
    [InlineData("components: {.: {test: make test}}", 1, "'components' differs between repositories: it stands in the .autodevops.yml of each. There are: version, ignore, actions, runners, require.")]
    [InlineData("version: 1\nbranch: main", 2, "'branch' differs between repositories: it stands in the .autodevops.yml of each.")]
    [InlineData("action: [actions/*]", 1, "'action' is not a key of the policy; did you mean actions? There are: version, ignore, actions, runners, require.")]
    [InlineData("require: [tests]", 1, "'tests' is nothing that can be required; did you mean test?")]
    [InlineData("actions: [", 1, "Not valid YAML")]
    [InlineData("a\0b: 1", 1, "Not valid YAML")]
    public void What_does_not_is_refused_with_its_line(string text, int line, string message)
    {
        var (policy, problems) = PolicyFile.ParseOrganization(text);
        Assert.Null(policy);
        Assert.Equal(line, problems[0].Line);
        Assert.StartsWith(message, problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_names_the_policy_that_it_is_by_the_organizations_first() =>
        Assert.Equal(
            [
                ".autodevops.yml does not allow docker/login-action.",
                ".autodevops.yml requires lint, and no CI file runs 'npm run lint'.",
                "The organization's policy does not allow 'macos-15', which job 'a' runs on.",
                "The organization's policy does not allow who/ever.",
            ],
            Findings("actions: [actions/*, docker/*]\nrunners: ubuntu-24.04\nrequire: test\n", "actions: [actions/*, who/ever]\nrunners: [macos-15]\nrequire: lint\n"));

    [Theory]
    [InlineData("actions: ['who/*', 'docker/*', 'actions/*']\nrunners: [macos-15]\n")]
    [InlineData("ignore: [.github/]\n")]
    [InlineData("ignore: ['*']\n")]
    [InlineData("nonsense: 1\n")]
    [InlineData("")]
    public void Nothing_that_a_repository_says_makes_more_allowed(string own) =>
        Assert.Equal(
            ["The organization's policy does not allow 'macos-15', which job 'a' runs on.", "The organization's policy does not allow docker/login-action.", "The organization's policy does not allow who/ever."],
            Findings("actions: actions/*\nrunners: [ubuntu-24.04]\n", own).Where(message => message.StartsWith("The organization", StringComparison.Ordinal)));

    [Fact]
    public void What_is_required_cannot_be_switched_off()
    {
        Assert.Equal(
            ["The organization's policy requires lint, and this line switches it off for '.'."], Findings("require: lint\n", "components:\n  .:\n    lint: false\n"));
        Assert.Equal(
            "The organization's policy requires lint, and .autodevops.yml:3 switches it off for '.'.", Refusal("require: lint\n", "components:\n  .:\n    lint: false\n"));
    }

    [Theory]
    [InlineData("runners: [a, b]", "runners: [c, b, a]", "runs-on: b\n")]
    [InlineData("runners: [a, b]", "version: 1", "runs-on: a\n")]
    [InlineData("version: 1", "runners: [c]", "runs-on: c\n")]
    public void What_is_generated_runs_where_both_allow_it(string organization, string own, string written)
    {
        var pipeline = Generate(organization, own);
        Assert.True(pipeline.IsProven, string.Join('\n', pipeline.Checks.Where(check => !check.Passed)));
        Assert.Contains(written, pipeline.Files[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actions: [docker/*]", "actions: [actions/*]", "The organization's policy does not allow the action actions/checkout, which it needs.")]
    [InlineData("actions: [actions/*]", "actions: [docker/*]", ".autodevops.yml does not allow the action actions/checkout, which it needs.")]
    [InlineData("runners: [a]", "runners: [b]", "The organization's policy does not allow ubuntu-24.04, which it runs on.")]
    [InlineData("require: [typecheck]", "version: 1", "The organization's policy requires typecheck, and nothing in the repository says how. Add a script for it, or the command to .autodevops.yml.")]
    public void What_breaks_either_is_not_offered_and_says_which(string organization, string own, string refusal) => Assert.Equal(refusal, Refusal(organization, own));

    [Fact]
    public void A_proven_pipeline_names_the_policies_that_it_keeps_to() =>
        Assert.Equal(
            "Only allowed actions and runners, and everything that is required. In force: The organization's policy and .autodevops.yml.",
            Generate("actions: actions/*", "require: test").Checks.Single(check => check.Name == "policy").Detail);

    [Fact]
    public void What_the_organization_ignores_is_ignored_unless_the_repository_takes_it_back()
    {
        (string, string)[] files = [("third_party/a.js", "1"), ("third_party/b/action.yml", "runs: {using: composite}"), ("src/a.js", "1")];
        static IEnumerable<string> Read(RepositorySnapshot snapshot, string organization) => snapshot.Under(Policy(organization)).Files.Select(file => file.Path);

        Assert.Equal(["src/a.js"], Read(RepositorySnapshot.FromText(files), "ignore: [third_party/]"));
        Assert.Equal([".autodevops.yml", "third_party/a.js"], Read(RepositorySnapshot.FromText([.. files, (".autodevops.yml", "ignore: ['!third_party/*.js', src]")]), "ignore: ['third_party/*']"));
    }

    private static IEnumerable<string> Findings(string organization, string own) =>
        RepositoryAnalyzer.Analyze(Snapshot(organization, own), new AnalysisOptions { Rules = new HashSet<string> { "POL002", "POL003", "POL004" } })
            .Findings.Select(finding => finding.Message).Order(StringComparer.Ordinal);

    private static string Refusal(string organization, string own)
    {
        var pipeline = Generate(organization, own);
        Assert.False(pipeline.IsProven);
        return pipeline.Checks.Single(check => check.Name == "policy").Detail;
    }

    private static GeneratedPipeline Generate(string organization, string own)
    {
        var snapshot = Snapshot(organization, own);
        return PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, "github", new() { DefaultBranch = "main" });
    }

    private static RepositorySnapshot Snapshot(string organization, string own) => RepositorySnapshot.FromText([.. Shop, (".autodevops.yml", own)]).Under(Policy(organization));

    private static RepositoryPolicy Policy(string text) => PolicyFile.ParseOrganization(text).Policy!;
}
