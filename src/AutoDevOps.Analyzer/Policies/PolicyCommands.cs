using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Puts the commands that people wrote down in the place of those that were detected.</summary>
internal static class PolicyCommands
{
    public static List<Component> Apply(RepositoryPolicy policy, List<Component> components, DetectionContext context)
    {
        foreach (var unknown in policy.UnknownComponents(components))
        {
            context.Report(unknown);
        }

        List<Component> changed = [.. components];
        foreach (var decided in policy.Commands)
        {
            // Of several in one folder, the one that has such a command.
            var at = changed.FindIndex(component => component.Path == decided.Component && component.Command(decided.Kind) is not null);
            at = at >= 0 ? at : changed.FindIndex(component => component.Path == decided.Component);
            if (at >= 0)
            {
                changed[at] = With(changed[at], decided, context);
            }
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
