using System.CommandLine;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Snapshots;
using AutoDevOps.Cli.Output;
using Command = System.CommandLine.Command;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops model</c>: what the repository is, each fact with its evidence.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A folder. Default: the current one.", DefaultValueFactory = _ => "." };
        var format = new Option<string>("--format", "-f") { Description = "How to print.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new CommandWithExamples("model", "Show components, versions, commands and services, each with its evidence.",
            ("autodevops model", "for people"),
            ("autodevops model ../shop --format json", "for programs; autodevops schema model describes it")) { path, format };
        command.SetAction((parsed, cancellationToken) =>
        {
            var snapshot = FolderSnapshot.Read(parsed.GetRequiredValue(path), SnapshotLimits.Default, cancellationToken);
            var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);
            var told = RepositoryAnalyzer.Told(snapshot, diagnostics);
            if (parsed.GetValue(format) == "json")
            {
                using var output = Console.OpenStandardOutput();
                JsonReport.WriteModel(model, told, snapshot.Coverage, output);
            }
            else
            {
                TerminalModel.Write(model, Terminal.Output(parsed));
                TerminalReport.WriteNotes(told, Terminal.Error(parsed));
            }

            return Task.FromResult(ExitCodes.Fine);
        });
        return command;
    }
}
