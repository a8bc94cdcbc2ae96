using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Docker;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds folders whose only build is that of an image. What a language's project brings with it is not counted again.</summary>
internal sealed class DockerDetector : IDetector
{
    public string Ecosystem => Ecosystems.Docker;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var folders = DockerProjects.Find(context);
        var projects = folders.Select(folder => ComposeProject.Read(context, folder)).OfType<ComposeProject>().ToList();
        foreach (var folder in folders)
        {
            var compose = projects.Find(project => project.Folder == folder);
            var files = context.Snapshot.In(folder).Where(Dockerfile.IsPath).ToList();

            // What the compose file of a folder above builds is built with it.
            var isCovered = projects.Exists(project => project.Folder != folder && project.WhyNot is null && project.Builds.Exists(build => build.Folder == folder));
            if (isCovered || (files.Count == 0 && compose is null))
            {
                continue;
            }

            var tasks = new TaskCommands(context, folder, Ecosystems.Docker);
            var candidates = CiCommands.For(context, folder, command => Resolve(context, folder, files, command) ?? tasks.Resolve(command))
                .Concat(tasks.Candidates())
                .Concat(Candidates(context, folder, files, compose))
                .ToList();
            yield return new Component(RepositoryPath.ToModel(folder), folder.Length == 0 ? "root" : Path.GetFileName(folder), Ecosystems.Docker)
            {
                Commands = CommandChoice.Choose(context, candidates),
            };
        }
    }

    private static IEnumerable<CommandCandidate> Candidates(DetectionContext context, string folder, List<SnapshotFile> files, ComposeProject? compose)
    {
        if (compose is { WhyNot: { } reason })
        {
            context.Abstain(RepositoryPath.ToModel(folder), compose.Builds.Count > 0 ? "build" : "lint", reason);
        }
        else if (compose is { Builds: [var first, ..] })
        {
            yield return new(CommandKind.Build, "image", "docker compose build", folder, CommandSource.ToolConfiguration, 0.85, [first.Place, Cite.File(compose.File)]);
        }
        else if (compose is not null)
        {
            yield return new(CommandKind.Lint, "compose", "docker compose config --quiet", folder, CommandSource.Convention, 0.75, [compose.Services!]);
        }

        var file = files.Find(found => found.Name is "Dockerfile" or "Containerfile") ?? (files.Count == 1 ? files[0] : null);
        if (file is null)
        {
            if (files.Count > 0)
            {
                context.Abstain(RepositoryPath.ToModel(folder), "build", $"{files.Count} Dockerfiles are there, and none has the usual name");
            }

            yield break;
        }

        var (run, where, whyNot) = DockerContext.Find(context, file);
        if (whyNot is not null)
        {
            context.Abstain(RepositoryPath.ToModel(folder), "build", whyNot);
        }
        else
        {
            yield return new(CommandKind.Build, "image", run, where, CommandSource.Convention, 0.8, [Cite.File(file)]);
        }

        if (Linter(context, folder) is { } linter && SafeName.IsSafe(file.Name))
        {
            yield return new(CommandKind.Lint, "hadolint", $"hadolint {file.Name}", folder, CommandSource.ToolConfiguration, 0.8, [linter, Cite.File(file)]) { Needs = ["hadolint"] };
        }
    }

    /// <summary>Recognises <c>docker build</c> with this folder, <c>docker compose build</c> and the linter on a file that exists.</summary>
    private static ResolvedCommand? Resolve(DetectionContext context, string folder, List<SnapshotFile> files, ShellCommand command)
    {
        var place = files.Count > 0 ? Cite.File(files[0]) : null;
        return command.Words switch
        {
            ["docker", "build", .., "."] when place is not null && !command.Words.Contains("--push") => new(CommandKind.Build, "image", [place]),
            ["docker", "buildx", "build", .., "."] when place is not null && !command.Words.Contains("--push") => new(CommandKind.Build, "image", [place]),
            ["docker", "compose", "build", ..] or ["docker-compose", "build", ..] when ComposeProject.Read(context, folder) is { } compose => new(CommandKind.Build, "image", [Cite.File(compose.File)]),
            ["hadolint", .. var arguments] when files.Exists(file => arguments.Contains(file.Name)) => new(CommandKind.Lint, "hadolint", [place!]) { Needs = ["hadolint"] },
            _ => null,
        };
    }

    private static Evidence? Linter(DetectionContext context, string folder) =>
        RepositoryPath.Upwards(folder).SelectMany(at => new[] { ".hadolint.yaml", ".hadolint.yml" }.Select(name => context.Snapshot.Find(RepositoryPath.File(at, name))))
            .OfType<SnapshotFile>().Select(Cite.File).FirstOrDefault();
}
