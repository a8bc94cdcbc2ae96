using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>A command that runs scripts in several packages of a workspace: <c>turbo run test</c>, <c>nx run-many -t test</c>,
/// <c>lerna run test</c>, and what package managers have of their own.</summary>
/// <param name="Tool"><c>turbo nx lerna pnpm npm yarn bun</c>.</param>
/// <param name="Tasks">The scripts it runs where a package has them.</param>
/// <param name="Filters">Names, or paths beginning with <c>./</c>, with stars; an exclamation mark before one leaves it out. None: every package.</param>
/// <param name="IsByChange">It compares with another commit to choose packages, which a checkout of one commit cannot.</param>
internal sealed record NodeFanOut(string Tool, IReadOnlyList<string> Tasks, IReadOnlyList<string> Filters, bool IsByChange)
{
    private const int MaxFilters = 50;

    private List<(bool IsExcluded, bool IsPath, Regex Pattern)>? _selection;

    /// <summary>Reads the words of a command; null when it runs nothing in members.</summary>
    public static NodeFanOut? Parse(IReadOnlyList<string> words)
    {
        var at = 0;
        while (at < words.Count && words[at] is "npx" or "bunx" or "exec" or "x" or "--no-install" or "-w" or "--workspace-root")
        {
            at++;
        }

        if (at + 1 < words.Count && words[at] is "pnpm" or "yarn" or "npm" or "bun")
        {
            var next = at + 1;
            while (next < words.Count && words[next] is "exec" or "x" or "run" or "--" or "-w" or "--no-install")
            {
                next++;
            }

            at = next < words.Count && words[next] is "turbo" or "nx" or "lerna" ? next : at;
        }

        string[] rest = [.. words.Skip(at + 1).TakeWhile(word => word != "--")];
        return words.ElementAtOrDefault(at) switch
        {
            "turbo" => Make("turbo", Positional([.. rest.SkipWhile(word => word == "run")]), Options(rest, "--filter", "-F")),
            "nx" when rest is ["run-many" or "affected", ..] => Make("nx", [.. Options(rest, "-t", "--target", "--targets").SelectMany(value => value.Split(','))], [.. Options(rest, "-p", "--projects").SelectMany(value => value.Split(','))], rest[0] == "affected"),
            "lerna" when rest is ["run", ..] => Make("lerna", Positional([.. rest.Skip(1)]).Take(1), [.. Options(rest, "--scope"), .. Options(rest, "--ignore").Select(name => $"!{name}")], rest.Any(word => word.StartsWith("--since", StringComparison.Ordinal))),
            "pnpm" or "bun" when rest.Any(word => word is "-r" or "--recursive" || word.StartsWith("--filter", StringComparison.Ordinal) || word == "-F") =>
                Make(words[at], Positional([.. rest.Where(word => word != "run")]).Take(1), Options(rest, "--filter", "-F")),
            "npm" when rest.Any(word => word is "-ws" or "--workspaces" or "-w" || word.StartsWith("--workspace=", StringComparison.Ordinal)) =>
                Make("npm", Positional([.. rest.Where(word => word is not ("run" or "run-script"))]).Take(1), Options(rest, "-w", "--workspace")),
            "yarn" when rest is ["workspaces", "run" or "foreach", ..] => Make("yarn", Positional([.. rest.Skip(2).Where(word => word != "run")]).Take(1), Options(rest, "--include")),
            "yarn" when rest is ["workspace", var name, .. var script] => Make("yarn", Positional([.. script.Where(word => word != "run")]).Take(1), [name]),
            _ => null,
        };
    }

    /// <summary>Whether it runs something in a package.</summary>
    /// <param name="folder">Relative to the workspace's root.</param>
    public bool Reaches(NodePackage package, string folder) =>
        Tasks.Any(task => package.Script(task) is not null) && IsSelected(package.Name, folder);

    private bool IsSelected(string name, string folder)
    {
        _selection ??= [.. Filters.Select(Selection).OfType<(bool, bool, Regex)>()];
        var wanted = _selection.Where(filter => !filter.IsExcluded).ToList();
        return (wanted.Count == 0 || wanted.Exists(filter => filter.Pattern.IsMatch(filter.IsPath ? folder : name)))
            && !_selection.Exists(filter => filter.IsExcluded && filter.Pattern.IsMatch(filter.IsPath ? folder : name));
    }

    /// <summary>With <c>...</c> a filter takes dependencies or dependents along; the named packages are among them in any case.</summary>
    private static (bool IsExcluded, bool IsPath, Regex Pattern)? Selection(string filter)
    {
        var isExcluded = filter.StartsWith('!');
        var pattern = (isExcluded ? filter[1..] : filter).Replace("...", "", StringComparison.Ordinal).Trim('^', '{', '}');
        if (pattern.Length is 0 or > 200)
        {
            return null;
        }

        return pattern.StartsWith("./", StringComparison.Ordinal)
            ? (isExcluded, true, WorkspaceGlob.ToRegex(pattern))
            : (isExcluded, false, new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
    }

    private static NodeFanOut? Make(string tool, IEnumerable<string> tasks, IReadOnlyList<string> filters, bool isByChange = false)
    {
        var named = tasks.Where(task => task.Length > 0).Take(20).ToList();
        return named.Count == 0 ? null : new(tool, named, [.. filters.Take(MaxFilters)], isByChange || filters.Any(filter => filter.Contains('[')));
    }

    /// <summary>Words that are neither options nor the value of one that is written apart from it.</summary>
    private static IEnumerable<string> Positional(IReadOnlyList<string> words)
    {
        for (var index = 0; index < words.Count; index++)
        {
            if (!words[index].StartsWith('-'))
            {
                yield return words[index];
            }
            else if (words[index] is "--filter" or "-F" or "--scope" or "--ignore" or "-w" or "--workspace" or "--concurrency" or "--include" or "--exclude" or "-C" or "--dir" or "--cwd" or "--from" or "-j" or "--jobs")
            {
                index++;
            }
        }
    }

    private static List<string> Options(string[] words, params string[] names)
    {
        var values = new List<string>();
        for (var index = 0; index < words.Length; index++)
        {
            var name = names.FirstOrDefault(option => words[index] == option || words[index].StartsWith(option + "=", StringComparison.Ordinal));
            if (name is null)
            {
                continue;
            }

            if (words[index].Length > name.Length)
            {
                values.Add(words[index][(name.Length + 1)..]);
                continue;
            }

            // nx takes several after one -t.
            do
            {
                index++;
                if (index < words.Length)
                {
                    values.Add(words[index]);
                }
            }
            while (name == "-t" && index + 1 < words.Length && !words[index + 1].StartsWith('-'));
        }

        return values;
    }

    /// <summary>Every command of a line that means the same anywhere, with its words.</summary>
    public static IEnumerable<string[]> Commands(string line) => ShellLine.Parse(line).Take(50).Select(command => command.Words);
}
