using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>Follows a command to what it runs in the end: through package scripts, make targets, tox, nox and shell scripts.</summary>
internal sealed partial class CommandReach(RepositorySnapshot snapshot)
{
    private const int MaxDepth = 5;

    private static readonly string[] Wrappers =
        ["sudo", "env", "time", "xvfb-run", "nix develop", "uv run", "uvx", "uv tool run", "poetry run", "pipenv run", "pdm run", "bundle exec", "npx", "bunx", "pnpm exec", "pnpm dlx", "yarn exec", "python -m", "python3 -m", "coverage run -m", "c8", "nyc", "cross-env"];

    private static readonly string[] OptionsWithValue =
        ["--filter", "-F", "-C", "--prefix", "--cwd", "--dir", "-w", "--workspace", "-p", "-n", "--with", "--group", "--extra", "--python", "-f", "--manifest-path", "-B"];

    private static readonly string[] NodeManagers = ["npm", "pnpm", "yarn", "bun"];

    /// <summary>The command and all that it leads to, each as words without wrappers in front.</summary>
    public IReadOnlyList<string[]> Of(string line, string folder)
    {
        var found = new List<string[]>();
        Follow(line, RepositoryPath.FromModel(folder), 0, found, new HashSet<string>(StringComparer.Ordinal));
        return found;
    }

    /// <summary>The name of the script that a Node package manager runs, or null.</summary>
    public static string? Script(string[] words)
    {
        if (words.Length < 2 || !NodeManagers.Contains(words[0]))
        {
            return null;
        }

        var rest = Plain(words[1..]).Where(word => word is not ("run" or "run-script")).ToList();
        if (words[0] == "bun" && words[1] == "test")
        {
            // Its own runner.
            return null;
        }

        return rest switch
        {
            ["workspace", _, var script, ..] => script,
            ["workspaces", "foreach", .., var last] => last,
            [var script, ..] => script is "t" or "tst" ? "test" : script,
            _ => null,
        };
    }

    /// <summary>The words that are no options and no values of options.</summary>
    public static IEnumerable<string> Plain(IEnumerable<string> words)
    {
        var skip = false;
        foreach (var word in words)
        {
            if (skip)
            {
                skip = false;
            }
            else if (word == "--")
            {
                yield break;
            }
            else if (word.StartsWith('-'))
            {
                skip = OptionsWithValue.Contains(word);
            }
            else
            {
                yield return word;
            }
        }
    }

    private void Follow(string line, string folder, int depth, List<string[]> found, HashSet<string> seen)
    {
        if (depth > MaxDepth || !seen.Add(folder + "\n" + line))
        {
            return;
        }

        var where = folder;
        foreach (var command in ShellLine.Parse(line))
        {
            var words = Unwrap(command.Words);
            if (words.Length != command.Words.Length)
            {
                // The wrapper is often a package manager.
                found.Add(command.Words);
            }

            if (words is ["cd" or "pushd", var target])
            {
                where = RepositoryPath.Combine(where, target) ?? where;
                continue;
            }

            if (words.Length == 0)
            {
                continue;
            }

            found.Add(words);
            foreach (var (next, nextFolder) in Bodies(words, where))
            {
                Follow(next, nextFolder, depth + 1, found, seen);
            }
        }
    }

    private static string[] Unwrap(string[] words)
    {
        for (var again = true; again;)
        {
            again = false;
            var text = string.Join(' ', words.Take(3)) + " ";
            foreach (var wrapper in Wrappers)
            {
                var length = wrapper.Count(character => character == ' ') + 1;
                if (text.StartsWith(wrapper + " ", StringComparison.Ordinal) && words.Length > length)
                {
                    words = [.. AfterOptions(words[length..])];
                    again = true;
                    break;
                }
            }
        }

        if (words.Length > 0 && words[0].StartsWith("${", StringComparison.Ordinal))
        {
            words[0] = words[0][(words[0].IndexOf('}', StringComparison.Ordinal) + 1)..];
        }

        return words is ["", ..] ? [] : words;
    }

    private static IEnumerable<string> AfterOptions(string[] words)
    {
        var at = 0;
        while (at < words.Length && (words[at].StartsWith('-') || words[at].StartsWith(".#", StringComparison.Ordinal) || words[at].Contains('=')))
        {
            at += OptionsWithValue.Contains(words[at]) ? 2 : 1;
        }

        return words.Skip(at);
    }

    private IEnumerable<(string Line, string Folder)> Bodies(string[] words, string folder)
    {
        string? Text(string path) => RepositoryPath.Combine(folder, path) is { } whole ? snapshot.Find(whole)?.Text : null;
        if (Script(words) is { } script)
        {
            var every = words.Any(word => word is "-r" or "--recursive" or "-w" or "--workspaces" or "--filter" or "-F" or "workspace" or "workspaces");
            var manifests = every ? snapshot.Named("package.json").Where(file => !RepositoryPath.IsSample(file.Directory)) : new[] { snapshot.Find(folder.Length == 0 ? "package.json" : folder + "/package.json") }.OfType<SnapshotFile>();
            return manifests.SelectMany(file => new[] { "pre" + script, script }.Select(name => (Body: file.Json().Root?.At("scripts", name)?.Text, file.Directory)))
                .Where(entry => entry.Body is not null).Select(entry => (entry.Body!, entry.Directory));
        }

        return words switch
        {
            ["make" or "gmake", ..] => Make(words, folder),
            ["just", .. var rest] => Just(Text("justfile") ?? Text("Justfile"), Plain(rest).FirstOrDefault(), folder),
            ["composer", .. var rest] => Composer(Text("composer.json"), folder, [.. Plain(rest)]),
            ["tox", .. var rest] => TextLines(Environment(Text("tox.ini") ?? Text("pyproject.toml"), rest), folder),
            ["nox", ..] => [.. Sessions(Text("noxfile.py")).Select(line => (line, folder))],
            ["deno", "task", .. var rest] => Task(folder, Plain(rest).FirstOrDefault()),
            ["melos", .. var rest] => Melos(Plain(rest).LastOrDefault(word => word is not "run")),
            ["bash" or "sh", var path, ..] => TextLines(Text(path), folder),
            [var path, ..] when path.Contains('/') && !path.Contains("vendor/", StringComparison.Ordinal) && snapshot.Find(RepositoryPath.Combine(folder, path) ?? "") is { } file && (file.Extension == ".sh" || file.Text.StartsWith("#!", StringComparison.Ordinal)) => TextLines(file.Text, folder),
            _ => [],
        };
    }

    private List<(string Line, string Folder)> Make(string[] words, string folder)
    {
        var at = Array.IndexOf(words, "-C");
        var where = at > 0 && at + 1 < words.Length ? RepositoryPath.Combine(folder, words[at + 1]) ?? folder : folder;
        var lines = new List<(string Line, string Folder)>();
        var file = new[] { "GNUmakefile", "Makefile", "makefile" }.Select(name => snapshot.Find(where.Length == 0 ? name : $"{where}/{name}")).FirstOrDefault(found => found is not null);
        foreach (var target in file is null ? [] : Plain(words[1..]).Where(word => !word.Contains('=')))
        {
            var inside = false;
            foreach (var (_, text) in file!.Lines())
            {
                if (inside && text.StartsWith('\t'))
                {
                    lines.Add((text.Trim().TrimStart('@', '-').Replace("$(MAKE)", "make", StringComparison.Ordinal).Replace("$(GO)", "go", StringComparison.Ordinal), where));
                }
                else if (text.StartsWith(target, StringComparison.Ordinal) && text.AsSpan(target.Length).TrimStart().StartsWith(":"))
                {
                    inside = true;
                    var needs = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    lines.AddRange(needs.Where(need => Name().IsMatch(need)).Select(need => ("make " + need, where)));
                }
                else if (text.Length > 0 && text[0] != '#')
                {
                    inside = false;
                }
            }
        }

        return lines;
    }

    private static IEnumerable<(string Line, string Folder)> Just(string? text, string? recipe, string folder) =>
        recipe is null ? [] : (text ?? "").Split('\n').SkipWhile(line => !line.StartsWith(recipe, StringComparison.Ordinal) || !line.Contains(':')).Skip(1)
            .TakeWhile(line => line.Length == 0 || char.IsWhiteSpace(line[0])).Where(line => line.Trim().Length > 0).Select(line => (line.Trim().TrimStart('@'), folder));

    private static IEnumerable<(string Line, string Folder)> Composer(string? manifest, string folder, List<string> words)
    {
        var script = words.FirstOrDefault(word => word is not ("run" or "run-script"));
        if (manifest is null || script is null)
        {
            return [];
        }

        var body = DataDocument.Parse(DataFormat.Json, "composer.json", manifest).Root?.At("scripts", script);
        return (body?.ScalarOrItems() ?? []).Select(item => item.Text!.StartsWith('@') ? "composer " + item.Text[1..] : item.Text!).Select(line => (line, folder));
    }

    private IEnumerable<(string Line, string Folder)> Task(string folder, string? task)
    {
        var file = new[] { "deno.json", "deno.jsonc" }.Select(name => snapshot.Find(folder.Length == 0 ? name : $"{folder}/{name}")).FirstOrDefault(found => found is not null);
        var body = task is null ? null : file?.Json().Root?.At("tasks", task);
        return (body?.Text ?? body?["command"]?.Text) is { } line ? [(line, folder)] : [];
    }

    private IEnumerable<(string Line, string Folder)> Melos(string? script)
    {
        var scripts = snapshot.Find("melos.yaml")?.Yaml().Root?["scripts"] ?? snapshot.Find("pubspec.yaml")?.Yaml().Root?.At("melos", "scripts");
        var body = script is null ? null : scripts?[script];
        return (body?.Text ?? body?["run"]?.Text ?? body?["exec"]?.Text) is { } line ? [(line.Replace("melos exec -c 1 --", "", StringComparison.Ordinal).Replace("melos exec --", "", StringComparison.Ordinal), "")] : [];
    }

    private static IEnumerable<(string Line, string Folder)> TextLines(string? text, string folder) =>
        (text ?? "").Split('\n').Take(500).Select(line => line.Trim()).Where(line => line.Length is > 0 and < 400 && line[0] != '#')
            .Select(line => (line.StartsWith("commands", StringComparison.Ordinal) && line.Contains('=') ? line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..] : line, folder));

    /// <summary>The section of the environment that is asked for, of the general one where it has none.</summary>
    private static string? Environment(string? text, string[] words)
    {
        var at = Array.IndexOf(words, "-e");
        var names = at >= 0 && at + 1 < words.Length ? words[at + 1].Split(',') : [];
        var sections = (text ?? "").Split("\n[");
        var own = sections.Where(section => names.Any(name => section.StartsWith($"testenv:{name}]", StringComparison.Ordinal) || section.StartsWith($"tool.tox.env.{name}]", StringComparison.Ordinal))).ToList();
        var general = sections.Where(section => section.StartsWith("testenv", StringComparison.Ordinal) && section.Split(']')[0] is var head && (head == "testenv" || head.Contains('{')) || section.StartsWith("tool.tox.env_run_base]", StringComparison.Ordinal));
        return string.Join('\n', own.Count > 0 ? own : general);
    }

    /// <summary>What a nox session runs stands as strings in its code.</summary>
    private static IEnumerable<string> Sessions(string? text) =>
        Run().Matches(text ?? "").Select(match => string.Join(' ', Quoted().Matches(match.Groups["arguments"].Value).Select(word => word.Groups["word"].Value)));

    [GeneratedRegex("^[A-Za-z0-9_./-]+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"session\.run(_always|_install)?\((?<arguments>[^)]*)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    [GeneratedRegex("[\"'](?<word>[^\"']*)[\"']", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
