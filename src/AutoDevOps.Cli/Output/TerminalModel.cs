using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using Spectre.Console;

namespace AutoDevOps.Cli.Output;

/// <summary>A repository model for people: a block per component, evidence at the end of each line.</summary>
internal static class TerminalModel
{
    public static void Write(RepositoryModel model, IAnsiConsole console)
    {
        foreach (var component in model.Components)
        {
            var frameworks = component.Frameworks.Count > 0 ? $" ({string.Join(", ", component.Frameworks)})" : "";
            console.Line($"[bold]{component.Path}[/]  {component.Name}  {component.Ecosystem}{frameworks}");
            if (component.PackageManager is { } manager)
            {
                Fact(console, "packages", $"{manager.Name} {manager.Version}".TrimEnd(), manager.Confidence, manager.Evidence);
            }

            foreach (var runtime in component.Runtimes)
            {
                Fact(console, runtime.Name, string.Join(", ", runtime.Versions), runtime.Confidence, runtime.Evidence);
            }

            foreach (var command in component.Commands)
            {
                var where = command.WorkingDirectory == component.Path ? "" : $" (in {command.WorkingDirectory})";
                Fact(console, command.Kind.ToString().ToLowerInvariant(), command.Run + where, command.Confidence, command.Evidence);
            }

            foreach (var service in component.Services)
            {
                Fact(console, "service", $"{service.Name} {service.Version}".TrimEnd(), service.Confidence, service.Evidence);
            }

            console.WriteLine();
        }

        foreach (var ci in model.Ci)
        {
            console.Line($"existing CI: {ci.Vendor}  [grey]{ci.Path}[/]");
        }

        foreach (var gap in model.NotInferred)
        {
            console.Line($"[yellow]not inferred[/] {gap.What} of {gap.Component}: {gap.Why}");
        }

        if (model.Components.Count == 0)
        {
            console.WriteLine("No component was recognised.");
        }
    }

    private static void Fact(IAnsiConsole console, string label, string value, double confidence, IReadOnlyList<Evidence> evidence) =>
        console.Line($"  {label,-10} {value}  [grey]{string.Join(", ", evidence)} ({confidence:0.00})[/]");
}
