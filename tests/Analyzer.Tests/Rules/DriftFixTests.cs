using AutoDevOps.Analyzer.Rules.Workflows;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>What a patch of drift changes: the line it names, and nothing that stands behind it.</summary>
public sealed class DriftFixTests
{
    [Theory]
    [InlineData("node-version: 18 # as on the old server", "node-version-file: .nvmrc # as on the old server")]
    [InlineData("node-version: '18'", "node-version-file: .nvmrc")]
    [InlineData("node-version: \"18.1\"   # why", "node-version-file: .nvmrc   # why")]
    public void The_version_is_read_from_the_file_and_the_comment_stays(string before, string after)
    {
        var finding = Assert.Single(Findings($"        with:\n          {before}\n", "22"));
        var edit = Assert.Single(finding.Fix!.Edits);
        Assert.Equal((8, 8, $"          {after}"), (edit.StartLine, edit.EndLine, edit.Text));
    }

    [Fact]
    public void Every_input_that_a_patch_writes_is_one_that_the_action_has()
    {
        foreach (var (action, input, file, version, declared) in new[]
        {
            ("actions/setup-node", "node-version", ".nvmrc", "18", "22\n"), ("actions/setup-python", "python-version", ".python-version", "3.9", "3.13\n"),
            ("actions/setup-go", "go-version", "go.mod", "1.20", "module a\n\ngo 1.25\n"), ("ruby/setup-ruby", "ruby-version", ".ruby-version", "3.1", "3.4\n"),
        })
        {
            var snapshot = RepositorySnapshot.FromText(
                (file, declared), (".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {action}@v1\n        with:\n          {input}: '{version}'\n"));
            var finding = Assert.Single(RuleFixture.Run(new RuntimeVersionDrift(), snapshot, Detectors.RepositoryModelBuilder.Build(snapshot).Model));
            var written = Assert.Single(finding.Fix!.Edits).Text!.Trim().Split(": ");
            Assert.Equal(file, written[1]);
            Assert.True(Analyzer.Pipelines.ActionCatalog.Get(action).Inputs.Contains(written[0]), $"{action} has no input {written[0]}.");
        }
    }

    [Theory]
    [InlineData("        with: {node-version: 18}\n", "22")]
    public void Where_the_input_has_no_line_of_its_own_it_is_said_without_a_patch(string with, string declared) =>
        Assert.Null(Assert.Single(Findings(with, declared)).Fix);

    [Theory]
    [InlineData("        with:\n          node-version: 22\n", "22.11.0")]
    [InlineData("        with:\n          node-version: v22.11.0\n", "22")]
    [InlineData("        with:\n          node-version: lts/*\n", "22")]
    [InlineData("        with:\n          node-version: ${{ matrix.node }}\n", "22")]
    [InlineData("        with:\n          node-version: 18\n", "lts/jod")]
    [InlineData("        with:\n          node-version-file: .nvmrc\n", "22")]
    public void What_agrees_or_cannot_be_compared_is_no_drift(string with, string declared) => Assert.Empty(Findings(with, declared));

    [Theory]
    [InlineData("1.23", true)]
    [InlineData("1.25", false)]
    [InlineData("1.26", false)]
    public void A_newer_Go_than_the_module_asks_for_is_none_either(string set, bool drifts)
    {
        var snapshot = RepositorySnapshot.FromText(
            ("go.mod", "module example.com/a\n\ngo 1.25\n"), (".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-go@v5\n        with:\n          go-version: '{set}'\n"));
        Assert.Equal(drifts, RuleFixture.Run(new RuntimeVersionDrift(), snapshot, Detectors.RepositoryModelBuilder.Build(snapshot).Model).Count == 1);
    }

    private static IReadOnlyList<Analyzer.Rules.Finding> Findings(string with, string declared)
    {
        var snapshot = RepositorySnapshot.FromText(
            (".nvmrc", declared + "\n"), (".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@v4\n{with}"));
        return RuleFixture.Run(new RuntimeVersionDrift(), snapshot, Detectors.RepositoryModelBuilder.Build(snapshot).Model);
    }
}
