using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Detectors.Zig;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Zig projects. A <c>build.zig</c> beside another build system's manifest counts only where Zig code is.</summary>
internal sealed class ZigDetector : IDetector
{
    public string Ecosystem => Ecosystems.Zig;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        foreach (var project in context.Snapshot.Named("build.zig").Where(file => !IsIgnored(file.Directory)).Select(file => ZigProject.Read(context, file)))
        {
            var source = context.Snapshot.Under(project.Folder).FirstOrDefault(file => file.Extension == ".zig" && file != project.Build && file.Path[0] != '.' && !IsIgnored(file.Directory));
            if (source is null && project.Folder.Length > 0)
            {
                continue;
            }

            yield return new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Zig)
            {
                PackageManager = new("zig", null, null, 0.97, [Cite.File(project.Manifest ?? project.Build)]),
                Runtimes = Version(context, project) is { } version ? [version] : [],
                Commands = Commands(context, project, source),
            };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, ZigProject project, SnapshotFile? source)
    {
        if (project.Unreleased is { } unreleased)
        {
            // What a development version compiled last week need not compile with the one of today.
            context.Abstain(RepositoryPath.ToModel(project.Folder), "test", $"{unreleased} asks for a development version of Zig, which no set-up step brings");
            return [];
        }

        var build = Cite.File(project.Build);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Zig, program => program == "zig");
        ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
        {
            ["zig", "build", .. var steps] when steps.Contains("test") => project.TestStep is { } test ? new(CommandKind.Test, "test", [test]) : null,
            ["zig", "build", .. var steps] when steps.All(step => step.StartsWith('-')) && !steps.Contains("--fetch") => new(CommandKind.Build, "build", [build]),
            ["zig", "fmt", .. var options] when options.Contains("--check") => new(CommandKind.Format, "format", [Cite.File(source ?? project.Build)]),
            ["zig", "test", var file, ..] when RepositoryPath.Combine(project.Folder, file) is { } path && context.Snapshot.Find(path) is { } tested => new(CommandKind.Test, "test " + file, [Cite.File(tested)]),
            _ => null,
        };
        return CommandChoice.Choose(context, [.. CiCommands.For(context, project.Folder, command => Resolve(command) ?? tasks.Resolve(command)), .. tasks.Candidates(), .. Own(project, build)]);
    }

    private static IEnumerable<CommandCandidate> Own(ZigProject project, Evidence build)
    {
        if (project.Dependency is { } dependency)
        {
            yield return new(CommandKind.Install, "install", "zig build --fetch", project.Folder, CommandSource.ToolConfiguration, 0.85, [dependency, build]);
        }

        yield return new(CommandKind.Build, "build", "zig build", project.Folder, CommandSource.Convention, 0.9, [build]);
        if (project.TestStep is { } test)
        {
            yield return new(CommandKind.Test, "test", "zig build test", project.Folder, CommandSource.ToolConfiguration, 0.95, [test]);
        }
    }

    /// <summary>Several that CI tests; the version managers' files; what CI sets up; the least that the manifest asks for. Zig's releases are
    /// not compatible with each other, so the least is the one that is known to work.</summary>
    private static RuntimeVersion? Version(DetectionContext context, ZigProject project)
    {
        if (project.Unreleased is not null)
        {
            return null;
        }

        var ci = CiRuntimes.Find(context, "zig", ("mlugg/setup-zig", "version"), ("goto-bus-stop/setup-zig", "version"), ("korandoru/setup-zig", "zig-version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        return RepositoryPath.Upwards(project.Folder)
                .Select(folder => VersionFiles.Single(context, folder, ".zigversion", "zig") ?? VersionFiles.Single(context, folder, ".zig-version", "zig") ?? VersionFiles.Tool(context, folder, "zig", "zig"))
                .FirstOrDefault(found => found is not null)
            ?? ci
            ?? (project.MinimumVersion is { } minimum ? new("zig", [minimum.Version], minimum.Place.Path, 0.85, [minimum.Place]) : null);
    }

    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "zig-cache" or ".zig-cache" or "zig-out" or "zig-pkg" or "deps" or "libs" or "test" or "tests"));
}
