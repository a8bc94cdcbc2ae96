using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Php;

/// <summary>The scripts of a <c>composer.json</c> as commands. A script that repairs what it should complain of is not taken.</summary>
internal sealed class PhpScripts
{
    // What PHP projects call their checks, beyond the names that all ecosystems share; the plainest first.
    private static readonly (CommandKind Kind, string[] Names)[] Known =
    [
        (CommandKind.Test, ["phpunit", "pest"]),
        (CommandKind.Lint, ["phpcs", "cs", "check:style", "style:check", "cs:check", "check:cs", "sniff"]),
        (CommandKind.Format, ["cs:test", "pint:test", "test:lint", "php:cs:fixer:check"]),
        (CommandKind.Typecheck, ["phpstan", "stan", "psalm", "analyse", "analyze", "static:analysis", "phpstan:check"]),
    ];

    private static readonly Dictionary<string, string[]> Programs = new(StringComparer.Ordinal)
    {
        ["pest"] = ["pestphp/pest"],
        ["php-cs-fixer"] = ["friendsofphp/php-cs-fixer"],
        ["phpcs"] = ["squizlabs/php_codesniffer"],
        ["phpstan"] = ["phpstan/phpstan", "larastan/larastan", "nunomaduro/larastan"],
        ["phpunit"] = ["phpunit/phpunit", "pestphp/pest"],
        ["pint"] = ["laravel/pint"],
        ["psalm"] = ["vimeo/psalm", "psalm/plugin-laravel"],
    };

    private readonly PhpProject _project;
    private readonly string? _lockText;
    private readonly Dictionary<string, Script> _scripts = new(StringComparer.Ordinal);

    /// <param name="lockFile">The path of the lock file, which names what the requirements bring; or null.</param>
    public PhpScripts(DetectionContext context, PhpProject project, string? lockFile)
    {
        _project = project;
        _lockText = lockFile is null ? null : context.Snapshot.Find(lockFile)?.Text;
        foreach (var (name, key, value) in project.Scripts)
        {
            // Scripts of events run by themselves.
            if (name.StartsWith("pre-", StringComparison.Ordinal) || name.StartsWith("post-", StringComparison.Ordinal))
            {
                continue;
            }

            var place = Cite.At(project.File, key.Line);
            if (SafeName.IsSafe(name))
            {
                _scripts.TryAdd(name, new(name, string.Join('\n', value.ScalarOrItems().Select(item => item.Text)), place));
            }
            else
            {
                Abstentions.Unsafe(context, project.Folder, name, place);
            }
        }
    }

    public IEnumerable<CommandCandidate> Candidates(string folder) =>
        from script in _scripts.Values
        let kind = Classify(script.Name)
        where kind is not null && script.Body.Length > 0 && IsUsable(script)
        orderby kind.Value.Rank
        select new CommandCandidate(kind.Value.Kind, "script " + script.Name, $"composer run-script {script.Name}", folder, CommandSource.TaskRunner, 0.93, [script.Place]);

    /// <summary>A script that CI calls: <c>composer test</c>, <c>composer run test</c>, <c>composer run-script test</c>.</summary>
    public ResolvedCommand? Resolve(string[] words)
    {
        var named = words is ["composer", "run" or "run-script", .. var rest] ? rest : words is ["composer", .. var direct] ? direct : [];
        var name = named.FirstOrDefault(word => !word.StartsWith('-'));
        if (name is null || !_scripts.TryGetValue(name, out var script) || !IsUsable(script))
        {
            return null;
        }

        var kind = Classify(script.Name)?.Kind ?? TaskNames.ClassifyInCi(script.Name);
        return kind is null ? null : new(kind.Value, "script " + script.Name, [script.Place]);
    }

    private bool IsUsable(Script script)
    {
        var body = Full(script.Body, []);
        return !LongRunning.Is(body) && !Repairs(body) && body.Split('\n').All(IsInstalled);
    }

    /// <summary>Whether the tool that a line begins with is there, as far as it is one that is known here.</summary>
    private bool IsInstalled(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word is "@php" or "php" || word.StartsWith('-') || word.Contains('=')).ToList();
        var program = words.Count == 0 ? "" : words[0][(words[0].LastIndexOf('/') + 1)..];
        return !Programs.TryGetValue(program, out var packages) || _project.Require(packages) is not null
            || (_lockText is not null && Array.Exists(packages, package => _lockText.Contains($"\"{package}\"", StringComparison.Ordinal)));
    }

    private static (CommandKind Kind, int Rank)? Classify(string name)
    {
        if (TaskNames.Classify(name) is { } shared)
        {
            return shared;
        }

        var plain = name.ToLowerInvariant().Replace('-', ':').Replace('_', ':').Replace('.', ':');
        foreach (var (kind, names) in Known)
        {
            var rank = Array.IndexOf(names, plain);
            if (rank >= 0)
            {
                return (kind, 100 + rank);
            }
        }

        return null;
    }

    /// <summary>The body with those of the scripts that it calls (<c>@name</c>).</summary>
    private string Full(string body, HashSet<string> seen) =>
        string.Join('\n', body.Split('\n').Select(line =>
            line.StartsWith('@') && line.Split(' ')[0][1..] is var name && seen.Count < 50 && seen.Add(name) && _scripts.GetValueOrDefault(name) is { } called ? Full(called.Body, seen) : line));

    /// <summary>Whether a command rewrites files: PHP-CS-Fixer, Pint and Rector do unless they are told not to.</summary>
    public static bool Repairs(string body) =>
        body.Split('\n').Any(line =>
            line.Contains("phpcbf", StringComparison.Ordinal) || line.Contains("--fix", StringComparison.Ordinal)
            || (line.Contains("php-cs-fixer", StringComparison.Ordinal) && !line.Contains("--dry-run", StringComparison.Ordinal) && !line.Contains("php-cs-fixer check", StringComparison.Ordinal))
            || (HasWord(line, "pint") && !line.Contains("--test", StringComparison.Ordinal))
            || (HasWord(line, "rector") && !line.Contains("--dry-run", StringComparison.Ordinal) && !line.Contains(" -n", StringComparison.Ordinal)));

    private static bool HasWord(string line, string program) => line.Split(' ').Any(word => word == program || word.EndsWith("/" + program, StringComparison.Ordinal));

    private sealed record Script(string Name, string Body, Evidence Place);
}
