using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Tests.RepositoryModels;

/// <summary>What CI runs on Windows and macOS only, or not at all, is no evidence of what works on Linux.</summary>
public sealed class GitHubSystemsTests
{
    private static readonly (string, string) Package = ("package.json", "{\"name\":\"a\",\"scripts\":{\"test\":\"node --test\",\"test:win\":\"node --test win\",\"test:all\":\"node --test all\"}}\n");

    [Theory]
    [InlineData("runs-on: ubuntu-24.04", "", false)]
    [InlineData("runs-on: windows-2025", "", true)]
    [InlineData("runs-on: macos-15", "", true)]
    [InlineData("runs-on: [self-hosted, Windows, x64]", "", true)]
    [InlineData("runs-on: [self-hosted, linux]", "", false)]
    [InlineData("runs-on: {group: big, labels: [macos-15-xlarge]}", "", true)]
    [InlineData("runs-on: ${{ inputs.machine }}", "", false)]
    [InlineData("runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2025, macos-15]}}", "", true)]
    [InlineData("runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2025, ubuntu-24.04]}}", "", false)]
    [InlineData("runs-on: ${{ matrix.on.os }}\n    strategy: {matrix: {on: [{os: ubuntu-24.04}, {os: macos-15}]}}", "matrix.on.os == 'macos-15'", true)]
    [InlineData("runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2025, ubuntu-24.04]}}", "startsWith(matrix.os, 'windows')", true)]
    [InlineData("runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2025, ubuntu-24.04]}}", "${{ matrix.os == 'ubuntu-24.04' }}", false)]
    [InlineData("runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2025, ubuntu-24.04]}}", "matrix.os == 'windows-2025' && github.ref == 'x'", true)]
    [InlineData("runs-on: ubuntu-24.04", "runner.os == 'Windows'", true)]
    [InlineData("runs-on: ubuntu-24.04", "runner.os != 'linux'", true)]
    [InlineData("runs-on: ubuntu-24.04", "runner.os == 'Linux' && github.event_name == 'push'", false)]
    [InlineData("runs-on: ubuntu-24.04", "runner.os == 'Windows' || github.event_name == 'push'", false)]
    [InlineData("runs-on: ubuntu-24.04", "this is no expression", false)]
    public void Where_a_step_runs_is_read_from_the_job_and_its_condition(string job, string condition, bool isElsewhere)
    {
        var step = condition.Length == 0 ? "" : $"        if: {condition}\n";
        Assert.Equal(isElsewhere, Assert.Single(Steps($"jobs:\n  a:\n    {job}\n    steps:\n      - run: npm test\n{step}")).IsElsewhere);
    }

    [Theory]
    [InlineData("    if: false\n", "")]
    [InlineData("    if: ${{ false }}\n", "")]
    [InlineData("", "        if: false\n")]
    public void What_is_switched_off_is_evidence_of_nothing(string job, string step) =>
        Assert.Empty(Steps($"jobs:\n  a:\n{job}    runs-on: ubuntu-24.04\n    steps:\n      - run: npm test\n{step}"));

    [Fact]
    public void Of_two_commands_the_one_that_Linux_runs_is_taken_though_the_other_runs_more_often()
    {
        const string Text = "jobs:\n  linux:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm run test:all\n  win:\n    runs-on: windows-2025\n    steps:\n      - run: npm run test:win\n      - run: npm run test:win\n";
        var test = Test(Text)!;
        Assert.Equal(("npm run test:all", 0.97), (test.Run, test.Confidence));
    }

    [Fact]
    public void What_only_Windows_runs_is_weaker_than_what_the_repository_says() =>
        Assert.Equal("npm test", Test("jobs:\n  linux:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm ci\n  win:\n    runs-on: windows-2025\n    steps:\n      - run: npm run test:win\n")!.Run);

    [Fact]
    public void A_repository_without_any_Linux_is_taken_at_its_word()
    {
        var test = Test("jobs:\n  win:\n    runs-on: windows-2025\n    steps:\n      - run: npm run test:win\n")!;
        Assert.Equal(("npm run test:win", 0.97), (test.Run, test.Confidence));
    }

    private static Command? Test(string workflow) =>
        Assert.Single(RepositoryModelBuilder.Build(RepositorySnapshot.FromText(Package, ("package-lock.json", "{\"lockfileVersion\":3}\n"), (".github/workflows/ci.yml", workflow))).Model.Components).Command(CommandKind.Test);

    private static IReadOnlyList<CiStep> Steps(string text) =>
        Assert.Single(ExistingCi.Read(RepositorySnapshot.FromText((".github/workflows/ci.yml", text)), diagnostic => Assert.Fail(diagnostic.Message))).Steps;
}
