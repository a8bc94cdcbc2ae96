using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a repository with something to build or test, and no continuous integration.</summary>
internal sealed class NoCi : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA042", "no-ci", Category.CiCd, Severity.High,
        What: "A repository that can be built or tested and has no continuous integration of any vendor.",
        Why: "A change that breaks the build or the tests is noticed by whoever comes next.",
        Remedy: "Generate a pipeline with `autodevops generate` and commit it.")
    {
        Equivalents = ["scorecard/CI-Tests"],
        References = ["OWASP CICD-SEC-1", "https://docs.github.com/actions/get-started/continuous-integration"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        model.Components.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var command = model.Components
            .SelectMany(component => component.Commands)
            .Where(command => command.Kind is CommandKind.Test or CommandKind.Build)
            .OrderByDescending(command => command.Kind == CommandKind.Test)
            .FirstOrDefault();
        if (command is not null && model.Ci.Count == 0 && !CiFiles.In(snapshot).Any())
        {
            yield return Descriptor.At(Location.Repository, $"Nothing runs '{command.Run}' when a change arrives: there is no continuous integration.");
        }
    }
}
