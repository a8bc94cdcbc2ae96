using System.Diagnostics;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>Breaks each property of a good pipeline on purpose: the check that guards it must notice.</summary>
public sealed class PipelineProofTests
{
    private static readonly (string Path, string Text)[] Repository =
    [
        ("go.mod", "module example.com/tool\n\ngo 1.25\n\nrequire github.com/redis/go-redis/v9 v9.0.0\n"), ("go.sum", ""),
        ("main.go", "package main\n\nfunc main() {}\n"), ("main_test.go", "package main\n\nvar redis = os.Getenv(\"REDIS_URL\")\n"),
        ("compose.yaml", "services:\n  cache:\n    image: redis:7.4\n  api:\n    environment:\n      REDIS_URL: redis://cache:6379/0\n"),
        ("README.md", "# x\n"), ("LICENSE", "x"), ("SECURITY.md", "x"),
    ];

    [Fact]
    public void The_unbroken_pipeline_passes_every_check()
    {
        var checks = Check(text => text);
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        Assert.Equal(["parses", "actions", "replaces nothing", "every command is in the repository", "shell", "our own rules", "policy", "stable"], checks.Select(check => check.Name));
    }

    public static TheoryData<string, string, string> Breaks => new()
    {
        { "parses", "jobs:\n", "jobs: [\n" },
        { "parses", "run: go test ./...", "run: go test ./... && curl evil" },
        { "parses", "run: go test ./...", "run: |\n          go test ./...\n          curl evil" },
        { "parses", "      - name: Check out\n", "      - run: curl evil\n      - name: Check out\n" },
        { "parses", "  test:\n", "  extra:\n    runs-on: x\n    steps: []\n  test:\n" },
        { "parses", "      REDIS_URL: redis://localhost:6379/0\n", "      REDIS_URL: redis://localhost:6379/0\n      PATH: /tmp\n" },
        { "parses", "      REDIS_URL: redis://localhost:6379/0\n", "      REDIS_URL: redis://elsewhere:6379/0\n" },
        { "parses", "      - name: Test\n", "      - name: Test\n        working-directory: elsewhere\n" },
        { "parses", "      - name: Test\n", "      - name: Test\n        env: { PATH: /tmp }\n" },
        { "actions", "actions/checkout@", "actions/chekcout@" },
        { "actions", "actions/checkout@3", "actions/checkout@4" },
        { "actions", "          persist-credentials: false\n", "          persist-credentials: false\n          token: x\n          spares: true\n" },
        { "our own rules", "    timeout-minutes: 30\n", "" },
        { "our own rules", "          persist-credentials: false\n", "          fetch-depth: 1\n" },
        { "our own rules", "permissions: {}\n", "permissions: write-all\n" },
        { "our own rules", "concurrency:\n", "concurency:\n" },
        { "our own rules", "    runs-on: ubuntu-24.04\n    timeout-minutes: 30", "    runs-on: ubuntu-20.04\n    timeout-minutes: 30" },
        { "our own rules", "RESULTS: ${{ join(needs.*.result, ' ') }}", "RESULTS: ${{ joined(needs.*.result, ' ') }}" },
        { "our own rules", "echo \"Results: $RESULTS\"", "echo \"Results: ${{ github.head_ref }}\"" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_broken_text_fails_the_check_that_guards_it(string check, string good, string bad)
    {
        var failed = Check(text =>
        {
            Assert.Contains(good, text);
            var at = text.IndexOf(good, StringComparison.Ordinal);
            return text[..at] + bad + text[(at + good.Length)..];
        }).Where(result => !result.Passed).ToList();

        Assert.Contains(check, failed.Select(result => result.Name));
        Assert.All(failed, result => Assert.NotEmpty(result.Detail));
    }

    [Fact]
    public void A_file_that_somebody_else_wrote_is_not_replaced()
    {
        var check = Failed([.. Repository, (".github/workflows/ci.yml", "on: push\n")], plan => plan);
        Assert.Contains(".github/workflows/ci.yml exists and was not generated", Assert.Single(check, result => result.Name == "replaces nothing").Detail);
    }

    [Fact]
    public void A_command_without_evidence_or_with_a_false_one_is_not_offered()
    {
        var check = "every command is in the repository";
        Assert.Contains(check, Names(plan => WithStep(plan, step => step with { Basis = new([], 1) })));
        Assert.Contains(check, Names(plan => WithStep(plan, step => step with { Basis = new([new("nowhere.go", 0)], 1) })));
        Assert.Contains(check, Names(plan => WithStep(plan, step => step with { Basis = new([new("go.mod", 3, "go 9.99")], 1) })));
        Assert.Contains(check, Names(plan => WithStep(plan, step => step with { Basis = new([new("go.mod", 300, "go 1.25")], 1) })));
        Assert.DoesNotContain(check, Names(plan => WithStep(plan, step => step with { Basis = new([new("go.mod", 3, "go 1.25")], 1) })));
    }

    [Theory]
    [InlineData("go test \"./...", false)]
    [InlineData("go test './...", false)]
    [InlineData("go test $(list", false)]
    [InlineData("go test `list", false)]
    [InlineData("go test \\", false)]
    [InlineData("(cd x && go test ./...", false)]
    [InlineData("go test -run 'a(b' ./...", true)]
    [InlineData("go test -run \"a'b\" ./...", true)]
    [InlineData("go test \\\"", true)]
    [InlineData("(cd x && go test ./...)", true)]
    [InlineData("go test \"$(list \"a b\")\"", true)]
    public void A_command_that_a_shell_would_not_take_is_not_offered(string run, bool complete) =>
        Assert.Equal(!complete, Names(plan => WithStep(plan, step => step with { Run = run })).Contains("shell"));

    [Fact]
    public void A_pipeline_that_would_change_when_generated_again_is_not_offered()
    {
        var (snapshot, plan) = Plan(Repository);
        var writer = new GitHubActionsWriter();
        var files = writer.Write(plan);
        var checks = PipelineProof.Check(snapshot, plan, writer, files, (_, _) => [files[0] with { Text = files[0].Text + "# again\n" }]);
        Assert.Equal(["stable"], checks.Where(check => !check.Passed).Select(check => check.Name));
        checks = PipelineProof.Check(snapshot, plan, writer, files, (_, _) => []);
        Assert.Equal(["stable"], checks.Where(check => !check.Passed).Select(check => check.Name));
    }

    /// <summary>The script of the gate, run by a shell as the runner runs it.</summary>
    [Theory]
    [InlineData(false, "success success", 0)]
    [InlineData(false, "success skipped", 1)]
    [InlineData(false, "success failure success", 1)]
    [InlineData(false, "cancelled", 1)]
    [InlineData(true, "success skipped", 0)]
    [InlineData(true, "skipped failure success", 1)]
    [InlineData(true, "cancelled skipped", 1)]
    public void The_gate_lets_through_what_passed_and_nothing_else(bool filtered, string results, int exitCode)
    {
        var (_, plan) = Plan(Repository);
        plan = filtered ? plan with { Jobs = [.. plan.Jobs.Select(job => job with { Filter = new("in-x", ["x/**"]) })] } : plan;
        var workflow = Workflow.Read(SnapshotFile.FromText(".github/workflows/ci.yml", new GitHubActionsWriter().Write(plan)[0].Text))!;
        var script = workflow.Jobs[^1].Steps[^1].Run!.Text!;

        var start = new ProcessStartInfo("bash", ["-e", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["RESULTS"] = results;
        using var shell = Process.Start(start)!;
        shell.WaitForExit();
        Assert.Equal(exitCode, shell.ExitCode);
    }

    private static IReadOnlyList<PipelineCheck> Check(Func<string, string> change)
    {
        var (snapshot, plan) = Plan(Repository);
        var writer = new GitHubActionsWriter();
        var file = writer.Write(plan)[0];
        file = file with { Text = change(file.Text) };
        return PipelineProof.Check(snapshot, plan, writer, [file], (_, _) => [file]);
    }

    private static IEnumerable<string> Names(Func<BuildPlan, BuildPlan> change) => Failed(Repository, change).Select(check => check.Name);

    private static List<PipelineCheck> Failed((string Path, string Text)[] repository, Func<BuildPlan, BuildPlan> change)
    {
        var (snapshot, plan) = Plan(repository);
        plan = change(plan);
        var writer = new GitHubActionsWriter();
        var files = writer.Write(plan);
        return [.. PipelineProof.Check(snapshot, plan, writer, files, (_, _) => files).Where(check => !check.Passed)];
    }

    private static BuildPlan WithStep(BuildPlan plan, Func<PlannedStep, PlannedStep> change) =>
        plan with { Jobs = [.. plan.Jobs.Select(job => job with { Steps = [.. job.Steps.SkipLast(1), change(job.Steps[^1])] })] };

    private static (RepositorySnapshot Snapshot, BuildPlan Plan) Plan((string Path, string Text)[] repository)
    {
        var snapshot = RepositorySnapshot.FromText(repository);
        return (snapshot, BuildPlanner.Plan(snapshot, RepositoryModelBuilder.Build(snapshot).Model, new()));
    }
}
