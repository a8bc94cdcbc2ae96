namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Says what is wrong with workspaces: that hold each other, whose members depend on each other in a circle, with lock files that nobody
/// reads.</summary>
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

    /// <summary>Packages of which each is in the workspace of the next, and the last in that of the first.</summary>
    public static void ReportNested(DetectionContext context, NodeWorkspaces workspaces, IReadOnlyList<NodePackage> packages)
    {
        var roots = packages.Where(workspaces.IsRoot).OrderBy(root => root.Folder, StringComparer.Ordinal).ToList();
        var byFolder = roots.ToDictionary(root => root.Folder, StringComparer.Ordinal);
        var holds = roots.ToDictionary(root => root, root => workspaces.FoldersNamedBy(root).Where(folder => folder != root.Folder).Select(folder => byFolder.GetValueOrDefault(folder)).OfType<NodePackage>().ToList());
        foreach (var circle in Detectors.Circles.Find(roots, holds))
        {
            var names = circle.Append(circle[0]).Select(root => RepositoryPath.ToModel(root.Folder)).Take(10);
            context.Report(new(circle[0].File.Path, circle[0].Root.Key("workspaces")?.Line ?? 1, $"Workspaces hold each other in a circle, so that no package manager knows whose lock file counts: {string.Join(" -> ", names)}. Keep one as the root, and take it out of the others."));
        }
    }

    private static IEnumerable<IReadOnlyList<NodePackage>> Circles(IReadOnlyList<NodePackage> members)
    {
        var byName = members.GroupBy(member => member.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return Detectors.Circles.Find([.. members.OrderBy(member => member.Folder, StringComparer.Ordinal)], members.ToDictionary(member => member, member => member.Dependencies.Distinct(StringComparer.Ordinal)
            .Where(name => byName.ContainsKey(name) && member.Dependency(name) is not null).Select(name => byName[name]).ToList()));
    }
}
