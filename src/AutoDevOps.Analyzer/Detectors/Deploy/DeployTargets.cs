namespace AutoDevOps.Analyzer.Detectors.Deploy;

/// <summary>Finds where a repository is deployed to: by the configuration that a platform or tool reads, and by what existing CI runs.</summary>
/// <remarks>A command or action of CI that deploys is the strongest evidence, 0.97; then a file that only one platform reads, 0.95; then a name that
/// several read, or that needs a look inside, 0.7 to 0.9. Samples, templates and tests say nothing about the repository itself.</remarks>
internal static class DeployTargets
{
    private const double InCi = 0.97;
    private const int MostEvidence = 5;

    /// <summary>The targets, by name and folder.</summary>
    public static IReadOnlyList<DeployTarget> Find(RepositorySnapshot snapshot, IReadOnlyList<CiConfiguration> ci)
    {
        var found = DeployFiles.In(snapshot).Concat(ManifestsOf(snapshot)).ToList();
        foreach (var (name, evidence) in ci.Where(configuration => !configuration.IsGenerated).SelectMany(configuration => OfCi(snapshot, configuration)))
        {
            // What CI deploys is what the one configuration of that platform says.
            var folders = found.Where(target => target.Name == name).Select(target => target.Path).Distinct(StringComparer.Ordinal).ToList();
            found.Insert(0, new(name, folders is [var only] ? only : ".", InCi, [evidence]));
        }

        return [.. found.GroupBy(target => (target.Name, Path: Whole(target, found)))
            .Select(group => new DeployTarget(group.Key.Name, group.Key.Path, group.Max(target => target.Confidence), [.. group.SelectMany(target => target.Evidence).Distinct().Take(MostEvidence)]))
            .OrderBy(target => target.Name, StringComparer.Ordinal).ThenBy(target => target.Path, StringComparer.Ordinal)];
    }

    /// <summary>Its folder, or the outermost one above with the same: an overlay, a part of a chart or of a set of manifests is none by itself.</summary>
    private static string Whole(DeployTarget target, List<DeployTarget> all) => target.Name is not ("helm" or "kustomize" or "kubernetes") ? target.Path
        : all.Where(other => other.Name == target.Name && RepositoryPath.IsWithin(RepositoryPath.FromModel(target.Path), RepositoryPath.FromModel(other.Path)))
            .Select(other => other.Path).OrderBy(path => path == "." ? 0 : path.Length).First();

    /// <summary>Kubernetes objects that run something; those of a chart or an overlay belong to Helm and Kustomize.</summary>
    private static IEnumerable<DeployTarget> ManifestsOf(RepositorySnapshot snapshot)
    {
        var others = snapshot.Named("Chart.yaml").Concat(snapshot.Named("kustomization.yaml")).Concat(snapshot.Named("kustomization.yml")).Select(file => file.Directory).Distinct(StringComparer.Ordinal).ToList();
        return snapshot.Files
            .Where(file => file.Extension is ".yml" or ".yaml" && file.Size < 200_000 && !file.IsTest && !RepositoryPath.IsSample(file.Directory) && !others.Exists(folder => RepositoryPath.IsWithin(file.Directory, folder)))
            .Select(file => (file, Line: DeployFiles.LineOfWorkload(file)))
            .Where(entry => entry.Line > 0)
            .Select(entry => new DeployTarget("kubernetes", RepositoryPath.ToModel(entry.file.Directory), 0.85, [Cite.At(entry.file, entry.Line)]));
    }

    private static IEnumerable<(string Name, Evidence Evidence)> OfCi(RepositorySnapshot snapshot, CiConfiguration configuration)
    {
        if (snapshot.Find(configuration.Path) is not { } file)
        {
            yield break;
        }

        foreach (var step in configuration.Steps)
        {
            if ((step.Uses is { } uses ? DeployCommands.OfAction(uses.Split('@')[0]) : step.Run is { } run ? DeployCommands.OfShell(run) : null) is { } name)
            {
                yield return (name, Cite.At(file, step.Line));
            }
        }
    }
}
