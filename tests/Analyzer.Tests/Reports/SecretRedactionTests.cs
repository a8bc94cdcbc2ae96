using System.Text.Json;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Tests.Rules;

namespace AutoDevOps.Analyzer.Tests.Reports;

/// <summary>What the bad fixture of any format holds is in no output: a new format is tested as soon as it has its fixture.</summary>
public sealed class SecretRedactionTests
{
    public static TheoryData<string> Names => [.. RuleCatalog.All.OfType<SecretFormat>().Select(format => format.Descriptor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_format_finds_is_redacted_wherever_its_line_is_quoted(string name)
    {
        foreach (var (line, secret) in Found(name))
        {
            Assert.True(SecretRedactor.IsNeeded(line), $"{name} is not seen.");
            AssertGone(name, SecretRedactor.Redact(line), secret);

            // What is known by its place is only known there: in a netrc at the beginning of a line.
            var before = SecretRedactor.IsNeeded("x " + line) ? "x " : "";
            var snapshot = Plant(line, before);
            var result = RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);
            AssertGone("json", ReportCases.Json(result), secret);
            AssertGone("sarif", ReportCases.Sarif(result), secret);
            AssertGone("markdown", ReportCases.Markdown(result), secret);
            AssertGone("github", ReportCases.Annotations(result), secret);
            AssertGone("model", ReportCases.Model(snapshot), secret);
            AssertGone("diagnostics", string.Join('\n', result.Diagnostics), secret);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_report_about_the_fixture_itself_holds_none(string name)
    {
        var snapshot = RuleFixture.Read(name, "bad").Snapshot;
        var result = RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var (_, secret) in Found(name))
        {
            AssertGone("json", ReportCases.Json(result), secret);
            AssertGone("sarif", ReportCases.Sarif(result), secret);
            AssertGone("markdown", ReportCases.Markdown(result), secret);
        }
    }

    [Theory]
    [InlineData("aws_secret_access_key = @@RANDOM:40@@")]
    [InlineData("\"secretAccessKey\": \"@@RANDOM:40@@\"")]
    [InlineData("key: @@AWS_ID@@")]
    [InlineData("{\"key\": \"@@BEGIN:RSA @@\\n@@RANDOM:64@@\\n\"}")]
    [InlineData("{\"key\": \"-----BEGIN PGP PRIVATE KEY BLOCK-----\\n@@RANDOM:64@@\\n\"}")]
    public void What_other_rules_find_is_redacted_too(string line)
    {
        var filled = FakeSecrets.Fill(line);
        var marker = line.IndexOf("@@", line.Contains("@@BEGIN", StringComparison.Ordinal) ? line.LastIndexOf("@@RANDOM", StringComparison.Ordinal) : 0, StringComparison.Ordinal);
        var before = FakeSecrets.Fill(line[..marker]);
        AssertGone(line, SecretRedactor.Redact(filled), filled[before.Length..].Split('"', '\\')[0]);
    }

    private static List<(string Line, string Secret)> Found(string name)
    {
        var fixture = RuleFixture.Read(name, "bad");
        var rule = RuleCatalog.All.Single(rule => rule.Descriptor.Name == name);
        List<(string, string)> found = [];
        foreach (var place in fixture.Run(rule).Select(finding => finding.Location))
        {
            var line = fixture.Snapshot.Find(place.Path)!.Lines().First(line => line.Number == place.StartLine).Text;
            found.Add((line, line[(place.StartColumn - 1)..(place.EndColumn - 1)]));
        }

        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>Neither the value nor so much of it that the rest can be guessed.</summary>
    private static void AssertGone(string output, string text, string secret) =>
        Assert.False(text.Contains(secret[..Math.Max(8, secret.Length / 2)], StringComparison.Ordinal), $"{output} holds at least half of it: {Around(text, secret[..Math.Max(8, secret.Length / 2)])}…");

    private static string Around(string text, string part)
    {
        var at = text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? "" : text[Math.Max(0, at - 120)..at];
    }

    private static RepositorySnapshot Plant(string line, string before) => RepositorySnapshot.FromText(
        (".github/workflows/ci.yml", $"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          npm test\n          {before}{line}\n          {line}\n"),
        ("Dockerfile", $"FROM debian\nRUN {before}{line}\nRUN {line}\nCMD x\n"),
        ("package.json", $"{{\n\"name\": \"x\",\n\"scripts\": {{\n\"test\": {JsonSerializer.Serialize(before.Length > 0 ? before + line : "true")},\n\"lint\": {JsonSerializer.Serialize(before.Length > 0 ? "eslint . " + line : "true")}\n}}, \"devDependencies\": {{\"vitest\": \"1\"}}\n}}"),
        ("broken.json", $"{{\"{before}{line}"),
        ("Makefile", $"lint:\n\t{before}{line}\ntest:\n\t{line}\n"),
        ("tests/test_a.py", ""), ("a.py", ""), ("requirements.txt", $"pytest\n{line}\n"),
        ("compose.yaml", $"services:\n  db:\n    image: postgres:16 # {line}\n    privileged: true # {line}\n"));
}
