using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Containers;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>Every rule finds what its bad fixture marks, no more and no less, and nothing in its good one.</summary>
public sealed class RuleFixtureTests
{
    public static TheoryData<string> Names { get; } = [.. RuleCatalog.All.Select(rule => rule.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bad_fixture_gives_exactly_the_expected_findings(string name)
    {
        var fixture = RuleFixture.Read(name, "bad");
        var found = fixture.Run(Rule(name)).Select(finding => $"{finding.Location.Path}:{finding.Location.StartLine}").Order(StringComparer.Ordinal);

        Assert.NotEmpty(fixture.Expected);
        Assert.Equal(fixture.Expected, found);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_good_fixture_is_clean(string name)
    {
        var fixture = RuleFixture.Read(name, "good");

        Assert.NotEmpty(fixture.Snapshot.Entries);
        Assert.Empty(fixture.Run(Rule(name)).Select(finding => $"{finding.Location}: {finding.Message}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fix_touches_its_own_file_and_makes_its_finding_go(string name)
    {
        var rule = Rule(name);
        var fixture = RuleFixture.Read(name, "bad");
        foreach (var finding in fixture.Run(rule).Where(finding => finding.Fix is not null))
        {
            var fix = finding.Fix!;
            Assert.Equal(finding.Location.Path, fix.Path);
            var lines = fixture.Snapshot.Find(fix.Path)!.Lines().Select(line => line.Text).ToList();
            foreach (var edit in fix.Edits.OrderByDescending(edit => edit.StartLine))
            {
                lines.RemoveRange(edit.StartLine - 1, edit.EndLine - edit.StartLine + 1);
                lines.InsertRange(edit.StartLine - 1, edit.Text?.Split('\n') ?? []);
            }

            var mended = RepositorySnapshot.FromText((fix.Path, string.Join('\n', lines) + "\n"));
            AssertParses(mended.Files[0], fixture.Snapshot.Find(fix.Path)!);
            Assert.DoesNotContain(RuleFixture.Run(rule, mended, fixture.Model), other => other.Message == finding.Message);
        }
    }

    /// <summary>Of no rule there is more than before, the comments are all there, and no line is touched that the patch does not name.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_fix_adds_no_finding_of_any_rule_and_keeps_the_comments(string name)
    {
        var rule = Rule(name);
        var fixture = RuleFixture.Read(name, "bad");
        var found = fixture.Run(rule);
        var before = found.Any(finding => finding.Fix is not null) ? Counts(fixture.Snapshot, fixture.Model) : [];
        foreach (var finding in found.Where(finding => finding.Fix is not null))
        {
            var broken = fixture.Snapshot.Find(finding.Fix!.Path)!;
            var mended = SnapshotFile.FromText(broken.Path, Apply(broken, finding.Fix));
            var after = fixture.Snapshot.With([mended]);
            var model = fixture.Model;
            Assert.True(RuleFixture.Run(rule, after, model).Count(other => other.Message == finding.Message) < found.Count(other => other.Message == finding.Message), $"{finding.Location}: {finding.Message}");
            Assert.Equal([], Counts(after, model).Where(pair => pair.Value > before.GetValueOrDefault(pair.Key)).Select(pair => $"{finding.Location}: {pair.Key}"));
            // Of one rule the comment itself is the mistake.
            if (!Dockerfile.IsPath(broken) && name != "version-comment-mismatch")
            {
                Assert.Equal([], Comments(broken).Except(Comments(mended)).Where(comment => finding.Fix.Edits.All(edit => edit.Text is not null)));
            }
        }
    }

    private static string Apply(SnapshotFile file, Fix fix)
    {
        var lines = file.Text.Split('\n').ToList();
        foreach (var edit in fix.Edits.OrderByDescending(edit => edit.StartLine))
        {
            lines.RemoveRange(edit.StartLine - 1, edit.EndLine - edit.StartLine + 1);
            lines.InsertRange(edit.StartLine - 1, edit.Text?.Split('\n') ?? []);
        }

        return string.Join('\n', lines);
    }

    private static Dictionary<string, int> Counts(RepositorySnapshot snapshot, AutoDevOps.Analyzer.Detectors.RepositoryModel model) =>
        RuleCatalog.All.ToDictionary(rule => rule.Descriptor.Id, rule => RuleFixture.Run(rule, snapshot, model).Count);

    private static IEnumerable<string> Comments(SnapshotFile file) => AutoDevOps.Analyzer.Parsing.Yaml.YamlSource.Read(file.Text)?.Comments.Select(comment => comment.Text) ?? [];

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_files_throw_nothing(string name)
    {
        var rule = Rule(name);
        string[] paths = [".github/workflows/x.yml", "action.yml", "Dockerfile", "compose.yaml", "package.json", "go.mod", "composer.json", "requirements.txt", ".nvmrc", "a.cs", "a.py", "a.js", "a.go", "a.java", "k.yaml", "main.tf", "pom.xml", "Cargo.lock", "Cargo.toml", "CODEOWNERS"];
        string[] texts =
        [
            "", "\0\uFFFD", "null", "[]", "on: [[], {}, null]\njobs: [1]", "on: {schedule: [{cron: [1]}, 2]}\njobs: {a: null, b: [], c: {steps: {a: b}, needs: {a: b}, runs-on: [[]]}, ? [x] : y}",
            "jobs: {a: {steps: [null, [], {uses: [], run: {}, with: []}, {uses: '@'}, {uses: '/@x'}, {run: '${{'}, {run: '${{ ((((' }]}}\non: {}",
            "FROM\nFROM \\\n", "ENV\nARG =\nCOPY\nRUN <<EOF\n", "FROM $\nENV A $\nUSER\nCMD",
            "FROM a\nRUN\nRUN \\\nRUN --\nRUN --mount\nRUN [\nRUN []\nRUN [1]\nRUN [\"\"]\nRUN <<\nRUN sudo\nRUN (((\nRUN `\nRUN $(\nRUN '\nRUN \"\nRUN ${\nRUN <(\nRUN >\nRUN 2>&\nRUN |&&;||&\nCMD [\nEXPOSE\nWORKDIR\nCOPY --from= a b\nADD --checksum\nONBUILD\nLABEL =\nMAINTAINER\nSHELL\nSHELL []\nHEALTHCHECK",
            "FROM debian\nRUN apt-get\nRUN apt-get install\nRUN apt install -\nRUN pip install --\nRUN useradd -u\nRUN cd\nRUN chmod 777\nRUN curl | sh\nRUN ln -s\nRUN git config http.sslVerify\nRUN python -m pip\nRUN sudo -u\nRUN apt-get install x \\\n# end", "{\"dependencies\": [1], \"private\": 1, \"scripts\": []}", "services: {a: {volumes: [[], {}]}}",
            "apiVersion: v1\nkind: Pod\nspec: {containers: [null, {}]}\n---\n---\ncontainers:", "\"\"\"", "'''\n\"", "/*", "`", "@\"", "f\"{", "f\"\"\"{'", "$\"{\"", "$$\"\"\"{{{", "`${`${", "a(b(c[", ")]}", "eval(", "x = ",
            "resource \"a\"", "resource \"a\" \"b\" {\n x = [", "a = <<", "a = \"${", "a {}}}", "\\", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----MAo=-----END", "AKIA",
        ];
        foreach (var text in texts)
        {
            var snapshot = RepositorySnapshot.FromText(paths.Select(path => (path, text)));
            foreach (var finding in RuleFixture.Run(rule, snapshot, AutoDevOps.Analyzer.Detectors.RepositoryModel.Empty))
            {
                Assert.True(finding.Location.StartLine >= 0);
                Assert.NotEmpty(finding.Message);
            }
        }
    }

    private static void AssertParses(SnapshotFile mended, SnapshotFile broken)
    {
        if (!Dockerfile.IsPath(mended))
        {
            Assert.NotNull(mended.Yaml().Root);
            return;
        }

        // Nothing but the instruction itself may change, or go: what follows is still read as what it was.
        var (before, after) = (Keywords(broken), Keywords(mended));
        if (after.Count > before.Count)
        {
            after.RemoveAt(after.LastIndexOf("USER"));
        }

        Assert.InRange(after.Count, before.Count - 1, before.Count);
        Assert.InRange(after.Zip(before).Count(pair => pair.First != pair.Second), 0, after.Count < before.Count ? before.Count : 1);
        Assert.All(after, keyword => Assert.Contains(keyword, UnknownDockerInstruction.Known));

        static List<string> Keywords(SnapshotFile file) => [.. Dockerfile.Parse(file).Instructions.Select(instruction => instruction.Keyword)];
    }

    private static IRule Rule(string name) => RuleCatalog.All.Single(rule => rule.Descriptor.Name == name);
}
