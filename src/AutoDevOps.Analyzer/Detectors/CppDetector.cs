using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Cpp;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds C and C++ projects: CMake, Meson, autotools and plain makefiles.</summary>
internal sealed class CppDetector : IDetector
{
    private static readonly (string Package, string Name)[] Frameworks = [("Boost", "boost"), ("Qt5", "qt"), ("Qt6", "qt"), ("SDL2", "sdl"), ("SDL3", "sdl")];

    public string Ecosystem => Ecosystems.Cpp;

    public IReadOnlyList<string> Finds => [Ecosystems.C, Ecosystems.Cpp];

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var services = new ServiceEvidence(context);
        foreach (var project in CppProjects.Find(context))
        {
            var ecosystem = project.IsCpp ? Ecosystems.Cpp : Ecosystems.C;
            var commands = new CppCommands(context, project);
            var tasks = new TaskCommands(context, project.Folder, ecosystem);
            // A script that is called after tests is often one of those that the build system runs.
            var own = commands.Candidates().ToList();
            var called = tasks.Candidates().ToList();
            // A task that tests, beside none that builds, tests what it builds by itself: another thing than the build system's.
            bool IsApart(CommandCandidate task) => task.Kind == CommandKind.Test && !called.Exists(other => other.Kind == CommandKind.Build) && own.Exists(command => command.Kind == CommandKind.Build);
            var candidates = own
                .Concat(CiCommands.For(context, project.Folder, command => commands.Resolve(command) ?? Checks(tasks.Resolve(command))))
                .Concat(called.Where(task => !(task.Run.StartsWith("./", StringComparison.Ordinal) || IsApart(task)) || !own.Exists(command => command.Kind == task.Kind)))
                .ToList();
            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, ecosystem)
            {
                Frameworks = [.. Frameworks.Where(known => project.CMake?.Package(known.Package) is not null).Select(known => known.Name).Distinct().Order(StringComparer.Ordinal)],
                PackageManager = Manager(context, project),
                Commands = CommandChoice.Choose(context, candidates),
                Services = services.For(project.Folder, [], _ => null),
            };
        }
    }

    /// <summary>Of what CI calls by the name of a task, building and testing are taken from one job as a whole.</summary>
    private static ResolvedCommand? Checks(ResolvedCommand? resolved) =>
        resolved?.Kind is CommandKind.Build or CommandKind.Test or CommandKind.Install ? null : resolved;

    private static PackageManager Manager(DetectionContext context, CppProject project)
    {
        if (project.Find(context, "vcpkg.json") is { } vcpkg)
        {
            return new("vcpkg", null, null, 0.97, [Cite.File(vcpkg)]);
        }

        if ((project.Find(context, "conanfile.py") ?? project.Find(context, "conanfile.txt")) is { } conan)
        {
            return new("conan", null, project.Find(context, "conan.lock")?.Path, 0.9, [Cite.File(conan)]);
        }

        return new(project.System, null, null, 0.95, [project.CMake?.Place ?? Cite.File(project.Manifest)]);
    }
}
