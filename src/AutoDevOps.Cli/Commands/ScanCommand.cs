using System.CommandLine;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Cli.Output;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops scan</c>: findings and scores of a folder or of single files.</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path")
        {
            Description = "A folder, or files. Default: the current folder.",
            DefaultValueFactory = _ => ["."],
            Arity = ArgumentArity.ZeroOrMore,
        };
        var format = new Option<string>("--format", "-f") { Description = "How to print.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "sarif", "markdown", "github");
        var failOn = new Option<string>("--fail-on") { Description = "Exit 1 for a finding this bad or worse.", DefaultValueFactory = _ => "none" };
        failOn.AcceptOnlyFromAmong(["none", .. Enum.GetNames<Severity>().Select(name => name.ToLowerInvariant())]);
        var baseline = new Option<FileInfo>("--baseline") { HelpName = "file", Description = "A JSON result of an earlier scan: only what is new is shown and counts." };
        var rules = new Option<string>("--rules") { HelpName = "rule,...", Description = "Only these rules, by id or name, separated by commas." };
        var level = new Option<string>("--level") { Description = "'strict' runs the rules that are a matter of taste too.", DefaultValueFactory = _ => "default" };
        level.AcceptOnlyFromAmong("default", "strict");

        rules.CompletionSources.Add(_ => RuleSelection.Names);
        var command = new CommandWithExamples("scan", "Find what is wrong, with a score that says why.",
            ("autodevops scan", "this folder"),
            ("autodevops scan .github/workflows/ci.yml Dockerfile", "only these files"),
            ("autodevops scan --fail-on high", "exit 1 when something high or worse is found"),
            ("autodevops scan --format json > baseline.json", "remember what is there today"),
            ("autodevops scan --baseline baseline.json --fail-on low", "and from then on only what is new"),
            ("autodevops scan --format github", "annotations, in a step of GitHub Actions"),
            ("autodevops scan --rules unpinned-action,GHA021", "only these rules")) { paths, format, failOn, baseline, rules, level };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new AnalysisOptions
            {
                Rules = RuleSelection.Parse(parsed.GetValue(rules)),
                Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
                Strict = parsed.GetValue(level) == "strict",
            };
            var result = RepositoryAnalyzer.Analyze(Read(parsed.GetRequiredValue(paths), cancellationToken), options, cancellationToken: cancellationToken);
            if (parsed.GetValue(baseline) is { } file)
            {
                result = Baseline.Read(file).Apply(result);
            }

            Print(result, parsed.GetRequiredValue(format), Terminal.Output(parsed));
            return Task.FromResult(Fails(result, parsed.GetRequiredValue(failOn)) ? ExitCodes.Findings : ExitCodes.Fine);
        });
        return command;
    }

    private static RepositorySnapshot Read(string[] paths, CancellationToken cancellationToken) =>
        paths is [var only] && !File.Exists(only)
            ? FolderSnapshot.Read(only, SnapshotLimits.Default, cancellationToken)
            : FolderSnapshot.ReadFiles(Directory.GetCurrentDirectory(), paths);

    private static void Print(AnalysisResult result, string format, Terminal terminal)
    {
        if (format == "text")
        {
            TerminalReport.Write(result, terminal);
            return;
        }

        using var output = Console.OpenStandardOutput();
        switch (format)
        {
            case "json":
                JsonReport.Write(result, output);
                break;
            case "sarif":
                SarifReport.Write(result, output);
                break;
            case "markdown":
                MarkdownReport.Write(result, output);
                break;
            default:
                GitHubAnnotations.Write(result, output);
                break;
        }
    }

    private static bool Fails(AnalysisResult result, string failOn) =>
        Enum.TryParse<Severity>(failOn, ignoreCase: true, out var least) && result.Findings.Any(finding => finding.Severity >= least);
}
