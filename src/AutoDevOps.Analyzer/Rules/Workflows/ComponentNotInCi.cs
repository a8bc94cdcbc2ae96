using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a component with tests that continuous integration passes by, while it runs those of others.</summary>
/// <remarks>A component whose root runs its tests too is not alone.</remarks>
internal sealed class ComponentNotInCi : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA048", "component-not-in-ci", Category.CiCd, Severity.Medium,
        What: "A component of a monorepo that has tests, in a repository whose CI runs only those of other components.",
        Why: "A change there is merged with a green mark that says nothing about it.",
        Remedy: "Add a job for the component; `autodevops generate` writes one.")
    {
        Confidence = 0.7,
        References = ["https://docs.github.com/actions/tutorials/build-and-test-code"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        model.Components.Count > 1 && model.Ci.Any(ci => !ci.IsGenerated && ci.Steps.Count > 0) && !model.Ci.Any(ci => ci.IsGenerated);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var tested = model.Components.Where(component => Tests(component).Any(model.IsInCi)).ToList();
        if (tested.Count == 0)
        {
            yield break;
        }

        foreach (var component in model.Components.Except(tested))
        {
            if (Tests(component).FirstOrDefault() is { Confidence: >= 0.9 } test && !model.Ci.Any(MayReach) && !tested.Exists(other => Reaches(other, component)))
            {
                yield return Descriptor.At(test.Evidence[0].Path, Math.Max(1, test.Evidence[0].Line), $"No CI file runs '{test.Run}' of {component.Path}, while the tests of {tested[0].Path} are run.");
            }

            // A loop over folders, a script or a tool of the whole repository may test it too.
            bool MayReach(CiConfiguration ci) => ci.Steps.Any(step => step.Run is { } run
                && (run.Contains('$', StringComparison.Ordinal) || run.Contains(".sh", StringComparison.Ordinal) || run.Contains("make", StringComparison.Ordinal) || run.Contains(component.Path, StringComparison.Ordinal))
                || step.WorkingDirectory.Contains('$', StringComparison.Ordinal));
        }
    }

    private static IEnumerable<Command> Tests(Component component) => component.Commands.Where(command => command.Kind == CommandKind.Test);

    private static bool Reaches(Component other, Component component) =>
        other.Ecosystem == component.Ecosystem && (other.Path == "." || component.Path.StartsWith(other.Path + "/", StringComparison.Ordinal));
}
