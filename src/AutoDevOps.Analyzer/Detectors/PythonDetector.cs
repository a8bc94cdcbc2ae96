using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Python;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>Finds Python projects: pip, uv (with workspaces), poetry, pdm, hatch, pipenv, and the task runners tox and nox.</summary>
internal sealed class PythonDetector : IDetector
{
    private static readonly string[] Manifests = ["pyproject.toml", "setup.py", "Pipfile", "manage.py"];
    private static readonly string[] WeakManifests = ["setup.cfg", "requirements.txt", "tox.ini", "noxfile.py", "requirements-dev.txt"];
    private static readonly (string Package, string Name)[] Frameworks =
        [("aiohttp", "aiohttp"), ("celery", "celery"), ("django", "django"), ("fastapi", "fastapi"), ("flask", "flask"), ("litestar", "litestar"), ("pyramid", "pyramid"), ("starlette", "starlette"), ("streamlit", "streamlit"), ("tornado", "tornado")];

    public string Ecosystem => Ecosystems.Python;

    public IEnumerable<Component> Detect(DetectionContext context)
    {
        var files = context.Files;
        var services = new ServiceEvidence(context);
        var projects = Folders(context.Snapshot).Select(folder => new PythonProject(context, files, folder)).Where(project => IsReal(context, project)).ToList();
        var byFolder = projects.ToDictionary(project => project.Folder, StringComparer.Ordinal);
        projects.RemoveAll(project => IsOnlyStart(project) && RepositoryPath.Upwards(project.Folder).Skip(1).Any(folder => byFolder.TryGetValue(folder, out var around) && around.Requires("django") is not null));
        var workspaces = new UvWorkspaces(projects);
        foreach (var project in projects)
        {
            var workspace = workspaces.RootOf(project);
            var nested = projects.Where(other => other != project && RepositoryPath.IsWithin(other.Folder, project.Folder) && other.Folder != project.Folder).Select(other => other.Folder).ToList();
            var manager = PythonPackageManagers.Find(context, project, workspace);
            var component = new Component(RepositoryPath.ToModel(project.Folder), project.Name, Ecosystems.Python)
            {
                Frameworks = [.. Frameworks.Where(known => project.Requires(known.Package) is not null).Select(known => known.Name)],
                PackageManager = manager,
                Runtimes = PythonVersions.Find(context, project) is { } version ? [version] : [],
                Services = services.For(project.Folder, project.Requirements.Select(requirement => requirement.Name), name => project.Requires(name)?.Place),
            };
            yield return manager is null ? component : component with { Commands = Commands(context, project, manager, workspace, nested, workspaces.MembersOf(project)) };
        }
    }

    private static IReadOnlyList<Command> Commands(DetectionContext context, PythonProject project, PackageManager manager, PythonProject? workspace, List<string> nested, IReadOnlyList<string> members)
    {
        var tests = new PythonTests(context, project, workspace, nested);
        var tools = new PythonTools(context, project, workspace, manager.Name, tests);
        var runners = new PythonTaskRunners(context, project, tools);
        var tasks = new TaskCommands(context, project.Folder, Ecosystems.Python, tools.AreOnThePath);
        var install = new PythonInstall(workspace ?? project, manager, isWorkspace: workspace is not null || members.Count > 0);
        List<CommandCandidate> candidates =
        [
            .. CiCommands.For(context, project.Folder, command => runners.Resolve(command) ?? tools.Resolve(command) ?? tasks.Resolve(command)),
            .. tasks.Candidates(),
            .. runners.Candidates(),
            .. tools.Candidates(),
        ];
        var installation = install.Candidate(tools.Used);
        candidates.AddRange(CiCommands.For(context, (workspace ?? project).Folder, install.Resolve)
            .Where(candidate => installation is null || PythonInstall.Covers(candidate.Run, installation.Run)).Take(1));
        if (installation is not null)
        {
            candidates.Add(installation);
        }

        foreach (var (kind, tool) in tools.Undeclared)
        {
            candidates.AddRange(CiCommands.For(context, project.Folder, command => install.ResolveTool(command, kind, tool)).Take(1));
        }

        if (CommandChoice.Choose(context, candidates).FirstOrDefault(command => command.Kind == CommandKind.Test) is { } test
            && install.Runner(candidates.Where(candidate => candidate.Run == test.Run)) is { } runner)
        {
            candidates.Add(runner);
        }

        var commands = CommandChoice.Choose(context, candidates);
        tools.AbstainFromWhatIsNotInstalled(commands);
        return members.Count == 0 ? commands : [.. commands.Select(command => command.Kind == CommandKind.Test ? command with { Reach = tests.Reach(command.Run, members) } : command)];
    }

    /// <summary>A strong manifest makes a folder a project anywhere; a weak one only where no project is around it.</summary>
    private static List<string> Folders(RepositorySnapshot snapshot)
    {
        var strong = Manifests.SelectMany(snapshot.Named).Select(file => file.Directory).Where(folder => !RepositoryPath.IsSample(folder)).ToHashSet(StringComparer.Ordinal);
        var weak = WeakManifests.SelectMany(snapshot.Named).Select(file => file.Directory)
            .Where(folder => !RepositoryPath.IsSample(folder) && folder.Split('/')[^1] is not ("docs" or "doc" or "requirements" or "scripts" or ".github"))
            .Distinct().OrderBy(folder => folder.Length).ThenBy(folder => folder, StringComparer.Ordinal);
        foreach (var folder in weak)
        {
            if (!RepositoryPath.Upwards(folder).Any(strong.Contains))
            {
                strong.Add(folder);
            }
        }

        return [.. strong.Order(StringComparer.Ordinal)];
    }

    /// <summary>A folder whose only manifest is <c>manage.py</c> is where the project around it, which declares Django, is started.</summary>
    private static bool IsOnlyStart(PythonProject project) =>
        project.PyprojectFile is null && project.SetupCfg is null && project.ToxIni is null && project.RequirementFiles.Count == 0
        && project.Find("setup.py") is null && project.Find("Pipfile") is null && project.Find("noxfile.py") is null;

    /// <summary>A <c>pyproject.toml</c> or <c>setup.cfg</c> that only configures tools, in a folder without Python, is no project.</summary>
    private static bool IsReal(DetectionContext context, PythonProject project)
    {
        var declares = project.Pyproject?["project"] is not null || project.Tool("poetry") is not null || project.Tool("uv", "workspace") is not null
            || project.Find("setup.py") is not null || project.Find("Pipfile") is not null || project.Find("manage.py") is not null;
        var hasCode = context.Snapshot.Under(project.Folder).Any(file => file.Extension == ".py" && file.Name is not ("setup.py" or "conftest.py"));
        var isNested = project.Folder.Length > 0 && project.Find("setup.py") is null && project.Pyproject?["project"] is null && project.Tool("poetry") is null && project.Find("Pipfile") is null && project.Find("manage.py") is null
            && project.RequirementFiles.Count == 0;
        return declares || (hasCode && !isNested && (project.RequirementFiles.Count > 0 || project.IsPackage || project.ToxIni is not null || project.Find("noxfile.py") is not null || project.SetupCfg?.Section("metadata") is not null));
    }
}
