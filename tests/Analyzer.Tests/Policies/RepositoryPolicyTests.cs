using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Analyzer.Rules.Policy;

namespace AutoDevOps.Analyzer.Tests.Policies;

/// <summary>What a policy changes: what is read, what is run, what is complained of, what is generated.</summary>
public sealed class RepositoryPolicyTests
{
    private static readonly (string Path, string Text)[] Shop =
    [
        ("package.json", "{\"name\":\"shop\",\"scripts\":{\"test\":\"vitest run\",\"lint\":\"eslint .\"},\"devDependencies\":{\"vitest\":\"3\",\"eslint\":\"9\"}}\n"),
        ("package-lock.json", "{\"lockfileVersion\":3}\n"),
        ("legacy/package.json", "{\"name\":\"old\",\"scripts\":{\"test\":\"node --test\"}}\n"),
    ];

    [Fact]
    public void What_is_ignored_is_listed_and_counted_and_is_no_component()
    {
        var snapshot = With("ignore: [legacy/]");
        Assert.DoesNotContain(snapshot.Files, file => file.Path == "legacy/package.json");
        Assert.Contains(snapshot.Coverage.Skipped, skipped => skipped is { Reason: FileKind.Ignored, Count: 1 });
        Assert.Equal(["."], RepositoryModelBuilder.Build(snapshot).Model.Components.Select(component => component.Path));
    }

    [Fact]
    public void The_policy_itself_is_read_whatever_it_ignores() =>
        Assert.Equal([".autodevops.yml"], With("ignore: ['*']").Files.Select(file => file.Path));

    [Fact]
    public void A_command_that_somebody_wrote_goes_before_what_was_detected()
    {
        var snapshot = With("components:\n  .:\n    test: npx vitest run --coverage\n    lint: false\n");
        var (model, _) = RepositoryModelBuilder.Build(snapshot);
        var root = model.Components.Single(component => component.Path == ".");

        var test = root.Command(CommandKind.Test)!;
        Assert.Equal(("npx vitest run --coverage", 1.0, ".autodevops.yml:3"), (test.Run, test.Confidence, test.Evidence[0].ToString()));
        Assert.Null(root.Command(CommandKind.Lint));
        Assert.Contains(model.NotInferred, fact => fact is { Component: ".", What: "lint", Why: ".autodevops.yml:4 says that there is none" });
        var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new());
        Assert.True(pipeline.IsProven);
        Assert.Contains("run: npx vitest run --coverage", pipeline.Files[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("eslint", pipeline.Files[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_component_that_is_none_is_said_with_those_there_are()
    {
        var (_, diagnostics) = RepositoryModelBuilder.Build(With("components: {wbe: {test: x}}"));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Message == "There is no component 'wbe'. There are: ., legacy.");
    }

    [Fact]
    public void A_command_of_a_component_that_there_is_not_is_no_pipeline_without_it_and_the_nearest_is_named()
    {
        const string Told = "There is no component 'legcy'; did you mean legacy? There are: ., legacy.";
        var snapshot = With("components:\n  legcy: {test: npm run ci}\n");
        var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);
        Assert.Contains(diagnostics, diagnostic => diagnostic is { Line: 2, Message: Told });
        var pipeline = PipelineGenerator.Generate(snapshot, model, "github", new());
        Assert.Equal((false, $".autodevops.yml:2: {Told}"), pipeline.Checks.Where(check => check.Name == "policy").Select(check => (check.Passed, check.Detail)).Single());
    }

    [Theory]
    [InlineData("actions: [actions/*]", "actions/checkout", true)]
    [InlineData("actions: [Actions/Checkout]", "actions/checkout", true)]
    [InlineData("actions: [actions/check]", "actions/checkout", false)]
    [InlineData("actions: [docker/*]", "actions/checkout", false)]
    [InlineData("branch: main", "anybody/anything", true)]
    public void Actions_are_allowed_by_owner_or_by_name(string policy, string action, bool isAllowed) =>
        Assert.Equal(isAllowed, With(policy).Policy.AllowsAction(action));

    [Theory]
    [InlineData("components: {services/wbe: {test: x}}", "There is no component 'services/wbe'; did you mean services/web? There are: ., services/web.")]
    [InlineData("components: {web: {test: x}}", "There is no component 'web'; did you mean services/web? There are: ., services/web.")]
    [InlineData("components: {nothing: {test: x}}", "There is no component 'nothing'. There are: ., services/web.")]
    public void A_component_that_is_not_there_is_told_with_the_nearest(string policy, string message)
    {
        var snapshot = RepositorySnapshot.FromText((".autodevops.yml", policy), ("go.mod", "module x\n"), ("services/web/package.json", "{\"name\":\"web\"}"));
        var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);

        Assert.Equal(new(".autodevops.yml", 1, message), Assert.Single(diagnostics));
        Assert.Equal(message, Assert.Single(new UnknownPolicyComponent().Check(snapshot, model)).Message);
        Assert.Empty(RepositorySnapshot.FromText(("go.mod", "module x\n")).Under(PolicyFile.ParseOrganization("require: [test]").Policy!).Policy.UnknownComponents(model.Components));
    }

    [Fact]
    public void Existing_workflows_are_held_to_it()
    {
        var workflow = "on: push\njobs:\n  a:\n    runs-on: macos-15\n    steps:\n      - uses: actions/checkout@v4\n      - uses: who/ever@v1\n      - uses: ./local\n      - run: npm test\n";
        var result = RepositoryAnalyzer.Analyze(
            RepositorySnapshot.FromText([.. Shop, (".github/workflows/ci.yml", workflow), (".autodevops.yml", "actions: actions/*\nrunners: ubuntu-24.04\nrequire: [test, lint, typecheck]\n")]),
            new AnalysisOptions { Rules = new HashSet<string> { "POL001", "POL002", "POL003", "POL004" } });

        Assert.Equal(
            [
                "POL004 .autodevops.yml requires typecheck, and nothing in the repository says how.",
                "POL003 .autodevops.yml does not allow 'macos-15', which job 'a' runs on.",
                "POL002 .autodevops.yml does not allow who/ever.",
                "POL004 .autodevops.yml requires test, and no CI file runs 'npm test' in legacy.",
                "POL004 .autodevops.yml requires lint, and no CI file runs 'npm run lint'.",
            ],
            result.Findings.Select(finding => $"{finding.Rule.Id} {finding.Message}"));
    }

    [Theory]
    [InlineData("runners: [self-built]", "runs-on: self-built", null)]
    [InlineData("branch: release/2", "release/2", null)]
    [InlineData("actions: [docker/*]", null, ".autodevops.yml does not allow the action ")]
    [InlineData("require: [typecheck]", null, ".autodevops.yml requires typecheck, and nothing in the repository says how. Add a script for it, or the command to .autodevops.yml.")]
    [InlineData("nonsense: 1", null, ".autodevops.yml:1: 'nonsense' is not a key of the file.")]
    public void What_is_generated_keeps_to_it_or_is_not_offered(string policy, string? written, string? refusal)
    {
        var snapshot = With(policy);
        var pipeline = PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, "github", new() { DefaultBranch = "main" });
        if (written is not null)
        {
            Assert.True(pipeline.IsProven, string.Join('\n', pipeline.Checks.Where(check => !check.Passed)));
            Assert.Contains(written, pipeline.Files[0].Text, StringComparison.Ordinal);
            return;
        }

        Assert.False(pipeline.IsProven);
        Assert.StartsWith(refusal!, pipeline.Checks.Single(check => check.Name == "policy").Detail, StringComparison.Ordinal);
    }

    private static RepositorySnapshot With(string policy) => RepositorySnapshot.FromText([.. Shop, (".autodevops.yml", policy)]);
}
