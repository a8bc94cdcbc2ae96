using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Terraform;

/// <summary>The commands of a Terraform module: none needs credentials, none changes anything.</summary>
internal sealed partial class TerraformCommands
{
    private readonly DetectionContext _context;
    private readonly TerraformModule _module;
    private readonly string? _lockFile;
    private readonly string _program;
    private readonly string? _version;
    private readonly bool _isWithinAnother;
    private readonly Evidence _place;
    private readonly Evidence? _test;
    private readonly Evidence? _lint;

    /// <param name="program"><c>terraform</c> or <c>tofu</c>.</param>
    /// <param name="version">The lowest that it is run with; null: the newest.</param>
    /// <param name="isWithinAnother">A module above it is a component, whose check of the format reaches down here.</param>
    public TerraformCommands(DetectionContext context, TerraformModule module, string? lockFile, string program, string? version, bool isWithinAnother)
    {
        _context = context;
        _module = module;
        _lockFile = lockFile;
        _program = program;
        _version = version;
        _isWithinAnother = isWithinAnother;
        _place = module.RequiredVersion?.Place ?? Cite.File(module.Files[0]);
        _test = context.Snapshot.Files.Where(file => file.Name.EndsWith(".tftest.hcl", StringComparison.Ordinal) && (file.Directory == module.Folder || file.Directory == RepositoryPath.File(module.Folder, "tests")))
            .Select(Cite.File).FirstOrDefault();
        _lint = RepositoryPath.Upwards(module.Folder).Select(folder => context.Snapshot.Find(RepositoryPath.File(folder, ".tflint.hcl"))).OfType<SnapshotFile>().Select(Cite.File).FirstOrDefault();
    }

    private IReadOnlyList<string> Needs => _program == "terraform" ? [] : [_program];

    public IEnumerable<CommandCandidate> Candidates()
    {
        var readOnly = _lockFile is null ? "" : " -lockfile=readonly";
        Evidence[] install = _lockFile is null ? [_place] : [new(_lockFile, 0), _place];
        yield return Candidate(CommandKind.Install, "init", $"{_program} init -backend=false{readOnly}", Source("terraform_validate"), 0.9, install);
        yield return Candidate(CommandKind.Typecheck, "validate", $"{_program} validate", Source("terraform_validate"), 0.85, [_place, .. Hook("terraform_validate")]);
        if (!_isWithinAnother)
        {
            yield return Candidate(CommandKind.Format, "fmt", $"{_program} fmt -check -recursive", Source("terraform_fmt"), 0.8, [_place, .. Hook("terraform_fmt")]);
        }

        if (_lint is not null)
        {
            yield return Candidate(CommandKind.Lint, "tflint", "tflint", Source("terraform_tflint"), 0.85, [_lint, .. Hook("terraform_tflint")]) with { Needs = ["tflint"] };
        }

        // Tests with real providers create real things; only those that mock them or only plan are safe to run unasked.
        if (_test is not null && !HasTests())
        {
            _context.Abstain(RepositoryPath.ToModel(_module.Folder), "test", $"{_test} needs a newer version than {_version}, the lowest that is promised to work");
        }
        else if (_test is not null && IsHarmless())
        {
            yield return Candidate(CommandKind.Test, "test", $"{_program} test", CommandSource.Convention, 0.75, [_test, _place]);
        }
        else if (_test is not null)
        {
            _context.Abstain(RepositoryPath.ToModel(_module.Folder), "test", $"{_test} applies with real providers, which needs an account");
        }
    }

    /// <summary>Recognises <c>fmt -check, init -backend=false, validate, test</c> and the configured linter.</summary>
    public ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
    {
        [var program, "fmt", .. var options] when program == _program && options.Contains("-check") && options.All(word => word.StartsWith('-') || word == ".") => new(CommandKind.Format, "fmt", [_place]) { Needs = Needs },
        [var program, "init", .. var options] when program == _program && options.Contains("-backend=false") => new(CommandKind.Install, "init", [_place]) { Needs = Needs },
        [var program, "validate", ..] when program == _program => new(CommandKind.Typecheck, "validate", [_place]) { Needs = Needs },
        [var program, "test", ..] when program == _program && _test is not null => new(CommandKind.Test, "test", [_test, _place]) { Needs = Needs },
        ["tflint", .. var options] when _lint is not null && options is not ["--init", ..] && !options.Contains("--version") => new(CommandKind.Lint, "tflint", [_lint]) { Needs = ["tflint"] },
        _ => null,
    };

    private bool IsHarmless()
    {
        var tests = _context.Snapshot.Files.Where(file => file.Name.EndsWith(".tftest.hcl", StringComparison.Ordinal) && (file.Directory == _module.Folder || file.Directory == RepositoryPath.File(_module.Folder, "tests"))).Take(200).ToList();
        return tests.TrueForAll(file => file.Lines().Any(line => Mock().IsMatch(line.Text)));
    }

    /// <summary>Tests came with Terraform 1.6, the mocking of providers with 1.7; OpenTofu began with the first.</summary>
    private bool HasTests() =>
        _version?.Split('.') is not [var major, var minor, ..] || !int.TryParse(major, out var first) || !int.TryParse(minor, out var second) || first > 1 || second >= 7;

    private CommandSource Source(string hook) => Hook(hook).Length > 0 ? CommandSource.TaskRunner : CommandSource.ToolConfiguration;

    /// <summary>The hook of pre-commit that does the same, which the repository's own people run.</summary>
    private Evidence[] Hook(string id)
    {
        var file = _context.Snapshot.Find(".pre-commit-config.yaml");
        var node = (file?.Yaml().Root?["repos"]?.Items ?? []).SelectMany(repository => repository["hooks"]?.Items ?? [])
            .Select(hook => hook["id"]).FirstOrDefault(found => found?.Text == id);
        return node is null ? [] : [Cite.At(file!, node.Line)];
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string run, CommandSource source, double confidence, IReadOnlyList<Evidence> evidence) =>
        new(kind, family, run, _module.Folder, source, confidence, evidence) { Needs = Needs };

    [GeneratedRegex(@"^\s*(mock_provider\s|command\s*=\s*plan)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Mock();
}
