using System.CommandLine;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Cli.Output;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops explain RULE</c>: what a rule flags, why, and what to do.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("rule") { HelpName = "rule", Description = "An id or a name, also that of another tool: GHA001, unpinned-action, zizmor/unpinned-uses." };
        name.CompletionSources.Add(_ => RuleSelection.Names);
        var command = new CommandWithExamples("explain", "Say why a rule exists and what to do about a finding.",
            ("autodevops explain GHA020", "by its id"),
            ("autodevops explain unpinned-action", "by its name"),
            ("autodevops explain zizmor/unpinned-uses", "by the name that another tool gives it")) { name };
        command.SetAction(parsed =>
        {
            var rule = RuleSelection.Find(parsed.GetRequiredValue(name));
            var terminal = Terminal.Output(parsed);
            terminal.Line($"[bold]{rule.Id} {rule.Name}[/]  [{Terminal.ColorOf(rule.Severity)}]{Terminal.NameOf(rule.Severity)}[/], {ReportNames.Of(rule.Category)}{(rule.Strict ? ", strict" : "")}");
            terminal.Line();
            terminal.Line($"{rule.What}");
            terminal.Line();
            terminal.Line($"[bold]Why[/]     {rule.Why}");
            terminal.Line($"[bold]Remedy[/]  {rule.Remedy}");
            Print(terminal, "Also known as", rule.Equivalents);
            Print(terminal, "See", rule.References);
        });
        return command;
    }

    private static void Print(Terminal terminal, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            terminal.Line();
            terminal.Line($"[grey]{title}: {string.Join(", ", lines)}[/]");
        }
    }
}
