using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Which packages belong to which workspace root (npm, yarn and bun <c>workspaces</c>, <c>pnpm-workspace.yaml</c>, <c>lerna.json</c>).</summary>
internal sealed class NodeWorkspaces
{
    private readonly List<(NodePackage Root, List<Regex> In, List<Regex> Out)> _roots = [];

    public NodeWorkspaces(DetectionContext context, IEnumerable<NodePackage> packages)
    {
        foreach (var package in packages)
        {
            var patterns = Patterns(context, package).Take(200).ToList();
            if (patterns.Count > 0)
            {
                _roots.Add((package,
                    [.. patterns.Where(pattern => !pattern.StartsWith('!')).Select(ToRegex)],
                    [.. patterns.Where(pattern => pattern.StartsWith('!')).Select(pattern => ToRegex(pattern[1..]))]));
            }
        }
    }

    public bool IsRoot(NodePackage package) => _roots.Any(root => root.Root == package);

    /// <summary>The innermost workspace root that claims the package, or null.</summary>
    public NodePackage? RootOf(NodePackage package) =>
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
            foreach (var diagnostic in document.Diagnostics)
            {
                context.Report(diagnostic);
            }

            own = own.Concat(document.Root?["packages"]?.ScalarOrItems() ?? []);
        }

        if (context.Snapshot.Find(RepositoryPath.File(package.Folder, "lerna.json")) is { } lerna)
        {
            own = own.Concat(lerna.Json().Root?["packages"]?.ScalarOrItems() ?? []);
        }

        return own.Select(node => node.Text!).Where(text => text.Length is > 0 and < 200);
    }

    private static Regex ToRegex(string glob)
    {
        var pattern = new StringBuilder("^");
        var path = glob.StartsWith("./", StringComparison.Ordinal) ? glob[2..] : glob;
        path = path.TrimEnd('/');
        for (var index = 0; index < path.Length; index++)
        {
            if (path[index] != '*')
            {
                pattern.Append(Regex.Escape(path[index].ToString()));
                continue;
            }

            var deep = index + 1 < path.Length && path[index + 1] == '*';
            index += deep ? 1 : 0;
            var slash = deep && index + 1 < path.Length && path[index + 1] == '/';
            index += slash ? 1 : 0;
            pattern.Append(slash ? "(?:.*/)?" : deep ? ".*" : "[^/]*");
        }

        return new Regex(pattern.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
