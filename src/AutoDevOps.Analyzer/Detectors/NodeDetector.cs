using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Deno;
using AutoDevOps.Analyzer.Detectors.Node;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Node packages: npm, yarn (classic and berry), pnpm and bun, with their workspaces.</summary>
internal sealed class NodeDetector : IDetector
{
    private static readonly string[] OtherManifests = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "go.mod", "Cargo.toml", "pom.xml", "Gemfile", "composer.json", "mix.exs", "build.gradle", "build.gradle.kts", "global.json", "Package.swift", "CMakeLists.txt"];

    public string Ecosystem => Ecosystems.Node;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var packages = Packages(context);
        var workspaces = new NodeWorkspaces(context, packages);
        var managers = new NodePackageManagers(context, files);
        var services = new ServiceEvidence(context);
        var mentions = new NodeMentions(context.Snapshot);
        var found = new Dictionary<NodePackage, PackageManager?>();
        NodeWorkspaceChecks.ReportNested(context, workspaces, packages);
        foreach (var root in packages.Where(workspaces.IsRoot))
        {
            NodeWorkspaceChecks.Report(context, files, root, workspaces.MembersOf(root));
        }

        foreach (var package in packages)
        {
            var root = workspaces.RootOf(package) ?? package;
            if (IsChore(context, files, packages, workspaces, package))
            {
                continue;
            }

            if (!found.TryGetValue(root, out var manager))
            {
                found.Add(root, manager = managers.Find(root));
            }

            yield return Component(context, files, package, root, workspaces.MembersOf(package), manager, services, mentions);
        }
    }

    private static List<NodePackage> Packages(DetectionContext context)
    {
        var packages = new List<NodePackage>();
        foreach (var file in context.Snapshot.Named("package.json").Where(file => !RepositoryPath.IsSample(file.Directory) && !file.Path.StartsWith('.')))
        {
            if (file.Json().Root is { Kind: NodeKind.Mapping } root)
            {
                packages.Add(new(file, root));
            }
        }

        return packages;
    }

    private static bool IsChore(DetectionContext context, FileIndex files, List<NodePackage> packages, NodeWorkspaces workspaces, NodePackage package)
    {
        var folder = package.Folder.Split('/')[^1];
        var isDocumentation = folder is "docs" or "doc" or "website" or "www" or "site" or "documentation";
        var besideAnother = OtherManifests.Any(manifest => files.Exists(package.Folder, manifest))
            || files.In(package.Folder).Any(file => file.Extension is ".sln" or ".slnx" or ".csproj" or ".fsproj");
        if (DenoProjects.ReadsManifestOf(context, files, package.Folder, package.Scripts.Any()))
        {
            return true;
        }

        if (workspaces.IsRoot(package) || workspaces.RootOf(package) is not null || packages.Count == 1 && !besideAnother && !isDocumentation
            || !NodeFrameworks.IsForDocumentation(package) || (!isDocumentation && !besideAnother))
        {
            // An empty manifest ({"type": "module"}) only tells Node how to read the files beside it.
            return package.Root["name"] is null && package.Root["scripts"] is null && !package.Dependencies.Any() && package.Root["workspaces"] is null;
        }

        context.Abstain(RepositoryPath.ToModel(package.Folder), "component", $"{package.File.Path} only serves documentation or the chores of the repository");
        return true;
    }

    private static Component Component(
        DetectionContext context, FileIndex files, NodePackage package, NodePackage root, IReadOnlyList<NodePackage> members, PackageManager? manager, ServiceEvidence services, NodeMentions mentions)
    {
        var component = new Component(RepositoryPath.ToModel(package.Folder), package.Name, Ecosystems.Node)
        {
            Frameworks = NodeFrameworks.Of(package),
            PackageManager = manager,
            Runtimes = NodeVersions.Find(context, package, root) is { } node ? [node] : [],
            Services = services.For(package.Folder, package.Dependencies.Append(package.Name), package.DependencyOrSelf),
        };
        if (manager is null)
        {
            context.Abstain(component.Path, "test", "no command is offered while the package manager is not known");
            return component;
        }

        var runner = new NodeRunner(manager.Name);
        var scripts = new NodeScripts(context, package, runner, new NodePrograms(mentions, package, root, manager.LockFile));
        var monorepo = new NodeMonorepo(files, package, scripts, members);
        var tasks = new TaskCommands(context, package.Folder, Ecosystems.Node, program => program == manager.Name);
        var browsers = new NodeBrowsers(root, package, runner);
        var install = new NodeInstall(root, manager, runner);
        var tests = context.Snapshot.Under(package.Folder).Where(IsTest);
        var bun = new BunTests(context.Snapshot, package, scripts);
        var candidates = CiCommands.For(context, package.Folder, command => monorepo.Resolve(command) ?? scripts.Resolve(command) ?? bun.Resolve(command, tests) ?? tasks.Resolve(command))
            .Concat(CiCommands.For(context, root.Folder, install.Resolve).Take(1))
            .Append(install.Candidate())
            .Concat(CiCommands.For(context, root.Folder, browsers.Resolve).Take(1))
            .Concat(scripts.Candidates(context))
            .Concat(tasks.Candidates())
            .Concat(new NodeTools(files, package, runner, scripts, monorepo).Candidates([.. tests.Take(1)]))
            .Concat(manager.Name == "bun" ? bun.Candidates(tests) : [])
            .Concat(browsers.Candidates(scripts))
            .ToList();
        return component with { Commands = [.. CommandChoice.Choose(context, candidates).Select(command => command with { Reach = command.Kind == CommandKind.Install ? null : monorepo.Reach(command.Run) })] };
    }

    private static bool IsTest(SnapshotFile file) =>
        file.Extension is ".ts" or ".tsx" or ".js" or ".jsx" or ".mjs" or ".mts" or ".cjs" or ".cts"
        && (file.Name.Contains(".test.", StringComparison.Ordinal) || file.Name.Contains(".spec.", StringComparison.Ordinal));
}
