using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>The scripts of a package as commands: placeholders, watchers, servers and unsafe names left out.</summary>
internal sealed class NodeScripts
{
    private static readonly string[] BuiltIns = ["run", "install", "i", "ci", "add", "exec", "dlx", "audit", "publish", "pack", "version", "set", "config", "why", "npm", "workspaces", "workspace", "-w", "x"];

    private readonly NodePackage _package;
    private readonly NodeRunner _runner;
    private readonly NodePrograms _programs;
    private readonly List<(string Name, string Body, Evidence Evidence)> _scripts = [];
    private readonly HashSet<string> _endless;

    public NodeScripts(DetectionContext context, NodePackage package, NodeRunner runner, NodePrograms programs)
    {
        _package = package;
        _runner = runner;
        _programs = programs;
        foreach (var (key, body) in package.Scripts)
        {
            var place = Cite.At(package.File, key.Line);
            if (SafeName.IsSafe(key.Text))
            {
                _scripts.Add((key.Text!, body, place));
            }
            else
            {
                Abstentions.Unsafe(context, package.Folder, key.Text!, place);
            }
        }

        _endless = Endless(context);
    }

    /// <summary>Whether a script exists that would do something of this kind, offered or not.</summary>
    public bool Mentions(CommandKind kind) =>
        _scripts.Any(script => TaskNames.Classify(script.Name)?.Kind == kind && !IsPlaceholder(script.Body));

    /// <summary>Whether a script for tests runs something.</summary>
    public bool RunInTests(string command) =>
        _scripts.Any(script => TaskNames.Classify(script.Name)?.Kind == CommandKind.Test && Expanded(script.Body, 0).Contains(command, StringComparison.Ordinal));

    public IEnumerable<CommandCandidate> Candidates(DetectionContext context)
    {
        foreach (var kind in _scripts.Select(script => (Script: script, Kind: KindOf(script.Name, script.Body)))
            .Where(entry => entry.Kind is not null && !IsPlaceholder(entry.Script.Body))
            .GroupBy(entry => entry.Kind!.Value.Kind))
        {
            var ending = kind.Where(entry => WhyNot(context, entry.Script.Name, entry.Script.Body) is null).OrderBy(entry => entry.Kind!.Value.Rank).ToList();
            if (ending.Count == 0)
            {
                var first = kind.First().Script;
                context.Abstain(RepositoryPath.ToModel(_package.Folder), Abstentions.Word(kind.Key), $"the script '{first.Name}' at {first.Evidence} {WhyNot(context, first.Name, first.Body)}");
                continue;
            }

            // What repairs hides what it found.
            var checking = ending.Where(entry => kind.Key is not (CommandKind.Lint or CommandKind.Format) || !Repairs.Is(Expanded(entry.Script.Body, 0))).ToList();
            foreach (var (script, _) in checking)
            {
                yield return new(kind.Key, script.Name, _runner.Script(script.Name), _package.Folder, CommandSource.TaskRunner, 0.95, [script.Evidence]);
            }

            if (checking.Count == 0 && ending[0].Script is var repair)
            {
                if (Repairs.Check(repair.Body, tool => _package.Dependency(tool)) is { } check)
                {
                    yield return new(kind.Key, repair.Name, _runner.Tool(check.Run), _package.Folder, CommandSource.TaskRunner, 0.7, [repair.Evidence, check.Declared]);
                }
                else
                {
                    context.Abstain(RepositoryPath.ToModel(_package.Folder), Abstentions.Word(kind.Key), $"the script '{repair.Name}' at {repair.Evidence} repairs what it finds, and how it would only check is not known");
                }
            }
        }
    }

    /// <summary>Why a script would not do in CI, or null.</summary>
    private string? WhyNot(DetectionContext context, string name, string body)
    {
        if (_endless.Contains(name))
        {
            return "calls itself, and so never ends";
        }

        if (LongRunning.Is(Expanded(body, 0)))
        {
            return "watches or serves, and would not end in CI";
        }

        var whole = Whole(body);
        return whole.Select(part => context.CalledFiles.Missing(_package.Folder, part)).FirstOrDefault(path => path is not null) is { } missing ? Abstentions.Missing(missing)
            : whole.Select(_programs.Missing).FirstOrDefault(program => program is not null) is { } program ? $"calls {program}, which no dependency brings"
            : null;
    }

    /// <summary>The body, and those of the scripts that it calls.</summary>
    private List<string> Whole(string body)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<string> bodies = [body];
        for (var index = 0; index < bodies.Count && index < 20; index++)
        {
            bodies.AddRange(Called(bodies[index]).Where(seen.Add).Select(name => _scripts.Find(script => script.Name == name).Body).Where(found => found is not null));
        }

        return bodies;
    }

    /// <summary>Recognises a script in what CI runs: <c>npm run x</c>, <c>yarn x</c>, <c>pnpm -w x</c> and the like.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var name = NameOf(command.Words);
        var found = _scripts.Find(script => script.Name == name);
        if (found.Name is null || IsPlaceholder(found.Body) || _endless.Contains(found.Name))
        {
            return null;
        }

        var ends = command.Words.Any(word => word is "--watch=false" or "--watchAll=false" or "--no-watch" or "--run" || word.StartsWith("--ci", StringComparison.Ordinal));
        var kind = KindOf(found.Name, found.Body)?.Kind ?? TaskNames.ClassifyInCi(found.Name);
        return kind is null || (LongRunning.Is(Expanded(found.Body, 0)) && !ends) ? null : new(kind.Value, found.Name, [found.Evidence]);
    }

    /// <summary>What a script that is called runs, or null: no such call, or no such script.</summary>
    public string? BodyOf(string[] words) => NameOf(words) is { } name ? _scripts.Find(script => script.Name == name).Body : null;

    /// <summary>The scripts that call each other in a circle, after saying so, and those that call these.</summary>
    private HashSet<string> Endless(DetectionContext context)
    {
        var byName = _scripts.DistinctBy(script => script.Name, StringComparer.Ordinal).ToDictionary(script => script.Name, StringComparer.Ordinal);
        var names = byName.Keys.ToList();
        var calls = names.ToDictionary(name => name, name => Called(byName[name].Body).Concat(_runner.RunsHooks ? [$"pre{name}", $"post{name}"] : []).Where(byName.ContainsKey).ToList(), StringComparer.Ordinal);
        var endless = new HashSet<string>(StringComparer.Ordinal);
        foreach (var circle in Circles.Find(names, calls))
        {
            endless.UnionWith(circle);
            context.Report(new(_package.File.Path, byName[circle[0]].Evidence.Line, Abstentions.Circle("script", circle)));
        }

        var callers = calls.SelectMany(call => call.Value.Select(called => (Caller: call.Key, called))).ToLookup(call => call.called, call => call.Caller, StringComparer.Ordinal);
        var open = new Queue<string>(endless);
        while (open.TryDequeue(out var name))
        {
            foreach (var caller in callers[name].Where(endless.Add))
            {
                open.Enqueue(caller);
            }
        }

        return endless;
    }

    /// <summary>The scripts of the same package that a body calls in any case: not after <c>||</c>, and nowhere else.</summary>
    private static IEnumerable<string> Called(string body) =>
        body.Contains("||", StringComparison.Ordinal) ? []
        : ShellLine.Parse(body).Select(command => command.Words).TakeWhile(words => words[0] is not ("cd" or "if" or "for" or "while" or "case" or "exit"))
            .Where(words => !words.TakeWhile(word => word != "--").Any(LeadsElsewhere)).Select(NameOf).OfType<string>();

    private static bool LeadsElsewhere(string word) =>
        word is "-w" or "-ws" or "-C" or "-F" or "-r" or "--recursive" or "--dir" || word.StartsWith("--workspace", StringComparison.Ordinal) || word.StartsWith("--prefix", StringComparison.Ordinal)
        || word.StartsWith("--cwd", StringComparison.Ordinal) || word.StartsWith("--filter", StringComparison.Ordinal) || word.StartsWith("--if-present", StringComparison.Ordinal);

    private static string? NameOf(string[] words)
    {
        if (words is not [("npm" or "yarn" or "pnpm" or "bun") and var manager, .. var rest])
        {
            return null;
        }

        rest = [.. rest.SkipWhile(word => word is "-w" or "--workspace-root" or "-s" or "--silent")];
        return rest switch
        {
            ["run" or "run-script", var script, ..] when !script.StartsWith('-') => script,
            ["t" or "tst", ..] when manager == "npm" => "test",
            ["test", ..] when manager != "bun" => "test",
            [var script, ..] when manager is "yarn" or "pnpm" && !BuiltIns.Contains(script) => script,
            _ => null,
        };
    }

    /// <summary>By name; a script called after its tool's subject (<c>test:code</c> that is eslint) by what it runs.</summary>
    private static (CommandKind Kind, int Rank)? KindOf(string name, string body)
    {
        var tool = body.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word is "yarn" or "npx" or "pnpm" or "npm" or "exec" or "run" or "bunx" or "cross-env" || word.Contains('=')).FirstOrDefault();
        if (name is "format" or "fmt" or "prettier")
        {
            var checks = body.Split(' ').Any(word => word is "--check" or "-c" or "-l" or "--list-different");
            return checks && !body.Contains("--write", StringComparison.Ordinal) ? (CommandKind.Format, 50) : null;
        }

        if (TaskNames.Classify(name) is { } known)
        {
            return known;
        }

        if (name.StartsWith("test", StringComparison.Ordinal) && name.Length > 4)
        {
            return tool switch
            {
                "eslint" or "biome" or "oxlint" => (CommandKind.Lint, 60),
                "tsc" or "vue-tsc" => (CommandKind.Typecheck, 60),
                "prettier" => (CommandKind.Format, 60),
                _ => null,
            };
        }

        return null;
    }

    /// <summary>npm's <c>Error: no test specified</c>, and scripts that do nothing.</summary>
    private static bool IsPlaceholder(string body)
    {
        var text = body.Trim();
        return text.Length == 0
            || text.Contains("no test specified", StringComparison.OrdinalIgnoreCase)
            || text is "true" or "exit 0" or "exit 1" or ":"
            || (text.StartsWith("echo ", StringComparison.Ordinal) && text.AsSpan().IndexOfAny('|', '>', ';') < 0
                && (!text.Contains("&&", StringComparison.Ordinal) || text.EndsWith("&& exit 0", StringComparison.Ordinal) || text.EndsWith("&& exit 1", StringComparison.Ordinal)));
    }

    /// <summary>The body with that of the script it delegates to: <c>"test": "yarn test:app"</c>.</summary>
    private string Expanded(string body, int depth)
    {
        var words = body.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = words switch
        {
            ["npm" or "yarn" or "pnpm" or "bun", "run", var script, ..] => script,
            ["yarn" or "pnpm", var script, ..] => script,
            _ => null,
        };
        var next = name is null ? default : _scripts.Find(script => script.Name == name);
        return next.Name is null || depth > 5 ? body : body.Contains("&&", StringComparison.Ordinal) ? body : $"{Expanded(next.Body, depth + 1)} {string.Join(' ', words.SkipWhile(word => word != name).Skip(1))}".TrimEnd();
    }
}
