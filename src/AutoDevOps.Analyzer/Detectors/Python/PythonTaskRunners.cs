using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Python;

/// <summary>The environments and scripts of Python's own task runners: tox, nox, hatch, pdm, poe.</summary>
internal sealed partial class PythonTaskRunners
{
    private readonly PythonProject _project;
    private readonly PythonTools _tools;
    private readonly string _prefix;
    private readonly List<(string Runner, string Name, string Run, Evidence Place)> _tasks;

    public PythonTaskRunners(DetectionContext context, PythonProject project, PythonTools tools)
    {
        _project = project;
        _tools = tools;
        _prefix = tools.Prefix;
        var all = Nox().Concat(Hatch()).Concat(Scripts("pdm", "pdm run", project.Tool("pdm", "scripts"))).Concat(Scripts("poe", $"{_prefix}poe", project.Tool("poe", "tasks"))).Concat(Pipenv()).Concat(ToxEnvironments()).ToList();
        _tasks = [.. all.Where(task => SafeName.IsSafe(task.Name))];
        foreach (var task in all.Where(task => !SafeName.IsSafe(task.Name)))
        {
            Abstentions.Unsafe(context, project.Folder, task.Name, task.Place);
        }
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (Tox() is { } tox)
        {
            // With several interpreters listed, tox itself would want them all; "py" is the one that is running.
            var run = tox.SeveralInterpreters ? "tox run -e py" : tox.HasEnvironmentList ? "tox" : "tox run -e py";
            yield return new(CommandKind.Test, "tox", Called("tox") + run["tox".Length..], _project.Folder, CommandSource.TaskRunner, 0.85, [tox.Place]);
        }

        foreach (var (_, name, run, place) in _tasks.Where(task => TaskNames.Classify(task.Name) is not null).OrderBy(task => TaskNames.Classify(task.Name)!.Value.Rank))
        {
            yield return new(TaskNames.Classify(name)!.Value.Kind, run, run, _project.Folder, CommandSource.TaskRunner, 0.88, [place]);
        }
    }

    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = command.Words is ["uvx", ..] ? [.. command.Words.SkipWhile(word => word is not ("tox" or "nox" or "hatch"))] : PythonTools.WithoutRunner(command.Words);
        if (words.Length == 0)
        {
            words = command.Words;
        }

        var name = words switch
        {
            ["tox"] or ["tox", "run"] or ["tox", "-p", ..] or ["tox", "run-parallel", ..] => "tox",
            ["tox", ..] when Option(words, "-e") is { } environment => environment,
            ["nox", ..] => Option(words, "-s") ?? Option(words, "--session") ?? Option(words, "-e"),
            ["poe", var task, ..] => task,
            _ when command.Words is ["hatch" or "pdm" or "pipenv", "run", var task, ..] => task,
            _ => null,
        };
        if (name is null)
        {
            return null;
        }

        if (words[0] == "tox" && Tox() is { } tox && (name is "tox" or "py" || OneInterpreter().IsMatch(name)))
        {
            Called("tox");

            // Bare tox in CI is told by a variable which environment to run; "py" is the one of the interpreter that is set up.
            var call = command.Words[0] == "uvx" ? "tox" : command.Text;
            var run = name == "tox" && tox.SeveralInterpreters ? call + (words.Contains("run") ? " -e py" : " run -e py") : call;
            return words is ["tox", "-p" or "run-parallel", ..] ? null : new(CommandKind.Test, "tox", [tox.Place], run);
        }

        var found = _tasks.Find(task => task.Name == name || task.Name == name.Split(':')[^1]);
        return found.Name is not null && TaskNames.ClassifyInCi(found.Name) is { } kind ? new(kind, found.Run, [found.Place]) : null;
    }

    private (Evidence Place, bool SeveralInterpreters, bool HasEnvironmentList)? Tox()
    {
        if (_project.ToxIni is { } ini && (ini.Section("tox") ?? ini.Section("testenv")) is { } section)
        {
            var list = ini.Value("tox", "envlist") ?? ini.Value("tox", "env_list");
            return (section, list is not null && Interpreter().Count(list.Value.Value.Replace("{", "", StringComparison.Ordinal)) + list.Value.Value.Count(',') > 1, list is not null);
        }

        if (_project.SetupCfg?.Section("tox:tox") is { } legacy)
        {
            return (legacy, true, true);
        }

        if (_project.Find("tox.toml") is { } toml)
        {
            return (Cite.File(toml), true, true);
        }

        return _project.Tool("tox") is { } table && _project.ToolPlace("tox") is { } place ? (place, (table["env_list"]?.Items.Count ?? 2) > 1, true) : null;
    }

    private IEnumerable<(string Runner, string Name, string Run, Evidence Place)> ToxEnvironments()
    {
        foreach (var (name, line) in _project.ToxIni?.Sections ?? [])
        {
            if (name.StartsWith("testenv:", StringComparison.Ordinal))
            {
                var environment = name["testenv:".Length..];
                yield return ("tox", environment, $"{Called("tox")} run -e {environment}", Cite.At(_project.ToxIni!.File, line));
            }
        }

        foreach (var (key, _) in _project.Tool("tox", "env")?.Entries ?? [])
        {
            if (key.Text is { } environment)
            {
                yield return ("tox", environment, $"{Called("tox")} run -e {environment}", _project.PyprojectAt(key));
            }
        }
    }

    private IEnumerable<(string Runner, string Name, string Run, Evidence Place)> Nox()
    {
        if (_project.Find("noxfile.py") is not { } file)
        {
            yield break;
        }

        var session = false;
        string? named = null;
        foreach (var (number, text) in file.Lines())
        {
            if (text.StartsWith("@nox.session", StringComparison.Ordinal) || text.StartsWith("@session", StringComparison.Ordinal))
            {
                session = true;
                named = SessionName().Match(text) is { Success: true } match ? match.Groups["name"].Value : null;
            }
            else if (session && text.StartsWith("def ", StringComparison.Ordinal))
            {
                var name = named ?? text["def ".Length..].Split('(')[0].Trim();
                yield return ("nox", name, $"{Called("nox")} -s {name}", Cite.At(file, number));
                session = false;
            }
        }
    }

    private IEnumerable<(string Runner, string Name, string Run, Evidence Place)> Hatch()
    {
        foreach (var (environment, table) in _project.Tool("hatch", "envs")?.Entries ?? [])
        {
            foreach (var (name, _) in table["scripts"]?.Entries ?? [])
            {
                if (name.Text is { } script && SafeName.IsSafe(environment.Text))
                {
                    var target = environment.Text == "default" ? script : $"{environment.Text}:{script}";
                    yield return ("hatch", script, $"hatch run {target}", _project.PyprojectAt(name));
                }
            }
        }
    }

    private IEnumerable<(string Runner, string Name, string Run, Evidence Place)> Scripts(string runner, string command, Parsing.DataNode? table) =>
        (table?.Entries ?? []).Where(entry => entry.Key.Text is not null).Select(entry => (runner, entry.Key.Text!, $"{command} {entry.Key.Text}", _project.PyprojectAt(entry.Key)));

    private IEnumerable<(string Runner, string Name, string Run, Evidence Place)> Pipenv() =>
        _project.Find("Pipfile") is not { } file ? []
        : (file.Toml().Root?["scripts"]?.Entries ?? []).Where(entry => entry.Key.Text is not null)
            .Select(entry => ("pipenv", entry.Key.Text!, $"pipenv run {entry.Key.Text}", Cite.At(file, entry.Key.Line)));

    /// <summary>How a runner is called: through the package manager where the project declares it, which is then installed too.</summary>
    private string Called(string runner)
    {
        if (_project.Requires(runner) is not { Source: not RequirementSource.Tox } declared)
        {
            return runner;
        }

        _tools.Use(declared);
        return _prefix + runner;
    }

    private static string? Option(string[] words, string option)
    {
        var at = Array.IndexOf(words, option);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }

    [GeneratedRegex("^py3?\\.?[0-9]{1,2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OneInterpreter();

    [GeneratedRegex("py(py)?-?[0-9]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Interpreter();

    [GeneratedRegex("""name\s*=\s*["'](?<name>[^"']{1,100})["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SessionName();
}
