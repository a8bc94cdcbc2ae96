using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Deno;

/// <summary>Which folders are Deno's, and which of them belong to a workspace.</summary>
/// <remarks>Beside a <c>package.json</c> a <c>deno.json</c> often only describes the package for JSR. It is a project where something runs
/// Deno: a task, a lock file, or existing CI.</remarks>
internal sealed class DenoProjects
{
    public static readonly string[] Names = ["deno.json", "deno.jsonc"];

    private static readonly string[] NodeLockFiles = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

    private readonly List<(DenoConfiguration Root, List<Regex> Members)> _roots = [];

    public DenoProjects(DetectionContext context)
    {
        All = [.. Read(context).Where(project => !IsDescriptionOnly(context, project))];
        foreach (var project in All)
        {
            var members = project.Members.Where(member => member.Length is > 0 and < 200).Take(500).Select(WorkspaceGlob.ToRegex).ToList();
            if (members.Count > 0)
            {
                _roots.Add((project, members));
            }
        }
    }

    public IReadOnlyList<DenoConfiguration> All { get; }

    /// <summary>The innermost workspace root that names the project as a member, or null.</summary>
    public DenoConfiguration? RootOf(DenoConfiguration project) =>
        _roots.Where(root => root.Root != project && RepositoryPath.IsWithin(project.Folder, root.Root.Folder))
            .Where(root => root.Members.Exists(member => member.IsMatch(Relative(project.Folder, root.Root.Folder))))
            .Select(root => root.Root)
            .MaxBy(root => root.Folder.Length);

    /// <summary>Whether a <c>package.json</c> only lists packages for Deno, which reads it too: nothing in it is for another runtime.</summary>
    public static bool ReadsManifestOf(DetectionContext context, FileIndex files, string folder, bool hasScripts) =>
        !hasScripts
        && files.Exists(folder, "deno.lock")
        && Names.Any(name => files.Exists(folder, name))
        && !NodeLockFiles.Any(name => files.Exists(folder, name))
        && !CiCommands.Steps(context).Any(entry => entry.Step.Run is { } run && ShellLine.Parse(run).Any(command => command.Words[0] is "npm" or "yarn" or "pnpm" or "bun"));

    private static List<DenoConfiguration> Read(DetectionContext context)
    {
        var projects = new List<DenoConfiguration>();
        foreach (var file in Names.SelectMany(context.Snapshot.Named).Where(file => !RepositoryPath.IsSample(file.Directory) && !file.Path.StartsWith('.')))
        {
            if (file.Json().Root is { Kind: NodeKind.Mapping } root)
            {
                projects.Add(new(file, root));
            }
        }

        // Of both names Deno takes deno.json.
        return [.. projects.OrderBy(project => project.File.Path, StringComparer.Ordinal).DistinctBy(project => project.Folder)];
    }

    private static bool IsDescriptionOnly(DetectionContext context, DenoConfiguration project)
    {
        var snapshot = context.Snapshot;
        if (snapshot.Find(RepositoryPath.File(project.Folder, "package.json")) is null || project.Tasks.Any()
            || snapshot.Entries.Any(file => file.Directory == project.Folder && file.Name == "deno.lock") || IsRunByCi(context, project.Folder))
        {
            return false;
        }

        context.Abstain(RepositoryPath.ToModel(project.Folder), "component", $"{project.File.Path} stands beside a package.json, and nothing runs Deno there");
        return true;
    }

    private static bool IsRunByCi(DetectionContext context, string folder) =>
        CiCommands.Steps(context).Any(entry => entry.Step.Run is { } run && RepositoryPath.FromModel(entry.Step.WorkingDirectory) == folder
            && ShellLine.Parse(run).Any(command => command.Words is ["deno", "test" or "task" or "lint" or "fmt" or "check", ..]));

    private static string Relative(string folder, string root) => root.Length == 0 ? folder : folder[(root.Length + 1)..];
}
