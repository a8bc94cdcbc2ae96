using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>Which projects are members of which uv workspace, by <c>members</c> and <c>exclude</c> of its root.</summary>
internal sealed class UvWorkspaces
{
    private const int MaxRoots = 50;
    private const int MaxGlobs = 200;

    private readonly Dictionary<PythonProject, PythonProject> _rootOf = [];

    public UvWorkspaces(IReadOnlyList<PythonProject> projects)
    {
        foreach (var root in projects.Where(project => project.Tool("uv", "workspace") is not null).Take(MaxRoots))
        {
            var (members, excluded) = (Globs(root, "members"), Globs(root, "exclude"));
            foreach (var project in projects.Where(project => project != root && project.PyprojectFile is not null && RepositoryPath.IsWithin(project.Folder, root.Folder)))
            {
                var folder = root.Folder.Length == 0 ? project.Folder : project.Folder[(root.Folder.Length + 1)..];
                if (members.Exists(glob => glob.IsMatch(folder)) && !excluded.Exists(glob => glob.IsMatch(folder)))
                {
                    _rootOf.TryAdd(project, root);
                }
            }
        }
    }

    public PythonProject? RootOf(PythonProject project) => _rootOf.GetValueOrDefault(project);

    /// <summary>The folders of the members of a root; none of what is no root.</summary>
    public IReadOnlyList<string> MembersOf(PythonProject root) => [.. _rootOf.Where(entry => entry.Value == root).Select(entry => entry.Key.Folder)];

    private static List<Regex> Globs(PythonProject root, string key) =>
        [.. (root.Tool("uv", "workspace", key)?.Items ?? []).Select(item => item.Text).OfType<string>().Where(glob => glob.Length is > 0 and < 200).Take(MaxGlobs).Select(WorkspaceGlob.ToRegex)];
}
