using System.CommandLine;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Cli.Output;

namespace AutoDevOps.Cli.Commands;

/// <summary><c>autodevops rules</c>: every rule on one line.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var command = new CommandWithExamples("rules", "List every rule: id, severity, name, and what it flags.",
            ("autodevops rules | grep secret", "those that look for secrets"));
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Output(parsed);
            foreach (var rule in RuleCatalog.All.Select(rule => rule.Descriptor))
            {
                terminal.Line($"{rule.Id}  [{Terminal.ColorOf(rule.Severity)}]{Terminal.NameOf(rule.Severity),-8}[/]  {rule.Name,-32}  [grey]{rule.What}{(rule.Strict ? " (strict)" : "")}[/]");
            }
        });
        return command;
    }
}
