using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>Finds what installs a Python project: its lock file, then the tool its <c>pyproject.toml</c> is written for, then pip.</summary>
internal static class PythonPackageManagers
{
    private static readonly (string File, string Manager)[] LockFiles =
        [("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm"), ("Pipfile.lock", "pipenv")];

    /// <summary>Null after abstaining: lock files of several managers, and nothing that decides.</summary>
    public static PackageManager? Find(DetectionContext context, PythonProject project, PythonProject? workspace)
    {
        var owner = workspace ?? project;
        var locks = LockFiles.Where(entry => project.Files.Exists(owner.Folder, entry.File)).ToList();
        if (locks.Count > 1)
        {
            var used = locks.Where(entry => UsedByCi(context, entry.Manager)).ToList();
            if (used.Count != 1)
            {
                context.Abstain(RepositoryPath.ToModel(project.Folder), "packageManager",
                    $"lock files of {string.Join(" and ", locks.Select(entry => entry.Manager))} are there, and existing CI does not decide between them");
                return null;
            }

            locks = used;
        }

        if (locks.Count == 1)
        {
            var path = RepositoryPath.File(owner.Folder, locks[0].File);
            return new(locks[0].Manager, null, path, 0.97, [new(path, 0)]);
        }

        if (workspace is not null)
        {
            return new("uv", null, null, 0.9, [workspace.ToolPlace("uv")!]);
        }

        return Configured(context, project);
    }

    private static PackageManager Configured(DetectionContext context, PythonProject project)
    {
        // Poetry's table may hold settings only while another tool installs; its dependencies or package name say that it is Poetry's.
        if ((project.Tool("poetry", "dependencies") ?? project.Tool("poetry", "name")) is not null
            || project.Pyproject?.At("build-system", "build-backend")?.Text == "poetry.core.masonry.api")
        {
            return new("poetry", null, null, 0.92, [project.ToolPlace("poetry") ?? Cite.File(project.PyprojectFile!)]);
        }

        if (project.Find("Pipfile") is { } pipfile)
        {
            return new("pipenv", null, null, 0.95, [Cite.File(pipfile)]);
        }

        if (project.ToolPlace("pdm") is { } pdm && (project.Tool("pdm", "dev-dependencies") ?? project.Tool("pdm", "scripts")) is not null)
        {
            return new("pdm", null, null, 0.9, [pdm]);
        }

        if (project.Tool("hatch", "envs") is not null && project.ToolPlace("hatch") is { } hatch)
        {
            return new("hatch", null, null, 0.9, [hatch]);
        }

        if (project.Tool("uv") is not null && UsedByCi(context, "uv"))
        {
            return new("uv", null, null, 0.85, [project.ToolPlace("uv")!]);
        }

        if (project.RequirementFiles.Count > 0)
        {
            return new("pip", null, null, 0.9, [Cite.File(project.RequirementFiles[0])]);
        }

        var manifest = project.PyprojectFile ?? project.Find("setup.py") ?? project.Find("setup.cfg") ?? project.Find("tox.ini") ?? project.Find("noxfile.py") ?? project.Find("manage.py");
        return new("pip", null, null, 0.8, [Cite.File(manifest!)]);
    }

    private static bool UsedByCi(DetectionContext context, string manager) =>
        CiCommands.Steps(context).Any(entry => entry.Step.Run is { } run && Ci.ShellLine.Parse(run).Any(command => command.Words[0] == manager && command.Words is [_, "sync" or "install" or "run", ..]));
}
