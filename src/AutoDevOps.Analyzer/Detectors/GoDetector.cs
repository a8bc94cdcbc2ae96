using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Go;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Go modules, also those of a workspace (<c>go.work</c>).</summary>
internal sealed class GoDetector : IDetector
{
    private static readonly (string Module, string Name)[] Frameworks =
    [
        ("github.com/spf13/cobra", "cobra"), ("github.com/labstack/echo", "echo"), ("github.com/gofiber/fiber", "fiber"), ("github.com/gin-gonic/gin", "gin"),
        ("github.com/go-chi/chi", "chi"), ("google.golang.org/grpc", "grpc"), ("gorm.io/gorm", "gorm"),
    ];

    public string Ecosystem => Ecosystems.Go;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var modules = context.Snapshot.Named("go.mod").Where(file => !IsIgnored(file.Directory)).Select(GoModule.Read).ToList();
        var workspaces = context.Snapshot.Named("go.work").ToDictionary(file => file.Directory, GoWorkspace.Read, StringComparer.Ordinal);
        foreach (var module in modules)
        {
            var around = RepositoryPath.Upwards(module.Folder).Select(workspaces.GetValueOrDefault).FirstOrDefault(found => found is not null);
            var isLeftOut = around?.Modules.Contains(module.Folder) == false;
            if (isLeftOut)
            {
                context.Abstain(RepositoryPath.ToModel(module.Folder), "test", $"{around!.File.Path} does not use it, and below a workspace `go` refuses what that does not use");
            }

            // A module in a folder belongs to itself only: the outer module's ./... does not reach it.
            var nested = modules.Where(other => other != module && RepositoryPath.IsWithin(other.Folder, module.Folder)).Select(other => other.Folder).ToList();
            var sources = context.Snapshot.Under(module.Folder)
                .Where(file => file.Extension == ".go" && !IsIgnoredBelow(file.Directory, module.Folder) && !nested.Exists(folder => RepositoryPath.IsWithin(file.Directory, folder)))
                .ToList();
            var commands = new GoCommands(context, module, sources);
            var tasks = new TaskCommands(context, module.Folder, Ecosystems.Go);
            var candidates = CiCommands.For(context, module.Folder, command => commands.Resolve(command) ?? tasks.Resolve(command))
                .Concat(tasks.Candidates())
                .Concat(isLeftOut ? [] : commands.Candidates());
            yield return new Component(RepositoryPath.ToModel(module.Folder), module.Name, Ecosystems.Go)
            {
                Frameworks = [.. Frameworks.Where(known => module.Requires.Exists(require => require.Path == known.Module || require.Path.StartsWith(known.Module + "/", StringComparison.Ordinal))).Select(known => known.Name).Order(StringComparer.Ordinal)],
                PackageManager = new("go", null, files.Exists(module.Folder, "go.sum") ? RepositoryPath.File(module.Folder, "go.sum") : null, 0.99, [Cite.At(module.File, module.Module?.Line ?? 0)]),
                Runtimes = Version(context, module) is { } version ? [version] : [],
                Commands = CommandChoice.Choose(context, candidates),
                Services = services.For(module.Folder, module.Requires.Select(require => require.Path), path => Cite.At(module.File, module.Requires.Find(require => require.Path == path).Line)),
            };
        }
    }

    /// <summary>Several versions in CI are a statement of support; otherwise <c>go.mod</c> says it, its toolchain before its language version,
    /// as the go command itself chooses.</summary>
    private static RuntimeVersion? Version(DetectionContext context, GoModule module)
    {
        var ci = CiRuntimes.Find(context, "go", ("actions/setup-go", "go-version"), ("GoTool", "version"), ("go/install", "version"));
        if (ci is { Versions.Count: > 1 })
        {
            return ci;
        }

        var tool = RepositoryPath.Upwards(module.Folder)
            .Select(folder => VersionFiles.Single(context, folder, ".go-version", "go") ?? VersionFiles.Tool(context, folder, "go", "golang", "go"))
            .FirstOrDefault(found => found is not null);
        return (module.Toolchain ?? module.Go) is { } declared
            ? new("go", [declared.Version], module.File.Path, 0.97, [Cite.At(module.File, declared.Line)])
            : tool ?? ci;
    }

    private static bool IsIgnored(string folder) => folder.Length > 0 && (RepositoryPath.IsSample(folder) || IsIgnoredBelow(folder, ""));

    /// <summary>The go command ignores folders named <c>testdata</c> or <c>vendor</c>, or that start with <c>_</c> or <c>.</c>.</summary>
    private static bool IsIgnoredBelow(string folder, string root) =>
        (root.Length == 0 ? folder : folder.Length > root.Length ? folder[(root.Length + 1)..] : "")
            .Split('/', StringSplitOptions.RemoveEmptyEntries).Any(part => part is "testdata" or "vendor" || part[0] is '_' or '.');
}
