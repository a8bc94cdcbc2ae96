using AutoDevOps.Analyzer.Detectors;

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
                var known = changed.Select(component => component.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(20).ToList();
                context.Report(new(decided.Evidence.Path, decided.Evidence.Line,
                    $"There is no component '{decided.Component}'{(known.Count == 0 ? "" : $". There are: {string.Join(", ", known)}")}."));
                continue;
            }

            changed[at] = With(changed[at], decided, context);
        }

        return changed;
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
