namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Says what is wrong with a workspace: members that depend on each other in a circle, and lock files that nobody reads.</summary>
internal static class NodeWorkspaceChecks
{
    private static readonly string[] LockFiles = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

    public static void Report(DetectionContext context, FileIndex files, NodePackage root, IReadOnlyList<NodePackage> members)
    {
        foreach (var member in members)
        {
            foreach (var name in LockFiles.Where(name => files.Exists(member.Folder, name)))
            {
                context.Report(new(RepositoryPath.File(member.Folder, name), 0, $"Lies in a member of the workspace of {root.File.Path}, whose package manager does not read it."));
            }
        }

        foreach (var circle in Circles(members))
        {
            var names = circle.Select(member => member.Folder).ToList();
            var place = circle[0].Dependency(circle.Count > 1 ? circle[1].Name : circle[0].Name);
            context.Report(new(circle[0].File.Path, place?.Line ?? 1, $"Packages of the workspace depend on each other in a circle, so that none can be built first: {string.Join(" -> ", names.Take(10).Append(names.Count > 10 ? "..." : names[0]))}."));
        }
    }

    /// <summary>One circle for each group of members that reach each other (Tarjan's strongly connected components, without recursion).</summary>
    internal static IEnumerable<IReadOnlyList<NodePackage>> Circles(IReadOnlyList<NodePackage> members)
    {
        var byName = members.GroupBy(member => member.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var needs = members.ToDictionary(member => member, member => member.Dependencies.Distinct(StringComparer.Ordinal)
            .Where(name => byName.ContainsKey(name) && member.Dependency(name) is not null).Select(name => byName[name]).ToList());
        var rank = new Dictionary<NodePackage, (int Index, int Low)>();
        var open = new List<NodePackage>();
        var isOpen = new HashSet<NodePackage>();
        foreach (var start in members.Where(member => !rank.ContainsKey(member)))
        {
            var path = new Stack<(NodePackage Member, int Next)>([(start, 0)]);
            while (path.TryPop(out var step))
            {
                var (member, next) = step;
                if (next == 0)
                {
                    rank[member] = (rank.Count, rank.Count);
                    open.Add(member);
                    isOpen.Add(member);
                }
                else if (rank[needs[member][next - 1]] is var child && isOpen.Contains(needs[member][next - 1]))
                {
                    rank[member] = (rank[member].Index, Math.Min(rank[member].Low, child.Low));
                }

                if (next < needs[member].Count)
                {
                    path.Push((member, next + 1));
                    if (!rank.ContainsKey(needs[member][next]))
                    {
                        path.Push((needs[member][next], 0));
                    }

                    continue;
                }

                if (rank[member].Low == rank[member].Index)
                {
                    var at = open.IndexOf(member);
                    var group = open[at..];
                    open.RemoveRange(at, group.Count);
                    isOpen.ExceptWith(group);
                    if (group.Count > 1 || needs[member].Contains(member))
                    {
                        yield return Walk(group, needs);
                    }
                }
            }
        }
    }

    /// <summary>A way around within the group, from its first member in the order of folders.</summary>
    private static List<NodePackage> Walk(List<NodePackage> group, Dictionary<NodePackage, List<NodePackage>> needs)
    {
        var within = group.ToHashSet();
        var first = group.MinBy(member => member.Folder, StringComparer.Ordinal)!;
        var before = new Dictionary<NodePackage, NodePackage>();
        var queue = new Queue<NodePackage>([first]);
        while (queue.TryDequeue(out var member))
        {
            foreach (var next in needs[member].Where(within.Contains))
            {
                if (next == first)
                {
                    var circle = new List<NodePackage>();
                    for (var at = member; at != first; at = before[at])
                    {
                        circle.Add(at);
                    }

                    circle.Add(first);
                    circle.Reverse();
                    return circle;
                }

                if (before.TryAdd(next, member))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return group;
    }
}
