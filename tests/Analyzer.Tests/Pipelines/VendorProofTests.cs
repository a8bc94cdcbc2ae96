using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Pipelines.Containers;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>The vendors that run jobs in containers: what each file must have, and that the checks notice what it must not.</summary>
public sealed class VendorProofTests
{
    private static readonly (string Path, string Text)[] Repository =
    [
        ("package.json", "{\"name\":\"x\",\"scripts\":{\"test\":\"vitest run --reporter=junit --outputFile=junit.xml\",\"lint\":\"eslint .\"},\"engines\":{\"node\":\"22\"},\"dependencies\":{\"pg\":\"8\"},\"devDependencies\":{\"vitest\":\"3\",\"eslint\":\"9\"}}"),
        ("package-lock.json", "{}"), ("index.test.js", "x"),
        ("compose.yaml", "services:\n  db:\n    image: postgres:17\n  app:\n    environment:\n      DATABASE_URL: postgres://db:5432/x\n"),
        (".github/workflows/ci.yml", "on: push\njobs:\n  test:\n    runs-on: x\n    strategy:\n      matrix:\n        node: ['20', '22']\n    services:\n      db:\n        image: postgres:17\n    steps:\n      - uses: actions/setup-node@v4\n        with: { node-version: '${{ matrix.node }}' }\n      - run: npm ci\n      - run: npm test\n"),
        ("README.md", "# x\n"), ("LICENSE", "x"), ("SECURITY.md", "x"),
    ];

    public static TheoryData<string> Vendors => ["gitlab", "circleci", "azure", "jenkins"];

    [Theory]
    [MemberData(nameof(Vendors))]
    public void The_unbroken_pipeline_passes_every_check(string platform)
    {
        var checks = Check(platform, text => text);
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        Assert.Equal(["parses", "images", "replaces nothing", "every command is in the repository", "shell", "our own rules", "policy", "stable"], checks.Select(check => check.Name));
    }

    public static TheoryData<string, string, string, string> Breaks => new()
    {
        { "gitlab", "parses", "    - npm ci\n", "    - npm ci && curl evil\n" },
        { "gitlab", "parses", "    - npm ci\n", "    - npm ci\n    - curl evil\n" },
        { "gitlab", "parses", "  timeout: ", "  extends: .evil\n  timeout: " },
        { "gitlab", "parses", "\ntest:\n", "\nextra:\n  script: [curl evil]\n\ntest:\n" },
        { "gitlab", "parses", "image: node:", "image: evil/node:" },
        { "gitlab", "parses", "- name: postgres:17", "- name: evil:17" },
        { "gitlab", "parses", "    DATABASE_URL: ", "    PATH: /tmp\n    DATABASE_URL: " },
        { "gitlab", "parses", "@postgres:5432", "@localhost:5432" },
        { "gitlab", "parses", "workflow:\n", "workflow: [\n" },
        { "circleci", "parses", "command: npm ci", "command: npm ci && curl evil" },
        { "circleci", "parses", "      - checkout\n", "      - run: { command: curl evil }\n      - checkout\n" },
        { "circleci", "parses", "      - checkout\n", "      - add_ssh_keys: {}\n      - checkout\n" },
        { "circleci", "parses", "workflows:\n", "orbs:\n  evil: a/b@1\nworkflows:\n" },
        { "circleci", "parses", "version: ['20', '22']", "version: ['20', '21']" },
        { "circleci", "parses", "- image: postgres:17", "- image: evil:17" },
        { "circleci", "images", "image: postgres:17", "image: postgres" },
        { "azure", "parses", "script: npm ci", "script: npm ci && curl evil" },
        { "azure", "parses", "    steps:\n", "    steps:\n      - task: Evil@1\n" },
        { "azure", "parses", "    steps:\n", "    steps:\n      - bash: curl evil\n" },
        { "azure", "parses", "runtimeImage: node:20", "runtimeImage: node:19" },
        { "azure", "parses", "image: postgres:17", "image: evil:17" },
        { "azure", "parses", "@postgres:5432", "@localhost:5432" },
        { "jenkins", "parses", "sh 'npm ci'", "sh 'npm ci && curl evil'" },
        { "jenkins", "parses", "sh 'npm ci'", "sh 'npm ci'\n        sh 'curl evil'" },
        { "jenkins", "parses", "sh 'npm ci'", "sh 'npm ci'\n        load 'evil'" },
        { "jenkins", "parses", "sh 'npm ci'", "sh \"npm ci ${evil}\"" },
        { "jenkins", "parses", "agent none\n", "agent none\n  // \\u000a evil()\n" },
        { "jenkins", "parses", "--user root", "--user root --privileged" },
        { "jenkins", "parses", "values '20', '22'", "values '20', '21'" },
        { "jenkins", "parses", "agent none\n", "agent none {\n" },
        { "jenkins", "parses", "docker.image('postgres:17')", "docker.image('evil:17')" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_broken_text_fails_the_check_that_guards_it(string platform, string check, string good, string bad)
    {
        var failed = Check(platform, text =>
        {
            Assert.Contains(good, text);
            return text.Replace(good, bad, StringComparison.Ordinal);
        }).Where(result => !result.Passed).ToList();

        Assert.Contains(check, failed.Select(result => result.Name));
        Assert.All(failed, result => Assert.NotEmpty(result.Detail));
    }

    public static TheoryData<string, string[]> Wanted => new()
    {
        {
            "gitlab",
            [
                "on_new_commit: interruptible", "on_new_commit: none", "interruptible: true", "- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"", "- if: $CI_COMMIT_BRANCH == \"trunk\"", "timeout: 30 minutes",
                "RUNTIME_VERSION: ['20', '22']", "alias: postgres", "DATABASE_URL: postgresql://autodevops:autodevops@postgres:5432/autodevops", "files: [package-lock.json]", "when: always", "junit:\n        - junit.xml",
            ]
        },
        {
            "circleci",
            [
                "version: 2.1", "no_output_timeout: 30m", "version: ['20', '22']", "DATABASE_URL: postgresql://autodevops:autodevops@localhost:5432/autodevops", "checksum \"package-lock.json\"", "when: always",
                "store_test_results", "store_artifacts", "(trunk)",
            ]
        },
        {
            "azure",
            [
                "include: [trunk]", "autoCancel: true", "timeoutInMinutes: 30", "version_20:", "--health-cmd", "DATABASE_URL: postgresql://autodevops:autodevops@postgres:5432/autodevops", "| package-lock.json", "persistCredentials: false",
                "condition: succeededOrFailed()", "testResultsFormat: JUnit",
            ]
        },
        {
            "jenkins",
            [
                "disableConcurrentBuilds(abortPrevious: env.CHANGE_ID != null)", "branch comparator: 'EQUALS', pattern: 'trunk'", "changeRequest()", "timeout(time: 30, unit: 'MINUTES')", "values '20', '22'", "pg_isready",
                "DATABASE_URL = 'postgresql://autodevops:autodevops@localhost:5432/autodevops'", "junit allowEmptyResults: true, testResults: 'junit.xml'",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Wanted))]
    public void Every_file_has_what_an_excellent_one_of_its_vendor_has(string platform, string[] wanted)
    {
        var pipeline = Generate(Repository, platform, new() { DefaultBranch = "trunk" });
        Assert.True(pipeline.IsProven, string.Join("; ", pipeline.Checks));
        var file = Assert.Single(pipeline.Files);
        Assert.All(wanted, line => Assert.Contains(line, file.Text));
        Assert.True(GeneratedMark.IsOn(SnapshotFile.FromText(file.Path, file.Text)));
        Assert.DoesNotContain("privileged", file.Text);
        Assert.NotEmpty(file.LineEvidence);
    }

    /// <summary>What a vendor would replace before a shell sees it is not written; what it leaves alone is.</summary>
    [Theory]
    [InlineData("gitlab", "go test -run $[[ inputs.x ]] ./...", false)]
    [InlineData("gitlab", "go test << parameters.x >>", true)]
    [InlineData("circleci", "go test << parameters.x >>", false)]
    [InlineData("circleci", "go test $(list)", true)]
    [InlineData("azure", "go test $(System.AccessToken)", false)]
    [InlineData("azure", "go test $(go list ./...)", true)]
    [InlineData("azure", "echo '##vso[task.setvariable variable=x]y'", false)]
    [InlineData("azure", "go test << parameters.x >>", true)]
    [InlineData("jenkins", "go test '${x}' \\\\", true)]
    [InlineData("gitlab", "docker compose up", false)]
    [InlineData("jenkins", "go generate && npm test", false)]
    public void A_command_that_a_vendor_would_change_is_left_out_and_said(string platform, string run, bool kept)
    {
        var component = new Component(".", "x", Ecosystems.Go);
        var job = new PlannedJob("test", "test", component)
        {
            Runtime = new(Ecosystems.Go, ["1.25"], null, null, null, Basis.None),
            Steps = [new("Test", run, ".", CommandKind.Test, Basis.None)],
        };
        var fitted = PipelineTargets.Find(platform)!.Fit(new BuildPlan("main", [job], []));
        Assert.Equal(kept, fitted.Jobs.Count == 1);
        Assert.Equal(kept, fitted.NotInferred.Count == 0);
        if (kept)
        {
            var file = Assert.Single(PipelineTargets.Find(platform)!.Write(fitted));
            Assert.Null(ReadBack.Difference(platform, file, fitted));
        }
    }

    [Fact]
    public void Versions_without_an_image_and_tools_that_a_container_cannot_get_are_left_out_and_said()
    {
        PlannedJob Job(string ecosystem, string[] versions, params PlannedTool[] tools) => new("test", "test", new Component(".", "x", ecosystem))
        {
            Runtime = new(ecosystem, versions, null, null, null, Basis.None),
            Steps = [new("Test", "make test", ".", CommandKind.Test, Basis.None)],
            Tools = tools,
        };
        BuildPlan Fit(PlannedJob job) => new GitLabWriter().Fit(new BuildPlan("main", [job], []));

        var go = Assert.Single(ContainerPlanner.Jobs(Fit(Job(Ecosystems.Go, ["1.25", "1.25.x", "1.24.x"], new PlannedTool("golangci-lint", "v2.1", Basis.None)))));
        Assert.Equal(["golang:1.25", "golang:1.24"], go.Images);
        Assert.Equal(["GOTOOLCHAIN=auto go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.1"], go.SetUp.Select(step => step.Run));

        var just = Fit(Job(Ecosystems.Go, ["1.25"], new PlannedTool("just", null, Basis.None)));
        Assert.Empty(just.Jobs);
        Assert.Equal("how to get just into a container of go is not known here", Assert.Single(just.NotInferred).Why);

        var python = Fit(Job(Ecosystems.Python, ["3.13", "3.15", "pypy3.11", ">=3.9"]));
        Assert.Equal(["python:3.13"], Assert.Single(ContainerPlanner.Jobs(python)).Images);
        Assert.Equal(3, python.NotInferred.Count);

        foreach (var (ecosystem, why) in new[] { ("cobol", "no container image is known for cobol"), (Ecosystems.Docker, "have no Docker") })
        {
            var none = Fit(Job(ecosystem, []));
            Assert.Empty(none.Jobs);
            Assert.Contains(why, none.NotInferred[0].Why, StringComparison.Ordinal);
        }

        // Azure Pipelines cannot replace what an image starts.
        var terraform = new AzurePipelinesWriter().Fit(new BuildPlan("main", [Job(Ecosystems.Terraform, [])], []));
        Assert.Empty(terraform.Jobs);
        Assert.Contains("starts its tool", terraform.NotInferred[0].Why, StringComparison.Ordinal);

        // A .NET image has no make.
        Assert.Contains("install --yes --no-install-recommends make", Assert.Single(Assert.Single(ContainerPlanner.Jobs(Fit(Job(Ecosystems.DotNet, ["10.0"])))).SetUp).Run);
    }

    [Theory]
    [InlineData("cd sub && go test", "(cd sub && go test)")]
    [InlineData("exit 1", "(exit 1)")]
    [InlineData("CGO_ENABLED=0 go test .", "(CGO_ENABLED=0 go test .)")]
    [InlineData("go test .", "go test .")]
    public void What_changes_the_shell_of_a_GitLab_job_gets_one_of_its_own(string run, string line) =>
        Assert.Equal(line, ShellText.ChangesTheShell(run) ? $"({run})" : run);

    private static IReadOnlyList<PipelineCheck> Check(string platform, Func<string, string> change)
    {
        var snapshot = RepositorySnapshot.FromText(Repository);
        var writer = PipelineTargets.Find(platform)!;
        var plan = writer.Fit(BuildPlanner.Plan(snapshot, RepositoryModelBuilder.Build(snapshot).Model, new()));
        var file = writer.Write(plan)[0];
        file = file with { Text = change(file.Text) };
        return PipelineProof.Check(snapshot, plan, writer, [file], (_, _) => [file]);
    }

    private static GeneratedPipeline Generate(IEnumerable<(string Path, string Text)> files, string platform, PipelineOptions options)
    {
        var snapshot = RepositorySnapshot.FromText(files);
        return PipelineGenerator.Generate(snapshot, RepositoryModelBuilder.Build(snapshot).Model, platform, options);
    }
}
