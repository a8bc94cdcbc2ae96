using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Deno;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Deno projects and the members of their workspaces.</summary>
internal sealed class DenoDetector : IDetector
{
    private static readonly (string Package, string Name)[] Frameworks =
        [("@fresh/core", "fresh"), ("@hono/hono", "hono"), ("@oak/oak", "oak"), ("hono", "hono"), ("preact", "preact"), ("react", "react")];

    public string Ecosystem => Ecosystems.Deno;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var projects = new DenoProjects(context);
        foreach (var project in projects.All)
        {
            var root = projects.RootOf(project) ?? project;
            if (root == project && PathRole.IsTest(project.File.Path))
            {
                continue;
            }

            var lockFile = LockFile(files, root);
            var version = Version(context, project.Folder);
            var own = new DenoTasks(context, project);
            var commands = new DenoCommands(context, project, own, root != project, lockFile, root.Folder);
            var tasks = new TaskCommands(context, project.Folder, Ecosystems.Deno, program => program == "deno");
            var candidates = CiCommands.For(context, project.Folder, command => own.Resolve(command) ?? commands.Resolve(command) ?? tasks.Resolve(command))
                .Concat(own.Candidates(context))
                .Concat(tasks.Candidates())
                .Concat(commands.Candidates(version?.Versions.Any(number => number == "1" || number.StartsWith("1.", StringComparison.Ordinal)) == true))
                .ToList();
            var imports = project.Imports.ToList();
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Deno)
            {
                Frameworks = [.. Frameworks.Where(known => imports.Exists(import => import.Name == known.Package)).Select(known => known.Name).Distinct().Order(StringComparer.Ordinal)],
                PackageManager = new("deno", null, lockFile, 0.98, [Cite.File(root.File)]),
                Runtimes = version is null ? [] : [version],
                Commands = CommandChoice.Choose(context, candidates),
                Services = services.For(project.Folder, imports.Select(import => import.Name), name => Cite.At(project.File, imports.Find(import => import.Name == name).Line)),
            };
        }
    }

    /// <summary><c>deno.lock</c>, or what <c>"lock"</c> names; none where it is switched off.</summary>
    private static string? LockFile(FileIndex files, DenoConfiguration root)
    {
        var setting = root.Root["lock"];
        var name = (setting?["path"] ?? setting) is { Text: { } text } && text is not ("true" or "false") ? text : "deno.lock";
        return setting?.Text != "false" && RepositoryPath.Combine(root.Folder, name) is { } path && files.Exists("", path) ? path : null;
    }

    /// <summary>Several versions in CI are a statement of support; otherwise the files that version managers and the set-up action read.</summary>
    private static RuntimeVersion? Version(DetectionContext context, string folder)
    {
        var ci = CiRuntimes.Find(context, "deno", ("denoland/setup-deno", "deno-version"));
        return ci is { Versions.Count: > 1 }
            ? ci
            : RepositoryPath.Upwards(folder)
                .Select(at => VersionFiles.Single(context, at, ".dvmrc", "deno") ?? VersionFiles.Single(context, at, ".deno-version", "deno") ?? VersionFiles.Tool(context, at, "deno", "deno"))
                .FirstOrDefault(found => found is not null) ?? ci;
    }
}
