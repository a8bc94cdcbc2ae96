using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

public sealed class ExistingCiTests
{
    [Fact]
    public void A_file_of_steps_without_end_is_evidence_up_to_a_point()
    {
        var diagnostics = new List<Diagnostic>();
        var found = ExistingCi.Read(
            RepositorySnapshot.FromText((".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n" + string.Concat(Enumerable.Repeat("      - run: x\n", 5_001)))),
            diagnostics.Add);

        Assert.Equal(5_000, found.Single().Steps.Count);
        Assert.Equal([".github/workflows/ci.yml: Has 5001 steps; only the first 5000 count as evidence."], diagnostics.Select(diagnostic => $"{diagnostic.Path}: {diagnostic.Message}"));
    }

    [Fact]
    public void Lines_of_a_block_keep_the_numbers_they_have_in_the_file()
    {
        var steps = Steps(".github/workflows/ci.yml", """
            defaults:
              run:
                working-directory: web
            jobs:
              test:
                steps:
                  - run: |
                      # a comment
                      npm ci

                      npm run lint && \
                        npm test
                      cat <<EOF > x
                      npm run ghost
                      EOF
                      npm run last
                  - run: >
                      npm
                      test
                  - run: make
                    working-directory: tools
            """);

        Assert.Equal(
            ["9 web npm ci", "11 web npm run lint && npm test", "13 web cat <<EOF > x", "16 web npm run last", "18 web npm test", "20 tools make"],
            steps.Select(step => $"{step.Line} {step.WorkingDirectory} {step.Run}"));
    }

    [Fact]
    public void A_matrix_is_resolved_where_its_values_are_written_out()
    {
        var steps = Steps(".github/workflows/ci.yml", """
            jobs:
              test:
                strategy:
                  matrix:
                    node: [20, 22]
                    tool: [jest]
                    computed: ${{ fromJSON(needs.x.outputs.y) }}
                steps:
                  - uses: actions/setup-node@v4
                    with: { node-version: "${{ matrix.node }}", other: "${{ matrix.computed }}" }
                  - run: npx ${{ matrix.tool }} ${{ matrix.node }}
            """);

        Assert.Equal("20\n22", steps[0].With["node-version"]);
        Assert.Equal("${{ matrix.computed }}", steps[0].With["other"]);
        Assert.Equal("npx jest ${{ matrix.node }}", steps[1].Run);
    }

    [Theory]
    [InlineData(".gitlab-ci.yml", "t:\n  script:\n    - npm ci\n    - cd web\n    - npm test\n", "npm test", "web", 5)]
    [InlineData(".circleci/config.yml", "jobs:\n  t:\n    working_directory: ~/project/web\n    steps:\n      - run: { command: npm test }\n", "npm test", "web", 5)]
    [InlineData("azure-pipelines.yml", "stages:\n- jobs:\n  - job: t\n    steps:\n    - ${{ if true }}:\n      - bash: npm test\n        workingDirectory: $(Build.SourcesDirectory)/web\n", "npm test", "web", 6)]
    [InlineData(".travis.yml", "script: npm test\n", "npm test", ".", 1)]
    [InlineData("Jenkinsfile", "stage('x') {\n  sh \"npm test\"\n}\n", "npm test", ".", 2)]
    [InlineData(".forgejo/workflows/a.yml", "jobs:\n  t:\n    steps:\n      - run: npm test\n", "npm test", ".", 4)]
    public void The_scripts_of_each_vendor_are_read(string path, string text, string run, string folder, int line)
    {
        var step = Steps(path, text)[^1];
        Assert.Equal((run, folder, line), (step.Run, step.WorkingDirectory, step.Line));
    }

    [Theory]
    [InlineData(".drone.yml", "drone")]
    [InlineData("bitbucket-pipelines.yml", "bitbucket")]
    [InlineData(".buildkite/pipeline.yml", "buildkite")]
    [InlineData("appveyor.yml", "appveyor")]
    [InlineData(".woodpecker/test.yaml", "woodpecker")]
    public void Other_vendors_are_recognised_by_their_place(string path, string vendor) =>
        Assert.Equal(vendor, Assert.Single(ExistingCi.Read(RepositorySnapshot.FromText((path, "a: b\n")), _ => { })).Vendor);

    [Theory]
    [InlineData("npm ci && npm test", "npm ci|npm test", true)]
    [InlineData("CI=true npm test", "CI=true npm test", true)]
    [InlineData("go test ./... # all", "go test ./...", true)]
    [InlineData("npm test | tee log", "npm test", true)]
    [InlineData("echo $HOME", "echo $HOME", false)]
    [InlineData("npm test > log 2>&1", "npm test > log 2>&1", false)]
    [InlineData("pytest -k 'a; b' \"c | d\"", "pytest -k 'a; b' \"c | d\"", true)]
    [InlineData("echo \"$(id)\"", "echo \"$(id)\"", false)]
    [InlineData("echo '${{ github.head_ref }}'", "echo '${{ github.head_ref }}'", false)]
    [InlineData("echo 'open", "echo 'open", false)]
    public void A_shell_line_falls_into_its_commands(string line, string commands, bool literal)
    {
        var parsed = ShellLine.Parse(line);
        Assert.Equal(commands, string.Join('|', parsed.Select(command => command.Text)));
        Assert.Equal(literal, parsed[0].IsLiteral);
    }

    private static IReadOnlyList<CiStep> Steps(string path, string text) =>
        Assert.Single(ExistingCi.Read(RepositorySnapshot.FromText((path, text)), diagnostic => Assert.Fail(diagnostic.Message))).Steps;
}
