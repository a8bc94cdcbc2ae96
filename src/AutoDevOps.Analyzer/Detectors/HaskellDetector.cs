using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Haskell;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Haskell projects with cabal or Stack; packages that are built together are one component.</summary>
internal sealed class HaskellDetector : IDetector
{
    private static readonly string[] Frameworks = ["scotty", "servant-server", "snap", "yesod", "yesod-core"];

    public string Ecosystem => Ecosystems.Haskell;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        foreach (var project in HaskellProject.Find(context))
        {
            var lockName = project.UsesStack ? "stack.yaml.lock" : "cabal.project.freeze";
            var lockFile = files.Exists(project.Folder, lockName) ? RepositoryPath.File(project.Folder, lockName) : null;
            var dependencies = project.Packages.SelectMany(package => package.Dependencies).DistinctBy(dependency => dependency.Key).ToDictionary(dependency => dependency.Key, dependency => dependency.Value, StringComparer.Ordinal);
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Haskell)
            {
                Frameworks = [.. Frameworks.Where(dependencies.ContainsKey)],
                PackageManager = new(project.UsesStack ? "stack" : "cabal", null, lockFile, project is { Stack: not null, CabalProject: not null } ? 0.8 : 0.97, [project.Place]),
                Runtimes = HaskellVersions.Find(context, project) is { } version ? [version] : [],
                Commands = Commands(context, project, lockFile),
                Services = services.For(project.Folder, dependencies.Keys, name => dependencies.GetValueOrDefault(name)),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, HaskellProject project, string? lockFile)
    {
        var commands = new HaskellCommands(context, project, lockFile);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Haskell);
        return CommandChoice.Choose(context,
        [
            .. CiCommands.For(context, project.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)),
            .. tasks.Candidates(),
            .. commands.Candidates(),
        ]);
    }
}
