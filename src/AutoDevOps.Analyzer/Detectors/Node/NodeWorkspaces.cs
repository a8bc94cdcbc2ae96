using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Which packages belong to which workspace root (npm, yarn and bun <c>workspaces</c>, <c>pnpm-workspace.yaml</c>, <c>lerna.json</c>).</summary>
internal sealed class NodeWorkspaces
{
    private readonly List<(NodePackage Root, List<Regex> In, List<Regex> Out)> _roots = [];

    private readonly Dictionary<NodePackage, List<string>> _named = [];
    private readonly Dictionary<NodePackage, NodePackage> _rootOf = [];
    private readonly ILookup<NodePackage, NodePackage> _members;

    public NodeWorkspaces(DetectionContext context, IReadOnlyList<NodePackage> packages)
    {
        foreach (var package in packages)
        {
            var patterns = Patterns(context, package).Take(200).ToList();
            if (patterns.Count > 0)
            {
                _named.Add(package, [.. patterns.Select(pattern => pattern.StartsWith('!') ? null : RepositoryPath.Combine(package.Folder, pattern)).OfType<string>()]);
                _roots.Add((package,
                    [.. patterns.Where(pattern => !pattern.StartsWith('!')).Select(WorkspaceGlob.ToRegex)],
                    [.. patterns.Where(pattern => pattern.StartsWith('!')).Select(pattern => WorkspaceGlob.ToRegex(pattern[1..]))]));
            }
        }

        foreach (var package in packages)
        {
            if (Find(package) is { } root)
            {
                _rootOf.Add(package, root);
            }
        }

        _members = packages.Where(_rootOf.ContainsKey).ToLookup(package => _rootOf[package]);
    }

    public bool IsRoot(NodePackage package) => _roots.Any(root => root.Root == package);

    /// <summary>The folders that a root says are in its workspace, as far as they are said without a star.</summary>
    public IEnumerable<string> FoldersNamedBy(NodePackage root) => _named[root].Concat(_members[root].Select(member => member.Folder));

    /// <summary>The innermost workspace root that claims the package, or null.</summary>
    public NodePackage? RootOf(NodePackage package) => _rootOf.GetValueOrDefault(package);

    /// <summary>The packages that belong to a root and to none within it, in the order of their paths.</summary>
    public IReadOnlyList<NodePackage> MembersOf(NodePackage root) => [.. _members[root]];

    private NodePackage? Find(NodePackage package) =>
        _roots.Where(root => root.Root != package && RepositoryPath.IsWithin(package.Folder, root.Root.Folder))
            .Where(root => Matches(root.In, root.Out, Relative(package.Folder, root.Root.Folder)))
            .Select(root => root.Root)
            .MaxBy(root => root.Folder.Length);

    private static string Relative(string folder, string root) => root.Length == 0 ? folder : folder[(root.Length + 1)..];

    private static bool Matches(List<Regex> include, List<Regex> exclude, string folder) =>
        include.Any(pattern => pattern.IsMatch(folder)) && !exclude.Any(pattern => pattern.IsMatch(folder));

    private static IEnumerable<string> Patterns(DetectionContext context, NodePackage package)
    {
        var workspaces = package.Root["workspaces"];
        var own = (workspaces?["packages"] ?? workspaces)?.ScalarOrItems() ?? [];
        if (context.Snapshot.Find(RepositoryPath.File(package.Folder, "pnpm-workspace.yaml")) is { } pnpm)
        {
            var document = pnpm.Yaml();
            own = own.Concat(document.Root?["packages"]?.ScalarOrItems() ?? []);
        }

        if (context.Snapshot.Find(RepositoryPath.File(package.Folder, "lerna.json")) is { } lerna)
        {
            own = own.Concat(lerna.Json().Root?["packages"]?.ScalarOrItems() ?? []);
        }

        return own.Select(node => node.Text!).Where(text => text.Length is > 0 and < 200);
    }
}
