using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Manifests;
using AutoDevOps.Analyzer.Policies;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Runs every detector over a snapshot and puts what they found in a fixed order.</summary>
public static class RepositoryModelBuilder
{
    /// <summary>The model, and what could not be understood on the way. Does not depend on the order of the detectors.</summary>
    public static (RepositoryModel Model, IReadOnlyList<Diagnostic> Diagnostics) Build(RepositorySnapshot snapshot)
    {
        var diagnostics = new List<Diagnostic>();
        var ci = ExistingCi.Read(snapshot, diagnostics.Add);
        var context = new DetectionContext(snapshot, [.. ci.Where(configuration => !configuration.IsGenerated)]);
        var components = new List<Component>();
        foreach (var detector in DetectorCatalog.All)
        {
            components.AddRange(Run(detector, context).Select(component => WithSafeFolders(component, context)));
        }

        components = Services.RequiredVariables.Attach(context, components);
        components = PolicyCommands.Apply(snapshot.Policy, components, context);
        SayWhatNothingIsDoneFor(components, context);
        diagnostics.AddRange(ManifestProblems.Find(snapshot, ci));
        diagnostics.AddRange(context.Diagnostics);
        var model = new RepositoryModel(
            [.. components.OrderBy(component => component.Path, StringComparer.Ordinal)
                .ThenBy(component => component.Ecosystem, StringComparer.Ordinal)
                .ThenBy(component => component.Name, StringComparer.Ordinal)],
            ci,
            [.. context.NotInferred.Distinct()
                .OrderBy(fact => fact.Component, StringComparer.Ordinal)
                .ThenBy(fact => fact.What, StringComparer.Ordinal)
                .ThenBy(fact => fact.Why, StringComparer.Ordinal)])
        {
            DeployTargets = Deploy.DeployTargets.Find(snapshot, ci),
        };
        return (model,
            [.. diagnostics.Distinct()
                .OrderBy(diagnostic => diagnostic.Path, StringComparer.Ordinal)
                .ThenBy(diagnostic => diagnostic.Line)
                .ThenBy(diagnostic => diagnostic.Message, StringComparer.Ordinal)]);
    }

    /// <summary>A component that is only installed would be missing from a pipeline without a word. The root of others may be no more
    /// than that, and what a root of the same ecosystem does, it may do for its members.</summary>
    private static void SayWhatNothingIsDoneFor(List<Component> components, DetectionContext context)
    {
        var said = context.NotInferred.Select(gap => gap.Component).ToHashSet(StringComparer.Ordinal);
        var around = components.SelectMany(component => RepositoryPath.Upwards(RepositoryPath.FromModel(component.Path)).Skip(1)).ToHashSet(StringComparer.Ordinal);
        var atWork = components.Where(component => component.Commands.Any(command => command.Kind != CommandKind.Install)).Select(component => (component.Path, component.Ecosystem)).ToHashSet();
        foreach (var component in components.Where(component => !atWork.Contains((component.Path, component.Ecosystem)) && !said.Contains(component.Path)
            && !around.Contains(RepositoryPath.FromModel(component.Path))
            && !RepositoryPath.Upwards(RepositoryPath.FromModel(component.Path)).Any(folder => atWork.Contains((RepositoryPath.ToModel(folder), component.Ecosystem)))))
        {
            context.Abstain(component.Path, "test", "no script, task or declared tool says how it is built, tested or checked");
        }
    }

    /// <summary>A folder is a name from the repository too: one that a shell or a vendor would expand takes its commands with it.</summary>
    private static Component WithSafeFolders(Component component, DetectionContext context)
    {
        if (component.Commands.All(command => SafeName.IsSafeFolder(command.WorkingDirectory)))
        {
            return component;
        }

        context.Abstain(component.Path, "test", $"the commands of a folder are passed over: {SafeName.Reason}");
        return component with { Commands = [.. component.Commands.Where(command => SafeName.IsSafeFolder(command.WorkingDirectory))] };
    }

    /// <summary>What one detector found. If it fails, that is said, and the other detectors still run.</summary>
    private static List<Component> Run(IDetector detector, DetectionContext context)
    {
        try
        {
            return [.. detector.Detect(context)];
        }
#pragma warning disable CA1031 // A defect in one detector must not cost the rest of the analysis: the guard the design allows.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            context.Report(new("", 0, $"The {detector.Ecosystem} detector failed ({problem.GetType().Name}): {problem.Message}"));
            return [];
        }
    }
}
