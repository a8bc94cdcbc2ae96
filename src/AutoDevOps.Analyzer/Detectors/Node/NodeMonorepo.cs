using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>A workspace's root with its members: recognises what runs scripts in them, and knows whom a command of the root reaches.</summary>
internal sealed class NodeMonorepo(FileIndex files, NodePackage root, NodeScripts scripts, IReadOnlyList<NodePackage> members)
{
    private static readonly CommandKind[] Weight = [CommandKind.Test, CommandKind.Build, CommandKind.Typecheck, CommandKind.Lint];

    public bool HasMembers => members.Count > 0;

    /// <summary>Whether a member, or the root, has a script of this name.</summary>
    public bool HasScript(string name) => root.Script(name) is not null || members.Any(member => member.Script(name) is not null);

    /// <summary>Takes over how CI runs scripts in members, if the runner is the repository's and a member has the script.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (NodeFanOut.Parse(command.Words) is not { IsByChange: false } run || Place(run) is not { } place)
        {
            return null;
        }

        var reached = members.FirstOrDefault(member => run.Reaches(member, Relative(member)));
        var kinds = run.Tasks.Select(TaskNames.ClassifyInCi).OfType<CommandKind>().ToList();
        if (reached is null || kinds.Count == 0)
        {
            return null;
        }

        var script = run.Tasks.Select(reached.Script).First(key => key is not null)!;
        var kind = Weight.Where(kinds.Contains).Append(kinds[0]).First();
        if (run.Filters.Count > 0 && scripts.Mentions(kind) && members.Count(member => run.Reaches(member, Relative(member))) == 1 && members.Count(member => run.Tasks.Any(task => member.Script(task) is not null)) > 1)
        {
            // CI's job of one member says nothing about the whole, for which the root has a script.
            return null;
        }

        return new(kind, $"{run.Tool} {string.Join(' ', run.Tasks.Concat(run.Filters))}", [place, Cite.At(reached.File, script.Line)]);
    }

    /// <summary>The folders of the members in which a command of the root runs something; null when it does not say.</summary>
    public IReadOnlyList<string>? Reach(string run)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        return members.Count > 0 && Collect(run, reached, 0) == true ? [.. reached] : null;
    }

    /// <summary>True: every part of the line runs scripts in members; false: there is no part; null: some part is something else.</summary>
    private bool? Collect(string line, SortedSet<string> reached, int depth)
    {
        bool? found = false;
        foreach (var words in NodeFanOut.Commands(line))
        {
            if (words is ["cd" or "echo" or "export", ..])
            {
                continue;
            }

            if (NodeFanOut.Parse(words) is { } run)
            {
                reached.UnionWith(members.Where(member => run.Reaches(member, Relative(member))).Select(member => RepositoryPath.ToModel(member.Folder)));
            }
            else if (depth > 5 || scripts.BodyOf(words) is not { } body || Collect(body, reached, depth + 1) != true)
            {
                return null;
            }

            found = true;
        }

        return found;
    }

    /// <summary>What makes the runner the repository's own.</summary>
    private Evidence? Place(NodeFanOut run)
    {
        SnapshotFile? File(params string[] names) => files.In(root.Folder).FirstOrDefault(file => names.Contains(file.Name));
        switch (run.Tool)
        {
            case "turbo" when root.Dependency("turbo") is not null && File("turbo.json", "turbo.jsonc") is { } turbo:
                var tasks = turbo.Json().Root is { } settings ? settings["tasks"] ?? settings["pipeline"] : null;
                var task = run.Tasks.Select(name => tasks?.Key(name)).FirstOrDefault(key => key is not null);
                return task is null ? null : Cite.At(turbo, task.Line);
            case "nx" when root.Dependency("nx") is not null && File("nx.json") is { } nx:
                return Cite.File(nx);
            case "lerna" when root.Dependency("lerna") is not null && File("lerna.json") is { } lerna:
                return Cite.File(lerna);
            case "turbo" or "nx" or "lerna":
                return null;
            default:
                return Cite.File(root.File);
        }
    }

    private string Relative(NodePackage member) => root.Folder.Length == 0 ? member.Folder : member.Folder[(root.Folder.Length + 1)..];
}
