using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Cli.Output;

/// <summary>A repository model for people: a block per component, evidence at the end of each line.</summary>
internal static class TerminalModel
{
    public static void Write(RepositoryModel model, Terminal terminal)
    {
        foreach (var component in model.Components)
        {
            var frameworks = component.Frameworks.Count > 0 ? $" ({string.Join(", ", component.Frameworks)})" : "";
            terminal.Line($"[bold]{component.Path}[/]  {component.Name}  {component.Ecosystem}{frameworks}");
            if (component.PackageManager is { } manager)
            {
                Fact(terminal, "packages", $"{manager.Name} {manager.Version}".TrimEnd(), manager.Confidence, manager.Evidence);
            }

            foreach (var runtime in component.Runtimes)
            {
                Fact(terminal, runtime.Name, string.Join(", ", runtime.Versions), runtime.Confidence, runtime.Evidence);
            }

            foreach (var command in component.Commands)
            {
                var where = command.WorkingDirectory == component.Path ? "" : $" (in {command.WorkingDirectory})";
                Fact(terminal, command.Kind.ToString().ToLowerInvariant(), command.Run + where, command.Confidence, command.Evidence);
            }

            foreach (var service in component.Services)
            {
                Fact(terminal, "service", $"{service.Name} {service.Version}".TrimEnd(), service.Confidence, service.Evidence);
            }

            terminal.Line();
        }

        foreach (var ci in model.Ci)
        {
            terminal.Line($"existing CI: {ci.Vendor}  [grey]{ci.Path}[/]");
        }

        foreach (var target in model.DeployTargets)
        {
            Fact(terminal, "deploys to", target.Path == "." ? target.Name : $"{target.Name} ({target.Path})", target.Confidence, target.Evidence);
        }

        foreach (var gap in NotInferredSummary.Of(model.NotInferred))
        {
            terminal.Line($"[yellow]not inferred[/] {gap.What} of {gap.Component}: {gap.Why}");
        }

        if (model.Components.Count == 0)
        {
            terminal.Line($"No component was recognised.");
        }
    }

    private static void Fact(Terminal terminal, string label, string value, double confidence, IReadOnlyList<Evidence> evidence) =>
        terminal.Line($"  {label,-10} {value}  [grey]{string.Join(", ", evidence)} ({confidence:0.00})[/]");
}
