using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Deno;

/// <summary>The tasks of a <c>deno.json</c> as commands: watchers, servers, repairs and unsafe names left out.</summary>
internal sealed class DenoTasks
{
    private static readonly string[] Runtimes = ["node", "npm", "npx", "pnpm", "yarn", "bun", "bunx"];

    private readonly DetectionContext _context;
    private readonly string _folder;
    private readonly List<Task> _tasks = [];

    public DenoTasks(DetectionContext context, DenoConfiguration project)
    {
        _context = context;
        _folder = project.Folder;
        var bodies = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, body) in project.Tasks)
        {
            bodies[key.Text!] = body;
        }

        foreach (var (key, body) in project.Tasks)
        {
            var place = Cite.At(project.File, key.Line);
            if (!SafeName.IsSafe(key.Text))
            {
                Abstentions.Unsafe(context, project.Folder, key.Text!, place);
                continue;
            }

            var needs = project.Needs(key.Text!).Take(50).Select(need => bodies.GetValueOrDefault(need, ""));
            var whole = string.Join('\n', needs.Append(body).Where(text => text.Length > 0));
            if (whole.Length > 0)
            {
                _tasks.Add(new(key.Text!, whole, Kind(key.Text!, whole, bodies), Called(key.Text!, Expanded(whole, bodies, []), place), place));
            }
        }
    }

    /// <summary>Whether a task would do something of this kind, offered or not.</summary>
    public bool Mention(CommandKind kind) => _tasks.Exists(task => task.Kind == kind);

    public IEnumerable<CommandCandidate> Candidates(DetectionContext context)
    {
        foreach (var kind in _tasks.Where(task => task.Kind is not null && Rank(task) is not null).GroupBy(task => task.Kind!.Value))
        {
            var ending = kind.Where(task => !LongRunning.Is(task.Body)).OrderBy(Rank).ToList();
            if (ending.Count == 0)
            {
                context.Abstain(RepositoryPath.ToModel(_folder), Abstentions.Word(kind.Key), $"the task '{kind.First().Name}' at {kind.First().Place} watches or serves, and would not end in CI");
            }

            foreach (var task in ending)
            {
                var (needs, areBrought) = task.Called;
                yield return new(kind.Key, task.Name, $"deno task {task.Name}", _folder, areBrought ? CommandSource.TaskRunner : CommandSource.Convention, areBrought ? 0.95 : 0.7, [task.Place]) { Needs = needs };
            }
        }
    }

    /// <summary>Recognises <c>deno task x</c>, and <c>deno run x</c>, which runs a task if no file has the name.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var name = command.Words switch
        {
            ["deno", "task", .. var rest] => rest.SkipWhile(word => word is "-q" or "--quiet" or "-r" or "--recursive").FirstOrDefault(),
            _ => null,
        };
        var task = _tasks.Find(task => task.Name == name);
        if (task is { Called.AreBrought: false } foreign)
        {
            _context.Abstain(RepositoryPath.ToModel(_folder), Abstentions.Word(foreign.Kind ?? CommandKind.Test), $"the task at {foreign.Place} calls {string.Join(", ", foreign.Called.Needs)}, which setting up Deno does not bring");
            return null;
        }

        return task is null || (task.Kind ?? TaskNames.ClassifyInCi(task.Name)) is not { } kind || LongRunning.Is(task.Body)
            ? null
            : new(kind, task.Name, [task.Place]) { Needs = task.Called.Needs };
    }

    /// <summary>Another runtime is not brought by setting up Deno, even where the task installs its packages.</summary>
    private static (IReadOnlyList<string> Needs, bool AreBrought) Called(string name, string body, Evidence place)
    {
        var (needs, areBrought) = CalledPrograms.Of(new("deno", name, "", body, place), Ecosystems.Deno, program => program == "deno");
        var runtimes = body.Split('\n').SelectMany(ShellLine.Parse).Select(command => command.Words[0].TrimStart('(')).Where(Runtimes.Contains).ToList();
        return ([.. needs.Concat(runtimes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], areBrought && runtimes.Count == 0);
    }

    private static int? Rank(Task task) => TaskNames.Classify(task.Name)?.Rank ?? (task.Kind is null ? null : 50);

    /// <summary>By what it runs where the name says nothing: <c>check</c>, <c>ok</c>, <c>fmt</c>. A formatter that writes checks nothing.</summary>
    private static CommandKind? Kind(string name, string body, Dictionary<string, string> bodies)
    {
        var whole = Expanded(body, bodies, []);
        var calls = whole.Split('\n').SelectMany(ShellLine.Parse).Select(command => command.Words).ToList();
        if (calls.Exists(words => words is ["deno", "fmt", ..] && !words.Contains("--check") || words.Contains("--fix")))
        {
            return null;
        }

        if (calls.Count > 0 && calls.TrueForAll(words => words is ["deno", "check", ..]))
        {
            return CommandKind.Typecheck;
        }

        if (calls.Count > 0 && calls.TrueForAll(words => words is ["deno", "fmt", ..]))
        {
            return CommandKind.Format;
        }

        if (TaskNames.Classify(name) is { } known)
        {
            return known.Kind;
        }

        return name is not ("check" or "ok" or "ci" or "verify") ? null
            : calls.Exists(words => words is ["deno", "test", ..]) ? CommandKind.Test
            : calls.Exists(words => words is ["deno", "lint", ..]) ? CommandKind.Lint
            : calls.Exists(words => words is ["deno", "check", ..]) ? CommandKind.Typecheck
            : null;
    }

    /// <summary>A body with those of the tasks that it calls, one command a line.</summary>
    private static string Expanded(string body, Dictionary<string, string> bodies, HashSet<string> seen)
    {
        var lines = new List<string>();
        foreach (var command in body.Split('\n').SelectMany(ShellLine.Parse))
        {
            var called = command.Words is ["deno", "task", var name, ..] && seen.Count < 50 && seen.Add(name) ? bodies.GetValueOrDefault(name) : null;
            lines.Add(called is null ? command.Text : Expanded(called, bodies, seen));
        }

        return string.Join('\n', lines);
    }

    private sealed record Task(string Name, string Body, CommandKind? Kind, (IReadOnlyList<string> Needs, bool AreBrought) Called, Evidence Place);
}
