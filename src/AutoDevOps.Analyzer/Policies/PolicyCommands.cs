using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Puts the commands that people wrote down in the place of those that were detected.</summary>
internal static class PolicyCommands
{
    public static List<Component> Apply(IReadOnlyList<CommandOverride> overrides, List<Component> components, DetectionContext context)
    {
        List<Component> changed = [.. components];
        foreach (var decided in overrides)
        {
            // Of several in one folder, the one that has such a command.
            var at = changed.FindIndex(component => component.Path == decided.Component && component.Command(decided.Kind) is not null);
            at = at >= 0 ? at : changed.FindIndex(component => component.Path == decided.Component);
            if (at < 0)
            {
                context.Report(new(decided.Evidence.Path, decided.Evidence.Line, Missing(decided, changed)!));
                continue;
            }

            changed[at] = With(changed[at], decided, context);
        }

        return changed;
    }

    /// <summary>What to say of commands of a component that there is not; null: there is one.</summary>
    public static string? Missing(CommandOverride decided, IReadOnlyCollection<Component> components)
    {
        var known = components.Select(component => component.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return known.Contains(decided.Component, StringComparer.Ordinal) ? null
            : $"There is no component '{decided.Component}'{(NearestName.Of(decided.Component, known) is { } near ? $"; did you mean {near}?" : ".")}"
                + (known.Count == 0 ? "" : $" There are: {string.Join(", ", known.Take(20))}.");
    }

    private static Component With(Component component, CommandOverride decided, DetectionContext context)
    {
        var others = component.Commands.Where(command => command.Kind != decided.Kind);
        if (decided.Run is null)
        {
            context.Abstain(component.Path, decided.Kind.ToString().ToLowerInvariant(), $"{decided.Evidence} says that there is none");
            return component with { Commands = [.. others] };
        }

        var command = new Command(decided.Kind, decided.Run, component.Path, 1, [decided.Evidence]);
        return component with { Commands = [.. others.Append(command).OrderBy(other => other.Kind)] };
    }
}
