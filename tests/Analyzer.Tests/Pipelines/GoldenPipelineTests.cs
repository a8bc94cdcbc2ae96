using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Tests.RepositoryModels;
using AutoDevOps.Analyzer.Tests.Support;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>Every fixture repository with the files that are generated for it: the golden files under <c>Fixtures/Pipelines</c>, to be read in
/// review, and what must hold for every one of them.</summary>
public sealed class GoldenPipelineTests
{
    public static TheoryData<string> Repositories => FixtureRepositories.Names;

    [Theory]
    [MemberData(nameof(Repositories))]
    public void The_generated_files_are_the_ones_that_stand_beside_it(string name)
    {
        var files = PipelineTargets.All.Select(target => (Name: GoldenName(name, target.Platform), Text: Render(Generate(name, target.Platform)))).ToList();

        // After a wanted change; whoever wrote it reads the difference before committing it.
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            files.ForEach(file => File.WriteAllText(Path.Combine(RepositoryRoot.Fixtures, "Pipelines", file.Name), file.Text));
            return;
        }

        foreach (var (file, actual) in files)
        {
            var expected = Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pipelines", file);
            Assert.Equal(File.Exists(expected) ? File.ReadAllText(expected) : "(there is no golden file)", actual);
        }
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void What_is_offered_is_proven_and_what_is_refused_says_why(string name)
    {
        foreach (var platform in PipelineTargets.All.Select(target => target.Platform))
        {
            var pipeline = Generate(name, platform);
            Assert.NotEmpty(pipeline.Checks);
            Assert.All(pipeline.Checks, check => Assert.NotEmpty(check.Detail));
            if (pipeline.Files.Count > 0)
            {
                // Where somebody's own file has the place, that is all that may stand in the way.
                var isTaken = pipeline.Files.Any(file => FixtureRepositories.Files(name).Any(own => own.Path == file.Path));
                Assert.Equal(!isTaken, pipeline.IsProven);
                Assert.True(pipeline.IsProvenButForItsPlace, $"{platform}: {string.Join("; ", pipeline.Checks.Where(check => !check.Passed))}");
            }
            else
            {
                Assert.False(pipeline.IsProven);
            }
        }
    }

    /// <summary>The whole analysis at its strictest level, on the repository with the file in it.</summary>
    [Theory]
    [MemberData(nameof(Repositories))]
    public void The_strictest_rules_find_nothing_in_a_generated_workflow(string name)
    {
        foreach (var file in Generate(name, "github").Files)
        {
            var snapshot = Commit(name, file);
            var result = RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Empty(result.Findings.Where(finding => finding.Location.Path == file.Path).Select(finding => $"{finding.Rule.Name}: {finding.Message}"));
            Assert.DoesNotContain(result.Findings, finding => finding.Rule.Name is "no-ci" or "tests-not-run" or "no-pull-request-trigger" && file.Path == ".github/workflows/ci.yml" && model(name).Ci.Count == 0);
        }

        static RepositoryModel model(string name) => RepositoryModelBuilder.Build(FixtureRepositories.Snapshot(name)).Model;
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_action_is_in_the_catalog_with_its_commit_and_takes_only_inputs_of_the_catalog(string name)
    {
        foreach (var step in Generate(name, "github").Files.SelectMany(file => Read(file).Steps).Where(step => step.Uses is not null))
        {
            var action = ActionCatalog.Find($"{step.Action!.Owner}/{step.Action.Repository}");
            Assert.True(action is not null, $"{step.Uses!.Text} is not in the catalog.");
            Assert.Equal(action.Commit, step.Action.Ref);
            Assert.Matches("^[0-9a-f]{40}$", step.Action.Ref!);
            Assert.Contains($"# {action.Version}", step.Workflow.Lines[step.Uses!.Line - 1]);
            Assert.All(Workflow.Pairs(step.Node["with"]), input => Assert.True(action.Inputs.Contains(input.Key.Text!), $"{action.Name} has no input '{input.Key.Text}'."));
        }
    }

    /// <summary>design: least privilege, timeouts, concurrency, no credentials left behind, pinned machines.</summary>
    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_generated_workflow_has_what_an_excellent_one_has(string name)
    {
        foreach (var workflow in Generate(name, "github").Files.Select(Read))
        {
            Assert.Empty(workflow.Root["permissions"]!.Entries);
            Assert.Contains("pull_request", workflow.Root.At("concurrency", "cancel-in-progress")!.Text);
            Assert.Equal(["push", "pull_request"], workflow.Triggers.Select(trigger => trigger.Name));
            foreach (var job in workflow.Jobs)
            {
                Assert.Equal(GitHubActionsWriter.Runner, job.Node["runs-on"]!.Text);
                Assert.InRange(job.Node["timeout-minutes"]!.AsInt()!.Value, 1, 60);
                Assert.All(job.Node["permissions"]!.Entries, permission => Assert.Equal("read", permission.Value.Text));
                Assert.All(job.Steps.Where(step => step.Action?.Is("actions/checkout") == true), step => Assert.Equal("false", step.With("persist-credentials")!.Text));
                Assert.All(job.Steps.Where(step => step.Run is not null), step => Assert.DoesNotContain("${{", step.Run!.Text!));
            }

            var gate = workflow.Jobs[^1];
            Assert.Equal("ci-ok", gate.Id);
            Assert.Equal("always()", gate.If);
            Assert.Equal(workflow.Jobs.SkipLast(1).Select(job => job.Id), gate.Needs.Select(need => need.Text));
        }
    }

    /// <summary>A reader of the file finds, above every step that rests on a fact, where the fact stands.</summary>
    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_command_has_its_evidence_in_a_comment_above_it(string name)
    {
        var snapshot = FixtureRepositories.Snapshot(name);
        foreach (var file in Generate(name, "github").Files)
        {
            var workflow = Read(file);
            foreach (var step in workflow.Jobs.SkipLast(1).SelectMany(job => job.Steps).Where(step => step.Run is not null))
            {
                var comment = workflow.Lines[step.Node.Line - 2].Trim();
                Assert.StartsWith("# ", comment);
                var first = comment[2..].Split(", ")[0];
                var path = first.Split(':')[0];
                Assert.Contains(snapshot.Entries, entry => entry.Path == path);
            }

            foreach (var evidence in file.LineEvidence.SelectMany(line => line.Evidence).Where(evidence => evidence.Line > 0))
            {
                Assert.Contains(evidence.Excerpt ?? "", snapshot.Find(evidence.Path)!.Lines().Single(line => line.Number == evidence.Line).Text);
            }
        }
    }

    /// <summary>The page said "0 % sure" beside every line.</summary>
    [Theory]
    [MemberData(nameof(Repositories))]
    public void Every_line_is_as_sure_as_the_fact_it_comes_from(string name)
    {
        var model = RepositoryModelBuilder.Build(FixtureRepositories.Snapshot(name)).Model;
        var facts = model.Components.SelectMany(component => component.Commands.Select(command => (command.Evidence, command.Confidence))
            .Concat(component.Runtimes.Select(runtime => (runtime.Evidence, runtime.Confidence)))
            .Concat(component.PackageManager is { } manager ? [(manager.Evidence, manager.Confidence)] : [])).ToList();
        foreach (var file in Generate(name, "github").Files)
        {
            var lines = file.Text.Split('\n');
            Assert.All(file.LineEvidence, line => Assert.InRange(line.Confidence, BuildPlanner.LeastConfidence, 1));
            foreach (var line in file.LineEvidence.Where(line => lines[line.Line - 1].TrimStart().StartsWith("run: ", StringComparison.Ordinal)))
            {
                var stated = facts.Where(fact => fact.Evidence.SequenceEqual(line.Evidence)).Select(fact => fact.Confidence).ToList();
                Assert.True(stated.Count == 0 || stated.Contains(line.Confidence));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Committed_and_generated_again_it_is_the_same(string name)
    {
        foreach (var platform in PipelineTargets.All.Select(target => target.Platform))
        {
            foreach (var file in Generate(name, platform) is { IsProven: true } pipeline ? pipeline.Files : [])
            {
                var snapshot = Commit(name, file);
                var again = PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, new());
                Assert.Equal(file.Text, Assert.Single(again.Files).Text);
                Assert.Equal(file.Path, again.Files[0].Path);
            }
        }
    }

    [Fact]
    public void There_is_no_golden_file_without_its_repository()
    {
        var known = FixtureRepositories.Names.Select(row => row.Data).SelectMany(name => PipelineTargets.All.Select(target => GoldenName(name, target.Platform)));
        Assert.Equal(known.Order(StringComparer.Ordinal), Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pipelines")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static string GoldenName(string repository, string platform) => $"{repository}.{platform}{(platform == "jenkins" ? ".groovy" : ".yml")}";

    private static GeneratedPipeline Generate(string name, string platform)
    {
        var snapshot = FixtureRepositories.Snapshot(name);
        return PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, new());
    }

    private static RepositorySnapshot Commit(string name, GeneratedFile file) =>
        new(FixtureRepositories.Files(name).Where(other => other.Path != file.Path).Append(SnapshotFile.FromText(file.Path, file.Text)));

    private static Workflow Read(GeneratedFile file) => Workflow.Read(SnapshotFile.FromText(file.Path, file.Text))!;

    private static string Render(GeneratedPipeline pipeline)
    {
        var head = pipeline.Files.Count > 0
            ? string.Concat(pipeline.Files.Select(file => $"# {file.Path}\n{file.Text}"))
            : string.Concat(pipeline.Checks.Where(check => !check.Passed).Select(check => $"# refused: {check.Name}: {check.Detail}\n"));
        return head + string.Concat(pipeline.NotInferred.Select(gap => $"# not inferred: {gap.Component} {gap.What}: {gap.Why}\n"));
    }
}
