using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Policy;

/// <summary>Flags what the policy requires of continuous integration and no CI file does.</summary>
internal sealed class RequiredWorkMissing : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "POL004", "required-work-missing", Category.CiCd, Severity.High,
        What: "A component for which continuous integration does not do what the policy requires.",
        Why: "The organization decided that nothing is merged without it.",
        Remedy: "Run the command in a workflow; `autodevops generate` writes one that does.")
    {
        Confidence = 0.85,
        References = ["https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.Required.Any() && model.Components.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var generated = model.Ci.Where(ci => ci.IsGenerated).Select(ci => snapshot.Find(ci.Path)!.Text).ToList();
        var off = snapshot.SwitchedOff.ToList();
        foreach (var (kind, policy) in snapshot.Required)
        {
            var word = kind.ToString().ToLowerInvariant();
            foreach (var decided in off.Where(decided => decided.Kind == kind))
            {
                yield return Descriptor.At(decided.Evidence.Path, decided.Evidence.Line, $"{policy.Name} requires {word}, and this line switches it off for '{decided.Component}'.");
            }

            var able = model.Components.Where(component => component.Command(kind) is not null).ToList();
            if (able.Count == 0 && !off.Exists(decided => decided.Kind == kind))
            {
                yield return Descriptor.At(Location.Repository, $"{policy.Name} requires {word}, and nothing in the repository says how.");
            }

            foreach (var component in able.Where(component => !component.Commands.Any(command => command.Kind == kind && IsRun(command))))
            {
                var command = component.Command(kind)!;
                yield return Descriptor.At(
                    command.Evidence[0].Path, Math.Max(1, command.Evidence[0].Line),
                    $"{policy.Name} requires {word}, and no CI file runs '{command.Run}'{(component.Path == "." ? "" : $" in {component.Path}")}.");
            }
        }

        bool IsRun(Command command) => model.IsInCi(command) || generated.Exists(text => text.Contains(command.Run, StringComparison.Ordinal));
    }
}
