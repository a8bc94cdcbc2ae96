using System.Text;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Tests.RepositoryModels;
using AutoDevOps.Analyzer.Tests.Rules;

namespace AutoDevOps.Analyzer.Tests.Reports;

/// <summary>Results to print: of every rule, of every fixture repository, and of repositories with names that were made to break a report.</summary>
internal static class ReportCases
{
    public static readonly string[] HostileNames =
    [
        "<script>alert(1)<", "[x](https:) ![y](z)", "`a`", "*b* _c_ ~d~", "@everyone", "a\nb", "a\r\n- c", "\e[31mred\e[0m", "\u009b31m", "\u202Eevil", "a%0A::error::x", "a:b,c", "| x | y |", "# h", "1. x", "- x", "+ x",
        "&amp;", "\\", "\"'", "www.example.com", "https:", "\U0001F600", "a\u2028b", "\u0000", "::warning::x", "]]>", "{{x}}", "${{x}}",
    ];

    public static TheoryData<string> Names =>
    [
        .. RuleCatalog.All.Select(rule => "rule/" + rule.Descriptor.Name),
        .. FixtureRepositories.Names.Select(row => "repository/" + row.Data),
        "hostile", "empty", "diagnostics",
    ];

    public static (RepositorySnapshot Snapshot, AnalysisResult Result) Analyze(string name)
    {
        var snapshot = Snapshot(name);
        return (snapshot, RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true }, cancellationToken: TestContext.Current.CancellationToken));
    }

    public static RepositorySnapshot Snapshot(string name) => name.Split('/') switch
    {
        ["rule", var rule] => RuleFixture.Read(rule, "bad").Snapshot,
        ["repository", var repository] => FixtureRepositories.Snapshot(repository),
        ["hostile"] => Hostile(),
        ["empty"] => RepositorySnapshot.FromText(("a.txt", "")),
        _ => new([SnapshotFile.FromText(".github/workflows/a.yml", "on: [\n"), SnapshotFile.FromText("package.json", "{"), SnapshotFile.FromText("pyproject.toml", "[x"), new("a.bin", 5, FileKind.Binary, () => [])],
            [new("<b>\nx", 0, "Cannot be read: \e[31m `x` | y")]),
    };

    public static string Print(Action<Stream> write)
    {
        using var buffer = new MemoryStream();
        write(buffer);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer.ToArray());
    }

    public static string Json(AnalysisResult result) => Print(output => JsonReport.Write(result, output));

    public static string Sarif(AnalysisResult result) => Print(output => SarifReport.Write(result, output));

    public static string Markdown(AnalysisResult result) => Print(output => MarkdownReport.Write(result, output));

    public static string Annotations(AnalysisResult result) => Print(output => GitHubAnnotations.Write(result, output));

    public static string Model(RepositorySnapshot snapshot) =>
        Print(output =>
        {
            var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);
            JsonReport.WriteModel(model, RepositoryAnalyzer.Told(snapshot, diagnostics), snapshot.Coverage, output);
        });

    /// <summary>Each name as a folder, as a job, as an action, as a key, as an image.</summary>
    private static RepositorySnapshot Hostile() => RepositorySnapshot.FromText(HostileNames.SelectMany((name, index) =>
    {
        var json = System.Text.Json.JsonSerializer.Serialize(name);
        return new[]
        {
            ($"{index}/{name.Replace("/", "", StringComparison.Ordinal)}/Dockerfile", "FROM debian\nCMD x\n"),
            ($".github/workflows/{index}{name.Replace("/", "", StringComparison.Ordinal)}.yml", $"on: [push, {json}]\n{json}: 1\njobs:\n  {json}:\n    needs: {json}\n    runs-on: {json}\n    steps:\n      - uses: {json}\n      - {json}: x\n        run: echo ${{{{ {name.ReplaceLineEndings("")} }}}}\n"),
        };
    }));
}
