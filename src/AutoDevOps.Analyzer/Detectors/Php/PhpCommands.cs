using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Php;

/// <summary>The commands of a PHP project: Composer's, and the tools that it requires and configures.</summary>
internal sealed class PhpCommands
{
    private static readonly Tool[] Tools =
    [
        new("phpstan", CommandKind.Typecheck, ["phpstan/phpstan", "larastan/larastan", "nunomaduro/larastan"], ["phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"], "analyse"),
        new("psalm", CommandKind.Typecheck, ["vimeo/psalm"], ["psalm.xml", "psalm.xml.dist"], ""),
        new("phpcs", CommandKind.Lint, ["squizlabs/php_codesniffer", "slevomat/coding-standard", "doctrine/coding-standard"], ["phpcs.xml", "phpcs.xml.dist", ".phpcs.xml", ".phpcs.xml.dist"], ""),
        new("php-cs-fixer", CommandKind.Format, ["friendsofphp/php-cs-fixer"], [".php-cs-fixer.dist.php", ".php-cs-fixer.php"], "fix --dry-run --diff"),
        new("pint", CommandKind.Format, ["laravel/pint"], ["pint.json"], "--test"),
    ];

    private static readonly string[] TestConfigurations = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"];

    private readonly DetectionContext _context;
    private readonly PhpProject _project;
    private readonly string? _lock;
    private readonly Evidence? _test;
    private readonly Evidence? _testConfiguration;

    public PhpCommands(DetectionContext context, PhpProject project, string? lockFile, IReadOnlyList<string> nested)
    {
        _context = context;
        _project = project;
        _lock = lockFile;
        _testConfiguration = Configuration(TestConfigurations);
        var test = context.Snapshot.Under(project.Folder)
            .FirstOrDefault(file => file.Name.EndsWith("Test.php", StringComparison.Ordinal) && !nested.Any(folder => RepositoryPath.IsWithin(file.Directory, folder)) && !file.Path.Contains("/vendor/", StringComparison.Ordinal));
        test ??= context.Snapshot.Under(RepositoryPath.File(project.Folder, "tests")).FirstOrDefault(file => file.Extension == ".phpt");
        _test = test is null ? null : Cite.File(test);
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        yield return new(CommandKind.Install, "install", _lock is null ? "composer update --no-interaction" : "composer install --no-interaction", _project.Folder, CommandSource.ToolConfiguration, 0.95,
            _lock is null ? [Cite.File(_project.File)] : [Cite.File(_project.File), new(_lock, 0)]);
        if (Find(".env.example") is { } example && Find("artisan") is { } artisan && Find(".env") is null)
        {
            // Laravel does not start without a key, and its tests start it.
            yield return new(CommandKind.Install, "environment", "cp .env.example .env && php artisan key:generate", _project.Folder, CommandSource.ToolConfiguration, 0.85, [Cite.File(example), Cite.File(artisan)])
            {
                OnlyFor = CommandKind.Test,
            };
        }

        if (TestRunner() is { } runner && _test is not null)
        {
            yield return Candidate(CommandKind.Test, runner.Program, $"{_project.BinFolder}/{runner.Program}", 0.93, [.. _testConfiguration is null ? Array.Empty<Evidence>() : [_testConfiguration], runner.Place, _test]);
        }
        else if (_test is not null)
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "test", $"there are tests ({_test}), and composer.json requires neither PHPUnit nor Pest");
        }

        foreach (var tool in Tools)
        {
            var configured = Configuration(tool.Configurations);
            if (_project.Require(tool.Packages) is { } required)
            {
                // Without a configuration most of them do not know which files to read; Pint does.
                if (configured is not null || tool.Program == "pint")
                {
                    yield return Candidate(tool.Kind, tool.Program, $"{_project.BinFolder}/{tool.Program} {tool.Arguments}".TrimEnd(), configured is null ? 0.7 : 0.9, [.. configured is null ? Array.Empty<Evidence>() : [configured], required]);
                }
            }
            else if (configured is not null)
            {
                _context.Abstain(RepositoryPath.ToModel(_project.Folder), Abstentions.Word(tool.Kind), $"{tool.Program} is configured at {configured.Path}, but composer.json does not require it");
            }
        }
    }

    /// <summary>Recognises Composer, and the required tools by their place.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = command.Words is ["php", .. var script] ? script : command.Words;
        if (words is ["composer", "install" or "update" or "i" or "u", ..])
        {
            return words.Any(word => word is "--no-dev" or "--dry-run") ? null : new(CommandKind.Install, "install", [Cite.File(_project.File)]);
        }

        if (words is ["artisan", "test", ..] && Find("artisan") is { } artisan && TestRunner() is not null)
        {
            return new(CommandKind.Test, "phpunit", [Cite.File(artisan)]);
        }

        if (words.Length == 0 || !words[0].TrimStart('.', '/').StartsWith(_project.BinFolder + "/", StringComparison.Ordinal))
        {
            return words is ["composer", "validate", ..] ? new(CommandKind.Lint, "composer-validate", [Cite.File(_project.File)]) : null;
        }

        var program = words[0][(words[0].LastIndexOf('/') + 1)..];
        if (program is "phpunit" or "pest" or "simple-phpunit" or "paratest" && TestRunner(program) is { } runner)
        {
            return words.Length > 1 && words[1] == "install" ? null : new(CommandKind.Test, program, [runner]);
        }

        var known = Array.Find(Tools, tool => tool.Program == program);
        return known is null || _project.Require(known.Packages) is not { } place || PhpScripts.Repairs(string.Join(' ', words)) ? null : new(known.Kind, program, [place]);
    }

    private (string Program, Evidence Place)? TestRunner()
    {
        foreach (var program in (ReadOnlySpan<string>)["pest", "phpunit", "simple-phpunit"])
        {
            if (TestRunner(program) is { } place)
            {
                return (program, place);
            }
        }

        return null;
    }

    private Evidence? TestRunner(string program) => program switch
    {
        "pest" => _project.Require("pestphp/pest"),
        "phpunit" => _project.Require("phpunit/phpunit"),
        "paratest" => _project.Require("brianium/paratest"),
        _ => _project.Require("symfony/phpunit-bridge"),
    };

    private CommandCandidate Candidate(CommandKind kind, string family, string run, double confidence, IReadOnlyList<Evidence> evidence) =>
        new(kind, family, run, _project.Folder, CommandSource.ToolConfiguration, confidence, evidence);

    private Evidence? Configuration(IEnumerable<string> names) => names.Select(name => Find(name)).OfType<SnapshotFile>().Select(Cite.File).FirstOrDefault();

    private SnapshotFile? Find(string name) => _context.Snapshot.Find(RepositoryPath.File(_project.Folder, name));

    private sealed record Tool(string Program, CommandKind Kind, string[] Packages, string[] Configurations, string Arguments);
}
