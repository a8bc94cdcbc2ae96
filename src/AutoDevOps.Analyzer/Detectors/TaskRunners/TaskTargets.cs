using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.TaskRunners;

/// <summary>The tasks that any ecosystem may define: makefiles, justfiles, Taskfiles, mise tasks and scripts by the names of
/// "scripts to rule them all".</summary>
internal static class TaskTargets
{
    private static readonly string[] ScriptFolders = ["", "script", "scripts", "bin"];
    private static readonly string[] ScriptNames = ["test", "tests", "lint", "build", "typecheck", "format-check", "coverage", "bootstrap", "run-tests", "run_tests"];

    /// <summary>The tasks of a folder in the order of their precedence; those with an unsafe name are left out and said.</summary>
    public static IReadOnlyList<TaskTarget> In(DetectionContext context, string folder)
    {
        var targets = new List<TaskTarget>();
        foreach (var target in Read(context, folder))
        {
            if (!SafeName.IsSafe(target.Name))
            {
                Abstentions.Unsafe(context, folder, target.Name, target.Evidence);
            }
            else if (target.IsEndless)
            {
                Abstentions.Passed(context, folder, target, "calls itself, and so never ends");
            }
            else
            {
                targets.Add(target);
            }
        }

        return targets;
    }

    private static IEnumerable<TaskTarget> Read(DetectionContext context, string folder)
    {
        var makefile = First(context, folder, "GNUmakefile", "makefile", "Makefile");
        var justfile = First(context, folder, "justfile", ".justfile", "Justfile");
        var taskfile = First(context, folder, "Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml");
        var mise = First(context, folder, "mise.toml", ".mise.toml");
        return
        [
            .. makefile is null ? [] : Makefile.Read(makefile),
            .. justfile is null ? [] : Justfile.Read(justfile),
            .. taskfile is null ? [] : Tasks(context, taskfile, taskfile.Yaml(), "task", "cmds"),
            .. mise is null ? [] : Tasks(context, mise, mise.Toml(), "mise", "run"),
            .. Scripts(context, folder),
        ];
    }

    private static SnapshotFile? First(DetectionContext context, string folder, params string[] names) =>
        names.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).FirstOrDefault(file => file is not null);

    private static IEnumerable<TaskTarget> Tasks(DetectionContext context, SnapshotFile file, DataDocument document, string runner, string bodyKey)
    {
        var command = runner == "mise" ? "mise run" : runner;
        foreach (var (key, task) in document.Root?["tasks"]?.Entries ?? [])
        {
            if (key.Text is { } name && !task["internal"].IsTrue())
            {
                var commands = task.ScalarOrItems().Concat(task[bodyKey]?.ScalarOrItems() ?? []).Select(node => node.Text);
                yield return new(runner, name, $"{command} {name}", string.Join('\n', commands), Cite.At(file, key.Line));
            }
        }
    }

    private static bool IsTrue(this DataNode? node) => node is not null && node.IsTrue;

    private static IEnumerable<TaskTarget> Scripts(DetectionContext context, string folder)
    {
        foreach (var scripts in ScriptFolders)
        {
            foreach (var name in ScriptNames)
            {
                var relative = RepositoryPath.File(scripts, name);
                var file = context.Snapshot.Find(RepositoryPath.File(folder, relative)) ?? context.Snapshot.Find(RepositoryPath.File(folder, relative + ".sh"));

                // Whether it may be executed is not in the text; a first line that names an interpreter says that it is meant to be.
                if (file is not null && file.Text.StartsWith("#!", StringComparison.Ordinal))
                {
                    yield return new("script", name, $"./{RepositoryPath.File(scripts, file.Name)}", file.Text, Cite.At(file, 1));
                }
            }
        }
    }
}
