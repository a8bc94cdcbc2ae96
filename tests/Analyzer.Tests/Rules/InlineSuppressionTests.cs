using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>A comment in a file says that a finding may stay.</summary>
public sealed class InlineSuppressionTests
{
    private const string Install = "RUN apt-get update && apt-get install curl\n";

    [Fact]
    public void Without_a_comment_it_is_found() => Assert.Equal(["CNT006:2", "CNT007:2"], Findings("FROM debian:13\n" + Install));

    [Theory]
    [InlineData("# hadolint ignore=DL3014\n", "CNT007:3")]
    [InlineData("# hadolint ignore=DL3014,DL3009\n", "")]
    [InlineData("#hadolint   ignore = DL3014 , DL3009\n", "")]
    [InlineData("# hadolint ignore=DL3014\n# because of this\n\n# hadolint ignore=DL3009\n", "")]
    [InlineData("# hadolint ignore=DL4000\n", "CNT006:3 CNT007:3")]
    [InlineData("# please hadolint ignore=DL3014\n", "CNT006:3 CNT007:3")]
    [InlineData("# autodevops-ignore: CNT006 it answers itself\n", "CNT007:3")]
    [InlineData("# autodevops-ignore: missing-yes-flag,cnt007 it answers itself\n", "")]
    public void The_comment_above_an_instruction_holds_for_that(string comment, string expected) =>
        Assert.Equal(expected, string.Join(' ', Findings("FROM debian:13\n" + comment + Install).Select(found => found.Split(':')[0] + ":3")));

    [Fact]
    public void It_holds_for_one_instruction_only_and_for_all_of_its_lines()
    {
        var found = Findings("FROM debian:13\n# hadolint ignore=DL3014,DL3009\nRUN apt-get update && \\\n    apt-get install curl\n" + Install);

        Assert.Equal(["CNT006:5", "CNT007:5"], found);
    }

    [Fact]
    public void A_global_one_holds_for_the_file_wherever_it_stands() =>
        Assert.Empty(Findings("FROM debian:13\n" + Install + "# hadolint global ignore=DL3014, DL3009\n" + Install));

    [Fact]
    public void What_stands_inside_an_instruction_or_a_heredoc_is_no_comment() =>
        Assert.Equal(["CNT006:6"], Findings("FROM debian:13\nCOPY <<EOF /x\n# hadolint ignore=DL3014\nEOF\nRUN a && \\\n    apt-get install curl\n"));

    [Theory]
    [InlineData("CNT006", "autodevops-ignore says no reason. Nothing is ignored; write one after the rule.")]
    [InlineData("CNT999 because", "autodevops-ignore names no rule: 'CNT999'. Nothing is ignored.")]
    public void One_that_holds_nothing_is_told(string comment, string problem)
    {
        var result = Analyze($"FROM debian:13\n# autodevops-ignore: {comment}\n{Install}");

        Assert.Contains(result.Findings, finding => finding.Rule.Id == "CNT006");
        Assert.Equal([$"Dockerfile:2 {problem}"], result.Diagnostics.Select(diagnostic => $"{diagnostic.Path}:{diagnostic.Line} {diagnostic.Message}"));
    }

    [Fact]
    public void Rules_that_read_more_than_one_file_are_held_back_too()
    {
        Assert.Contains("CNT004:2", Findings("FROM debian:13\nCOPY . /app\n", "CNT004"));
        Assert.Empty(Findings("FROM debian:13\n# autodevops-ignore: CNT004 built from an export\nCOPY . /app\n", "CNT004"));
    }

    [Theory]
    [InlineData("# check=skip=MaintainerDeprecated\n", true)]
    [InlineData("# syntax=docker/dockerfile:1\n# check=error=true;skip=JSONArgsRecommended,MaintainerDeprecated\n", true)]
    [InlineData("# check=skip=JSONArgsRecommended\n", false)]
    [InlineData("FROM alpine:3.23\n# check=skip=MaintainerDeprecated\n", false)]
    public void What_Docker_itself_is_told_to_skip_is_skipped(string first, bool skipped) =>
        Assert.Equal(skipped, !Findings(first + "FROM debian:13\nMAINTAINER x\n", "CNT041").Any());

    [Fact]
    public void A_score_does_not_fall_for_what_may_stay()
    {
        var score = Analyze("FROM debian:13\n# hadolint ignore=DL3014,DL3009\n" + Install).Scores;

        Assert.Equal(Analyze("FROM debian:13\n").Scores.Overall, score.Overall);
    }

    [Theory]
    [InlineData("      - uses: octo/a@main # zizmor: ignore[unpinned-uses] ours", "")]
    [InlineData("      - uses: octo/a@main # zizmor: ignore[artipacked]", "GHA020:6")]
    [InlineData("      # zizmor: ignore[unpinned-uses,artipacked]\n      - name: A\n        uses: octo/a@main", "")]
    [InlineData("      # autodevops-ignore: GHA020 we own it\n      - name: A\n        uses: octo/a@main", "")]
    [InlineData("      # autodevops-ignore: GHA020 we own it\n      - run: make\n      - uses: octo/a@main", "GHA020:8")]
    [InlineData("      - uses: octo/a@main # autodevops-ignore: unpinned-action we own it", "")]
    [InlineData("      - uses: octo/a@main\n      # autodevops-ignore: GHA020 above what is below", "GHA020:6")]
    public void In_YAML_a_comment_holds_for_its_line_or_for_what_begins_below(string steps, string expected) =>
        Assert.Equal(expected, string.Join(' ', In(".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}\n", "GHA020")));

    [Theory]
    [InlineData("        with:\n          enable-cache: true # zizmor: ignore[unpinned-uses]", "")]
    [InlineData("        # zizmor: ignore[unpinned-uses] ours\n        with:\n          enable-cache: true", "")]
    [InlineData("        with:\n          enable-cache: true\n      - run: make # zizmor: ignore[unpinned-uses]", "GHA020:7")]
    public void What_is_written_for_zizmor_anywhere_in_a_step_holds_for_the_step(string rest, string expected) =>
        Assert.Equal(expected, string.Join(' ', In(".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: A\n        uses: octo/a@main\n{rest}\n", "GHA020")));

    [Theory]
    [InlineData("zizmor.yml", "rules:\n  unpinned-uses:\n    ignore:\n      - ci.yml", "")]
    [InlineData("zizmor.yaml", "rules:\n  unpinned-uses:\n    ignore:\n      - ci.yml:6", "GHA020:9")]
    [InlineData(".github/zizmor.yml", "rules:\n  unpinned-uses:\n    ignore:\n      - ci.yml:8:9", "GHA020:9")]
    [InlineData(".github/zizmor.yaml", "rules:\n  unpinned-uses:\n    disable: true", "")]
    [InlineData("zizmor.yml", "rules:\n  unpinned-uses:\n    disable: false\n    ignore: [other.yml, 'ci.yml:99', 'ci.yml:x:y']", "GHA020:6 GHA020:9")]
    [InlineData("zizmor.yml", "rules:\n  unpinned-uses:\n    ignore: [other.yml, 'ci.yml:99']", "GHA020:6 GHA020:9")]
    [InlineData("zizmor.yml", "rules:\n  artipacked:\n    disable: true", "GHA020:6 GHA020:9")]
    [InlineData("src/zizmor.yml", "rules:\n  unpinned-uses:\n    disable: true", "GHA020:6 GHA020:9")]
    [InlineData("zizmor.yml", "rules: [unpinned-uses", "GHA020:6 GHA020:9")]
    public void What_the_file_of_zizmor_says_holds_for_its_files_lines_and_audits(string path, string text, string expected)
    {
        const string Workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: octo/a@main\n        with:\n          b: 1\n      - uses: octo/b@main\n";
        var found = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((".github/workflows/ci.yml", Workflow), (path, text)), AnalysisOptions.Default).Findings;

        Assert.Equal(expected, string.Join(' ', found.Where(finding => finding.Rule.Id == "GHA020").Select(finding => $"GHA020:{finding.Location.StartLine}")));
    }

    [Theory]
    [InlineData("on: # zizmor: ignore[dangerous-triggers] asked for\n", "")]
    [InlineData("on:\n  # zizmor: ignore[dangerous-triggers] asked for\n", "")]
    [InlineData("on:\n  # zizmor: ignore[artipacked] asked for\n", "GHA023")]
    public void What_is_written_for_zizmor_beside_a_trigger_holds_for_what_it_starts(string on, string expected) =>
        Assert.Equal(expected, string.Join(' ', In(".github/workflows/ci.yml", on + """
              pull_request_target:
            jobs:
              a:
                runs-on: ubuntu-24.04
                steps:
                - uses: actions/checkout@v6
                  with:
                    ref: ${{ github.event.pull_request.head.sha }}
                - run: make
            """, "GHA023").Select(found => found.Split(':')[0])));

    [Fact]
    public void Above_a_job_it_holds_for_the_job_and_not_for_the_next() =>
        Assert.Equal(["GHA020:11"], In(".github/workflows/ci.yml", """
            on: push
            jobs:
              # autodevops-ignore: unpinned-action we own them
              a:
                runs-on: ubuntu-24.04
                steps:
                - uses: octo/a@main
              b:
                runs-on: ubuntu-24.04
                steps:
                - uses: octo/a@main
            """, "GHA020"));

    [Theory]
    [InlineData("a.py", "requests.get(url, verify=False)", "", "COD002:1")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # nosec", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # nosec B501", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # nosec B602 -- not B501", "COD002:1")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # noqa: S501", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # noqa: E501", "COD002:1")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # noqa", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # NOSONAR", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # nosemgrep", "")]
    [InlineData("a.py", "requests.get(url, verify=False)", "  # autodevops-ignore: COD002 a device of ours", "")]
    [InlineData("a.go", "var c = tls.Config{InsecureSkipVerify: true}", "", "COD004:1")]
    [InlineData("a.go", "var c = tls.Config{InsecureSkipVerify: true}", " //nolint:errcheck, gosec // a device of ours", "")]
    [InlineData("a.go", "var c = tls.Config{InsecureSkipVerify: true}", " //nolint", "")]
    [InlineData("a.go", "var c = tls.Config{InsecureSkipVerify: true}", " //nolint:errcheck // gosec is content", "COD004:1")]
    [InlineData("a.go", "var c = tls.Config{InsecureSkipVerify: true}", " // #nosec G402", "")]
    public void In_code_the_comments_of_linters_are_understood(string path, string code, string comment, string expected) =>
        Assert.Equal(expected, string.Join(' ', In(path, code + comment + "\n", path == "a.py" ? "COD002" : "COD004")));

    [Fact]
    public void A_check_of_bandit_is_known_by_the_name_it_has_in_ruff_too()
    {
        foreach (var rule in RuleCatalog.All.Select(rule => rule.Descriptor))
        {
            var inRuff = rule.Equivalents.Where(name => name.StartsWith("bandit/B", StringComparison.Ordinal)).Select(name => "ruff/S" + name["bandit/B".Length..]);
            Assert.Subset(rule.Equivalents.ToHashSet(), inRuff.ToHashSet());
        }
    }

    [Fact]
    public void What_people_wrote_for_scanners_of_secrets_holds_for_a_line_the_next_line_and_a_block()
    {
        const string Text = """
            const a = "@@GITHUB:ghp_@@"; // gitleaks:allow
            // secretlint-disable-next-line
            const b = "@@GITHUB:ghp_@@";
            const c = "@@GITHUB:ghp_@@"; // secretlint-disable-line @secretlint/secretlint-rule-github -- revoked
            /* secretlint-disable */
            const d = "@@GITHUB:ghp_@@";
            /* secretlint-enable */
            // secretlint-disable-next-line @secretlint/secretlint-rule-slack
            const e = "@@GITHUB:ghp_@@";
            const f = "@@GITHUB:ghp_@@";
            """;

        Assert.Equal(["SEC001:9", "SEC001:10"], In("a.js", FakeSecrets.Fill(Text), "SEC001"));
    }

    [Fact]
    public void What_a_pragma_disables_comes_back_when_it_is_restored()
    {
        const string Off = "handler.ServerCertificateCustomValidationCallback = (_, _, _, _) => true;\n";
        var found = In("A.cs", $"#pragma warning disable CA5359 // ours\n{Off}#pragma warning restore CA5359\n{Off}", "COD001");

        Assert.Equal(["COD001:4"], found);
    }

    [Theory]
    [InlineData("metadata:\n  annotations:\n    checkov.io/skip1: CKV_K8S_16=it must\n", "")]
    [InlineData("metadata:\n  annotations:\n    checkov.io/skip1: CKV_K8S_17=it must\n", "INF010:13")]
    public void An_annotation_holds_for_its_Kubernetes_object(string metadata, string expected)
    {
        const string Spec = "spec:\n  containers:\n    - name: a\n      image: a:1.0\n      securityContext:\n        privileged: true\n";
        var found = In("k8s/pod.yaml", $"---\napiVersion: v1\nkind: Pod\n{metadata}{Spec}", "INF010").Select(found => found.Split(':')[0]);

        Assert.Equal(expected.Split(':')[0], string.Join(' ', found));
    }

    [Fact]
    public void A_comment_in_Markdown_is_an_HTML_comment_so_that_documentation_says_nothing_by_itself() =>
        Assert.Empty(RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(("a.md", "# autodevops-ignore: NOPE x\n")), AnalysisOptions.Default).Diagnostics);

    private static IEnumerable<string> In(string path, string text, string rule) =>
        RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText((path, text)), AnalysisOptions.Default).Findings
            .Where(finding => finding.Rule.Id == rule).Select(finding => $"{finding.Rule.Id}:{finding.Location.StartLine}");

    private static IEnumerable<string> Findings(string text, params string[] rules) =>
        Analyze(text).Findings.Where(finding => rules.Length == 0 ? finding.Rule.Id is "CNT006" or "CNT007" : rules.Contains(finding.Rule.Id)).Select(finding => $"{finding.Rule.Id}:{finding.Location.StartLine}").Order(StringComparer.Ordinal);

    private static AnalysisResult Analyze(string text) => RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(("Dockerfile", text)), AnalysisOptions.Default);
}
