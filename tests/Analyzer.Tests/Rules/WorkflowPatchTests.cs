using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>What the patches of the rules on workflows write, and where there is none because it might not mean the same.</summary>
public sealed class WorkflowPatchTests
{
    private const string Head = "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";

    [Theory]
    [InlineData("      - run: echo ${{ github.head_ref }} # why\n", "      - run: echo \"${HEAD_REF}\" # why\n        env:\n          HEAD_REF: ${{ github.head_ref }}\n")]
    [InlineData("      - run: |\n          # it's here\n          echo \"x ${{ github.event.issue.title }} y\"\n          make\n", "      - run: |\n          # it's here\n          echo \"x ${ISSUE_TITLE} y\"\n          make\n        env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n")]
    [InlineData("      - env:\n          A: b # kept\n        run: echo ${{ github.head_ref }} \"${{ github.head_ref }}\"\n", "      - env:\n          A: b # kept\n          HEAD_REF: ${{ github.head_ref }}\n        run: echo \"${HEAD_REF}\" \"${HEAD_REF}\"\n")]
    [InlineData("      - run: echo ${{ github.head_ref || github.ref_name }}\n        shell: bash\n", "      - run: echo \"${HEAD_REF}\"\n        env:\n          HEAD_REF: ${{ github.head_ref || github.ref_name }}\n        shell: bash\n")]
    public void A_pasted_value_is_handed_over_in_a_variable(string step, string expected) =>
        Assert.Equal(Head + expected, Mended("template-injection", Head + step));

    [Theory]
    [InlineData("      - run: echo '${{ github.head_ref }}'\n")]
    [InlineData("      - run: echo $(basename ${{ github.head_ref }})\n")]
    [InlineData("      - run: |\n          cat <<END\n          ${{ github.head_ref }}\n          END\n")]
    [InlineData("      - run: echo ${{ github.head_ref }}\n        shell: pwsh\n")]
    [InlineData("      - run: echo ${{ github.head_ref }}\n        env: {HEAD_REF: other}\n")]
    [InlineData("      - run: echo ${{ toJSON(github.event) }}\n")]
    [InlineData("      - run: ${{ github.head_ref }} x\n")]
    [InlineData("      - run: \"echo ${{ github.head_ref }}\"\n")]
    [InlineData("      - uses: actions/github-script@v7\n        with:\n          script: alert('${{ github.head_ref }}')\n")]
    public void Where_the_shell_would_read_something_else_it_is_left_to_people(string step) =>
        Assert.Null(Found("template-injection", Head + step)[0].Fix);

    [Theory]
    [InlineData("actions/checkout@v7", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1")]
    [InlineData("actions/cache/restore@v6.1.0", "actions/cache/restore@55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0")]
    [InlineData("actions/checkout@v4", null)]
    [InlineData("actions/checkout@main", null)]
    [InlineData("actions/checkout@v7 # the newest", null)]
    [InlineData("'actions/checkout@v7'", null)]
    [InlineData("owner/unknown@v1", null)]
    public void An_action_is_pinned_to_what_its_tag_means(string uses, string? expected)
    {
        var text = $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {uses}\n      - run: make\n";
        Assert.Equal(expected is null ? null : text.Replace(uses, expected, StringComparison.Ordinal), Mended("unpinned-action", text));
    }

    [Fact]
    public void A_limit_stands_behind_the_runner() =>
        Assert.Equal("on: push\njobs:\n  a:\n    runs-on: x # small\n    timeout-minutes: 60\n    steps:\n      - run: make\n", Mended("missing-timeout", "on: push\njobs:\n  a:\n    runs-on: x # small\n    steps:\n      - run: make\n"));

    [Theory]
    [InlineData("      - uses: actions/checkout@v4\n      - run: make\n", true)]
    [InlineData("      - run: git push\n", false)]
    [InlineData("      - run: gh pr comment\n", false)]
    [InlineData("      - uses: owner/unknown@v1\n", false)]
    [InlineData("      - uses: ./build\n", false)]
    [InlineData("      - run: make\n        env:\n          T: ${{ github.token }}\n", false)]
    public void The_token_is_let_read_only_where_nothing_else_is_done_with_it(string steps, bool isMended)
    {
        var text = $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}";
        Assert.Equal(isMended ? text.Replace("jobs:", "permissions:\n  contents: read\n\njobs:", StringComparison.Ordinal) : null, Mended("excessive-permissions", text));
    }

    [Theory]
    [InlineData("deprecated-command", "      - run: |\n          echo \"::set-output name=a::$(cat x)\"\n          make\n", "      - run: |\n          echo \"a=$(cat x)\" >> \"$GITHUB_OUTPUT\"\n          make\n")]
    [InlineData("deprecated-command", "      - run: echo \"::set-output name=a::b\" && make\n", null)]
    [InlineData("bot-condition", "      - run: make\n        if: github.actor == 'x[bot]' # ours\n", "      - run: make\n        if: github.event.pull_request.user.login == 'x[bot]' # ours\n")]
    [InlineData("unsound-contains", "      - run: make\n        if: contains('a, b', github.ref_name) # two\n", "      - run: make\n        if: contains(fromJSON('[\"a\", \"b\"]'), github.ref_name) # two\n")]
    [InlineData("version-comment-mismatch", "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v4\n", "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n")]
    [InlineData("unquoted-version", "      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.10 # oldest\n", "      - uses: actions/setup-python@v5\n        with:\n          python-version: '3.10' # oldest\n")]
    public void A_line_is_mended_and_what_stands_behind_it_stays(string rule, string step, string? expected) =>
        Assert.Equal(expected is null ? null : Head + expected, Mended(rule, Head + step));

    [Fact]
    public void A_permission_is_added_to_those_of_the_job()
    {
        const string Text = "on: push\njobs:\n  a:\n    runs-on: x\n    permissions:\n      contents: read # code\n    steps:\n      - uses: github/codeql-action/upload-sarif@v3\n";
        Assert.Equal(Text.Replace("# code\n", "# code\n      security-events: write\n", StringComparison.Ordinal), Mended("missing-token-permission", Text));
    }

    private static IReadOnlyList<Finding> Found(string rule, string text) =>
        RuleFixture.Run(RuleCatalog.All.Single(other => other.Descriptor.Name == rule), RepositorySnapshot.FromText((".github/workflows/ci.yml", text)), RepositoryModel.Empty);

    private static string? Mended(string rule, string text)
    {
        if (Found(rule, text)[0].Fix is not { } fix)
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        foreach (var edit in fix.Edits.OrderByDescending(edit => edit.StartLine))
        {
            lines.RemoveRange(edit.StartLine - 1, edit.EndLine - edit.StartLine + 1);
            lines.InsertRange(edit.StartLine - 1, edit.Text?.Split('\n') ?? []);
        }

        return string.Join('\n', lines);
    }
}
