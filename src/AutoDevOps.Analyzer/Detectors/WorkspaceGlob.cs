using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>The globs with which a workspace names the folders of its members: <c>packages/*</c>, <c>apps/**</c>, <c>./one</c>.</summary>
internal static class WorkspaceGlob
{
    /// <summary>Matches a folder relative to the workspace's root.</summary>
    public static Regex ToRegex(string glob)
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
