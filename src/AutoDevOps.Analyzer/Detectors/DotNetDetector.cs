using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.DotNet;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds .NET solutions, and projects that belong to none.</summary>
internal sealed class DotNetDetector : IDetector
{
    public string Ecosystem => Ecosystems.DotNet;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var services = new ServiceEvidence(context);
        var targets = new DotNetSolutions(context, context.Files).Find().ToList();
        var projects = targets.SelectMany(target => target.Projects).GroupBy(project => project.File.Path, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        foreach (var target in targets)
        {
            var speaking = InMemoryDatabases.Speaking(context, target, projects).ToList();
            var commands = new DotNetCommands(context, target);
            var tasks = new TaskCommands(context, target.Folder, Ecosystems.DotNet);
            var candidates = CiCommands.For(context, target.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command))
                .Concat(tasks.Candidates())
                .Concat(commands.Candidates());
            yield return new Component(RepositoryPath.ToModel(target.Folder), Path.GetFileNameWithoutExtension(target.File.Name), Ecosystems.DotNet)
            {
                Frameworks = Frameworks(target),
                PackageManager = new("nuget", null, LockFile(context, target), 0.98, [Cite.File(target.File)]),
                Runtimes = DotNetVersions.Find(context, target) is { } version ? [version] : [],
                Commands = CommandChoice.Choose(context, candidates),
                Services = services.For(target.Folder, speaking.SelectMany(project => project.Packages), name => speaking.Select(project => project.Package(name)).FirstOrDefault(place => place is not null)),
            };
        }
    }

    private static string? LockFile(DetectionContext context, DotNetTarget target) =>
        target.Projects.Select(project => RepositoryPath.File(project.Folder, "packages.lock.json"))
            .FirstOrDefault(path => context.Snapshot.Entries.Any(file => file.Path == path));

    private static IReadOnlyList<string> Frameworks(DotNetTarget target)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var project in target.Projects.Where(project => project.Test is null))
        {
            var sdk = project.Xml.Sdk ?? "";
            var known = sdk switch
            {
                "Microsoft.NET.Sdk.Web" => "aspnetcore",
                "Microsoft.NET.Sdk.BlazorWebAssembly" => "blazor",
                "Microsoft.NET.Sdk.Worker" => "worker",
                _ when sdk.StartsWith("Aspire.AppHost.Sdk", StringComparison.Ordinal) => "aspire",
                _ when project.Xml.Is("UseMaui", "true") => "maui",
                _ when project.Xml.Is("UseWPF", "true") => "wpf",
                _ when project.Xml.Is("UseWindowsForms", "true") => "winforms",
                _ => null,
            };
            if (known is not null)
            {
                names.Add(known);
            }
        }

        return [.. names];
    }
}
