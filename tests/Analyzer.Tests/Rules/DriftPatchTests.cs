using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Workflows;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>The patches for what CI lacks: one place, nothing else, comments kept; none where it is not sure that CI still works.</summary>
public sealed class DriftPatchTests
{
    [Theory]
    [InlineData("      - uses: actions/setup-node@v4 # the newest\n      # why\n", "package-lock.json", 7, "        with:\n          cache: npm")]
    [InlineData("      - uses: actions/setup-node@v4\n        with:\n          # as on the server\n          node-version: 22 # LTS\n", "package-lock.json", 10, "          cache: npm")]
    [InlineData("      - name: Node\n        uses: actions/setup-node@v4\n        if: true\n", "npm-shrinkwrap.json", 8, "        with:\n          cache: npm")]
    public void A_cache_is_added_where_its_action_stands_and_every_comment_stays(string step, string lockFile, int line, string lines)
    {
        var fix = Assert.Single(Uncached(step, lockFile, "{}", "npm ci")).Fix!;
        var edit = Assert.Single(fix.Edits);
        Assert.Equal((line, line - 1, lines), (edit.StartLine, edit.EndLine, edit.Text));
    }

    [Theory]
    [InlineData("      - uses: actions/setup-node@v4\n", "yarn.lock", "# yarn lockfile v1\n", "yarn install --frozen-lockfile", "cache: yarn")]
    [InlineData("      - uses: pnpm/action-setup@v4\n      - uses: actions/setup-node@v4\n", "pnpm-lock.yaml", "", "pnpm install --frozen-lockfile", "cache: pnpm")]
    [InlineData("      - uses: actions/setup-python@v5\n", "requirements.txt", "a==1\n", "pip install -r requirements.txt", "cache: pip")]
    [InlineData("      - uses: actions/setup-go@v3\n", "go.sum", "", "go test ./...", "cache: true")]
    public void The_cache_is_that_of_the_lock_file(string steps, string lockFile, string text, string install, string input) =>
        Assert.EndsWith(input, Assert.Single(Assert.Single(Uncached(steps, lockFile, text, install)).Fix!.Edits).Text, StringComparison.Ordinal);

    // Their caches take a program that the runner does not have yet at that place.
    [Theory]
    [InlineData("      - uses: actions/setup-node@v4\n      - uses: pnpm/action-setup@v4\n", "pnpm-lock.yaml", "", "pnpm install --frozen-lockfile")]
    [InlineData("      - uses: actions/setup-node@v4\n", "yarn.lock", "__metadata:\n", "yarn install --immutable")]
    [InlineData("      - uses: actions/setup-python@v5\n", "poetry.lock", "", "poetry install")]
    [InlineData("      - uses: actions/setup-node@v4\n        with: {node-version: 22}\n", "package-lock.json", "{}", "npm ci")]
    public void Where_it_might_not_work_it_is_said_without_a_patch(string steps, string lockFile, string text, string install) =>
        Assert.Null(Assert.Single(Uncached(steps, lockFile, text, install)).Fix);

    [Fact]
    public void A_job_that_is_switched_off_can_be_removed_with_its_comments_and_nothing_else()
    {
        const string Text = "on: push\njobs:\n  # The old way.\n  old:\n    if: false # since May\n    runs-on: x\n    steps:\n      - run: make\n\n  # The new one.\n  test:\n    runs-on: x\n    steps:\n      - run: make\n";
        var fix = Assert.Single(Never(Text)).Fix!;
        var edit = Assert.Single(fix.Edits);
        Assert.Null(edit.Text);
        Assert.Equal("on: push\njobs:\n\n  # The new one.\n  test:\n    runs-on: x\n    steps:\n      - run: make\n", Without(Text, edit));
    }

    [Theory]
    [InlineData("on: push\njobs:\n  a:\n    if: false\n    runs-on: x\n    steps:\n      - run: make\n")]
    [InlineData("on: push\njobs:\n  a:\n    if: false\n    runs-on: x\n    steps:\n      - run: make\n  b:\n    if: always()\n    needs: a\n    runs-on: x\n    steps:\n      - run: make\n")]
    [InlineData("on: push\njobs:\n  a:\n    if: github.event_name == 'release'\n    runs-on: x\n    steps:\n      - run: make\n  b:\n    runs-on: x\n    steps:\n      - run: make\n")]
    public void The_only_job_one_that_is_needed_and_one_that_waits_for_an_event_are_left_to_people(string workflow) => Assert.Null(Assert.Single(Never(workflow)).Fix);

    [Fact]
    public void What_stands_in_the_way_is_said()
    {
        Assert.Equal(
            [
                "Job 'a' never runs: its condition is false for push and for pull_request, and the workflow starts on nothing else.",
                "Job 'b' never runs: it needs 'a', which never runs.",
            ],
            Never("on: [push, pull_request]\njobs:\n  a:\n    if: github.event_name == 'schedule'\n    runs-on: x\n    steps:\n      - run: make\n  b:\n    needs: [a]\n    runs-on: x\n    steps:\n      - run: make\n").Select(finding => finding.Message));
    }

    [Theory]
    [InlineData("always()")]
    [InlineData("!cancelled()")]
    [InlineData("failure() || github.ref == 'x'")]
    [InlineData("${{ always() }} ")]
    public void A_job_that_runs_whatever_became_of_the_others_may_run(string condition) =>
        Assert.Single(Never($"on: push\njobs:\n  a:\n    if: false\n    runs-on: x\n    steps:\n      - run: make\n  b:\n    if: '{condition.Replace("'", "''", StringComparison.Ordinal)}'\n    needs: a\n    runs-on: x\n    steps:\n      - run: make\n"));

    [Fact]
    public void A_chain_of_any_length_is_followed()
    {
        var jobs = string.Concat(Enumerable.Range(1, 20_000).Select(number => $"  a{number}: {{needs: a{number - 1}, runs-on: x}}\n"));
        Assert.Equal(20_001, Never($"on: push\njobs:\n  a0: {{if: false, runs-on: x}}\n{jobs}").Count);
    }

    private static IReadOnlyList<Finding> Uncached(string steps, string lockFile, string text, string install)
    {
        var snapshot = RepositorySnapshot.FromText(
            (lockFile, text), (".github/workflows/ci.yml", $"on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}      - run: {install}\n"));
        return RuleFixture.Run(new NoDependencyCache(), snapshot, Detectors.RepositoryModelBuilder.Build(snapshot).Model);
    }

    private static IReadOnlyList<Finding> Never(string workflow)
    {
        var snapshot = RepositorySnapshot.FromText((".github/workflows/ci.yml", workflow));
        return RuleFixture.Run(new JobNeverRuns(), snapshot, Detectors.RepositoryModelBuilder.Build(snapshot).Model);
    }

    private static string Without(string text, Edit edit) =>
        string.Join('\n', text.Split('\n').Where((_, index) => index + 1 < edit.StartLine || index + 1 > edit.EndLine));
}
