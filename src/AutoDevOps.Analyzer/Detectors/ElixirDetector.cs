using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Elixir;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Elixir projects with Mix, also the applications of an umbrella.</summary>
internal sealed class ElixirDetector : IDetector
{
    private static readonly string[] Frameworks = ["absinthe", "ash", "broadway", "ecto", "nerves", "oban", "phoenix", "phoenix_live_view", "plug"];

    public string Ecosystem => Ecosystems.Elixir;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var projects = context.Snapshot.Named("mix.exs").Where(file => !IsIgnored(file.Directory)).Select(MixProject.Read).ToList();
        var folders = context.Snapshot.Named("mix.exs").Select(file => file.Directory).ToList();
        foreach (var project in projects)
        {
            var umbrella = projects.Find(root => root != project && IsMember(project.Folder, root));
            var nested = folders.Where(other => other != project.Folder && RepositoryPath.IsWithin(other, project.Folder) && !IsMember(other, project)).ToList();
            var lockFile = Lock(files, project, umbrella);
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Elixir)
            {
                Frameworks = [.. Frameworks.Where(name => project.Dependency(name) is not null)],
                PackageManager = new("mix", null, lockFile, 0.99, [project.Place]),
                Runtimes = ElixirVersions.Find(context, project) is { } version ? [version] : [],
                Commands = Commands(context, project, lockFile, nested),
                Services = services.For(project.Folder, project.Dependencies.Select(dependency => dependency.Name), name => project.Dependency(name)?.Place),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, MixProject project, string? lockFile, List<string> nested)
    {
        var commands = new MixCommands(context, project, lockFile, nested);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Elixir);
        var own = commands.Candidates().ToList();
        return CommandChoice.Choose(context,
        [
            .. CiCommands.For(context, project.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command)),
            .. own.Where(candidate => candidate.Source == CommandSource.TaskRunner),
            .. tasks.Candidates(),
            .. own.Where(candidate => candidate.Source != CommandSource.TaskRunner),
        ]);
    }

    private static bool IsMember(string folder, MixProject umbrella) =>
        umbrella.AppsPath is { } apps && RepositoryPath.Combine(umbrella.Folder, apps) is { } members && RepositoryPath.Parent(folder) == members;

    private static string? Lock(FileIndex files, MixProject project, MixProject? umbrella)
    {
        var path = project.LockPath is { } shared ? RepositoryPath.Combine(project.Folder, shared) : RepositoryPath.File((umbrella ?? project).Folder, "mix.lock");
        return path is not null && files.Exists(RepositoryPath.Parent(path), Path.GetFileName(path)) ? path : null;
    }

    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "deps" or "test" or "integration_test" or "installer" or "priv"));
}
