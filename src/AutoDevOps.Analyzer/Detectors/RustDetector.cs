using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Rust;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Cargo workspaces, and packages that belong to none.</summary>
internal sealed class RustDetector : IDetector
{
    private static readonly string[] Frameworks =
        ["actix-web", "axum", "bevy", "clap", "diesel", "dioxus", "leptos", "poem", "rocket", "salvo", "sea-orm", "sqlx", "tauri", "tonic", "warp", "yew"];

    public string Ecosystem => Ecosystems.Rust;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var projects = CargoProject.Find(context);
        if (projects.Count == 0)
        {
            yield break;
        }

        var files = context.Files;
        var services = new ServiceEvidence(context);
        foreach (var project in projects)
        {
            var lockFile = files.Exists(project.Folder, "Cargo.lock") ? RepositoryPath.File(project.Folder, "Cargo.lock") : null;
            var version = RustVersions.Find(context, project);
            var commands = new RustCommands(context, project, lockFile is not null, RustVersions.IsNightly(version));
            var tasks = new TaskCommands(context, project.Folder, Ecosystems.Rust);
            var inCi = CiCommands.For(context, project.Folder, command => commands.Resolve(command) ?? Task(context, tasks, command)).ToList();
            if (inCi.TrueForAll(candidate => candidate.Kind != CommandKind.Test || candidate.Family == "doctest"))
            {
                // How CI runs the other tests was not understood; the examples in documentation do not stand for them.
                inCi.RemoveAll(candidate => candidate.Kind == CommandKind.Test);
            }

            var dependencies = project.Members.Prepend(project.Root).Distinct().SelectMany(manifest => manifest.Dependencies.Select(dependency => (dependency.Name, Place: (manifest.File, dependency.Line)))).ToList();
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Root.Name, Ecosystems.Rust)
            {
                Frameworks = [.. Frameworks.Where(known => dependencies.Exists(dependency => dependency.Name == known))],
                PackageManager = new("cargo", null, lockFile, 0.99, [project.Root.Place]),
                Runtimes = version is null ? [] : [version],
                Commands = CommandChoice.Choose(context, inCi.Concat(tasks.Candidates()).Concat(commands.Candidates())),
                Services = TestContainers.Start(context, project.Folder, dependencies.Select(dependency => (dependency.Name, Cite.At(dependency.Place.File, dependency.Place.Line))))
                    ? []
                    : services.For(project.Folder, dependencies.Select(dependency => dependency.Name), name => dependencies.Find(dependency => dependency.Name == name).Place is var (file, line) ? Cite.At(file, line) : null),
            };
        }
    }

    /// <summary>A script that tests without Cargo tests what other steps of CI have built and installed before it.</summary>
    private static ResolvedCommand? Task(DetectionContext context, TaskCommands tasks, ShellCommand command) =>
        tasks.Resolve(command) is { } resolved
        && (resolved.Kind != CommandKind.Test || command.Words[0] is "make" or "just" or "task"
            || context.Snapshot.Find(resolved.Evidence[0].Path)?.Text is { } text && (text.Contains("cargo test", StringComparison.Ordinal) || text.Contains("cargo nextest", StringComparison.Ordinal)))
            ? resolved
            : null;
}
