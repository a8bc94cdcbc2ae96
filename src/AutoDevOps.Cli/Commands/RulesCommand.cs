using System.CommandLine;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Cli.Output;
using Spectre.Console;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops rules</c>: every rule on one line.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var command = new Command("rules", "List every rule.");
        command.SetAction(parsed =>
        {
            var console = Terminal.For(parsed);
            foreach (var rule in RuleCatalog.All.Select(rule => rule.Descriptor))
            {
                console.Line($"{rule.Id}  [{Terminal.ColorOf(rule.Severity)}]{Terminal.NameOf(rule.Severity),-8}[/]  {rule.Name,-32}  [grey]{rule.What}{(rule.Strict ? " (strict)" : "")}[/]");
            }
        });
        return command;
    }
}
