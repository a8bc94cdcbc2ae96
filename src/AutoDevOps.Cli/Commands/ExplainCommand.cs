using System.CommandLine;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Cli.Output;
using Spectre.Console;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops explain RULE</c>: what a rule flags, why, and what to do.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("rule") { Description = "An id or a name, also that of another tool: GHA001, unpinned-action, zizmor/unpinned-uses." };
        var command = new Command("explain", "Say why a rule exists and what to do about a finding.") { name };
        command.SetAction(parsed =>
        {
            var rule = RuleSelection.Find(parsed.GetRequiredValue(name));
            var console = Terminal.For(parsed);
            console.Line($"[bold]{rule.Id} {rule.Name}[/]  [{Terminal.ColorOf(rule.Severity)}]{Terminal.NameOf(rule.Severity)}[/], {ReportNames.Of(rule.Category)}{(rule.Strict ? ", strict" : "")}");
            console.WriteLine();
            console.Line($"{rule.What}");
            console.WriteLine();
            console.Line($"[bold]Why[/]     {rule.Why}");
            console.Line($"[bold]Remedy[/]  {rule.Remedy}");
            Print(console, "Also known as", rule.Equivalents);
            Print(console, "See", rule.References);
        });
        return command;
    }

    private static void Print(IAnsiConsole console, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            console.WriteLine();
            console.Line($"[grey]{title}: {string.Join(", ", lines)}[/]");
        }
    }
}
