using System.CommandLine;
using AutoDevOps.Analyzer.Reports;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops schema NAME</c>: the JSON Schema of what another command prints.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = string.Join(", ", ReportSchemas.All.Keys) };
        name.AcceptOnlyFromAmong([.. ReportSchemas.All.Keys]);
        var command = new CommandWithExamples("schema", "Print the JSON Schema of what `scan --format json` or `model --format json` prints, or of .autodevops.yml.",
            ("autodevops schema scan > scan.schema.json", "of autodevops.scan/1"),
            ("autodevops schema policy", "of what may stand in .autodevops.yml")) { name };
        command.SetAction(parsed => Console.Out.Write(ReportSchemas.All[parsed.GetRequiredValue(name)]));
        return command;
    }
}
