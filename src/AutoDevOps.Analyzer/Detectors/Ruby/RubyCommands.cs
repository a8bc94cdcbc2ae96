using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>The commands of a Ruby project: Rake tasks, RSpec, Rails, and the linters that its bundle brings.</summary>
internal sealed class RubyCommands
{
    private static readonly (string Program, string[] Gems, string Configuration, CommandKind Kind, string Run)[] Tools =
    [
        ("rubocop", ["rubocop"], ".rubocop.yml", CommandKind.Lint, "bundle exec rubocop"),
        ("standardrb", ["standard"], ".standard.yml", CommandKind.Lint, "bundle exec standardrb"),
        ("srb", ["sorbet"], "sorbet/config", CommandKind.Typecheck, "bundle exec srb tc"),
        ("steep", ["steep"], "Steepfile", CommandKind.Typecheck, "bundle exec steep check"),
    ];

    /// <summary>Taken over from existing CI only.</summary>
    private static readonly string[] OtherLinters = ["brakeman", "erb_lint", "haml-lint", "reek", "slim-lint"];

    private readonly DetectionContext _context;
    private readonly RubyProject _project;
    private readonly Rakefile? _rakefile;
    private readonly Evidence? _rake;
    private readonly Evidence? _spec;
    private readonly Evidence? _test;

    public RubyCommands(DetectionContext context, RubyProject project, IReadOnlyList<string> nested)
    {
        _context = context;
        _project = project;
        _rakefile = Find("Rakefile", "rakefile", "Rakefile.rb") is { } file ? Rakefile.Read(file) : null;
        _rake = project.Installs("rake", "rails", "railties");
        var sources = context.Snapshot.Under(project.Folder).Where(source => source.Extension == ".rb" && !nested.Any(folder => RepositoryPath.IsWithin(source.Directory, folder))).ToList();
        _spec = sources.Find(source => source.Name.EndsWith("_spec.rb", StringComparison.Ordinal)) is { } spec ? Cite.File(spec) : null;
        _test = sources.Find(source => source.Name.EndsWith("_test.rb", StringComparison.Ordinal) || source.Name.StartsWith("test_", StringComparison.Ordinal)) is { } test ? Cite.File(test) : null;
    }

    private Evidence? RSpec => _spec is null ? null : _project.Installs("rspec", "rspec-core", "rspec-rails");

    private SnapshotFile? Rails => Find("bin/rails") is { } rails && Find("config/application.rb") is not null && _project.Installs("rails", "railties") is not null ? rails : null;

    public IEnumerable<CommandCandidate> Candidates() => [.. Install(), .. Tests(), .. Checks()];

    /// <summary>Recognises what CI runs, with or without <c>bundle exec</c> or <c>bin/</c> in front.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        if (command.Words is ["bundle", "install", ..] or ["bundle"] && _project.Gemfile is { } gemfile)
        {
            // Without a lock file the locked form fails.
            return _project.Lock is null && command.Words.Any(word => word is "--deployment" or "--frozen") ? null : new(CommandKind.Install, "install", [Cite.File(gemfile)]);
        }

        var words = command.Words is ["bundle" or "bundler", "exec", .. var rest] ? rest : command.Words;
        if (words.Length == 0)
        {
            return null;
        }

        if (words[0].StartsWith("bin/", StringComparison.Ordinal) || words[0].StartsWith("./bin/", StringComparison.Ordinal))
        {
            var binary = Find(words[0].TrimStart('.', '/'));
            return binary is null ? null : Known([words[0][(words[0].LastIndexOf('/') + 1)..], .. words[1..]], Cite.File(binary));
        }

        return Known(words, null);
    }

    private ResolvedCommand? Known(string[] words, Evidence? binary)
    {
        switch (words)
        {
            case ["rake", .. var tasks]:
                return Rake([.. tasks.Where(task => !task.StartsWith('-') && !task.Contains('='))], binary);
            case ["rspec", ..] when RSpec is { } rspec:
                return new(CommandKind.Test, "rspec", Places(binary, rspec, _spec));
            case ["rails", .. var tasks] when Rails is { } rails && tasks.Any(task => task == "test" || task.StartsWith("test:", StringComparison.Ordinal)):
                return new(CommandKind.Test, tasks.Contains("test:system") && !tasks.Contains("test") ? "rails-e2e" : "rails", Places(binary, Cite.File(rails), _test));
            case ["cucumber", ..] when _project.Installs("cucumber", "cucumber-rails") is { } cucumber:
                return new(CommandKind.Test, "cucumber-e2e", Places(binary, cucumber));
        }

        var repairs = words.Any(word => word is "-a" or "-A" or "--autocorrect" or "--autocorrect-all" or "--auto-correct" or "--fix");
        if (Array.Find(Tools, tool => tool.Program == words[0]) is { Program: not null } known && !repairs && Installs(known.Gems[0]) is { } place)
        {
            return new(known.Kind, known.Program, Places(binary, place));
        }

        return OtherLinters.Contains(words[0]) && !repairs && _project.Installs(words[0]) is { } linter ? new(CommandKind.Lint, words[0], Places(binary, linter)) : null;
    }

    private ResolvedCommand? Rake(List<string> tasks, Evidence? binary)
    {
        if (_rakefile is null || _rake is null)
        {
            return null;
        }

        List<string> called = tasks.Count == 0 ? ["default"] : tasks;
        var found = called.Select(_rakefile.Find).OfType<RakeTask>().ToList();
        var kinds = called.Select(_rakefile.KindOf).ToList();
        CommandKind? kind = kinds.Contains(CommandKind.Test) ? CommandKind.Test : kinds.TrueForAll(one => one == CommandKind.Lint) ? CommandKind.Lint : null;
        return kind is null || found.Count < called.Count ? null : new(kind.Value, "rake " + string.Join(' ', called), [.. Places(binary, found[0].Place, _rake)]);
    }

    private IEnumerable<CommandCandidate> Install()
    {
        if (_project.Gemfile is not { } gemfile)
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "install", "there is a gemspec and no Gemfile: Bundler has nothing to install from");
            yield break;
        }

        // An option that Bundler remembers is gone in version 4; the variable works in all.
        var frozen = _project is { Lock: not null, LockKnowsLinux: true };
        if (_project is { Lock: { } made, LockKnowsLinux: false })
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "install", $"{made} was not made for Linux; `bundle lock --add-platform x86_64-linux` adds it");
        }

        yield return new(CommandKind.Install, "install", frozen ? "BUNDLE_FROZEN=true bundle install" : "bundle install", gemfile.Directory, CommandSource.ToolConfiguration, 0.95,
            _project.Lock is { } locked ? [Cite.File(gemfile), new(locked, 0)] : [Cite.File(gemfile)]);
    }

    private IEnumerable<CommandCandidate> Tests()
    {
        if (_project.Gemfile is null)
        {
            yield break;
        }

        if (_rakefile is not null && _rake is not null && RakeTest(_rakefile) is { } task)
        {
            yield return Candidate(CommandKind.Test, "rake", task.Name == "default" ? "bundle exec rake" : $"bundle exec rake {task.Name}", CommandSource.TaskRunner, 0.9, task.Place, _rake);
        }

        // As the workflow that Rails itself generates does.
        var prepare = Rails is not null && (Find("db/schema.rb") ?? Find("db/structure.sql")) is not null ? "bin/rails db:test:prepare" : null;
        if (RSpec is { } rspec)
        {
            yield return Candidate(CommandKind.Test, "rspec", prepare is null ? "bundle exec rspec" : $"{prepare} && bundle exec rspec", CommandSource.ToolConfiguration, 0.92, rspec, _spec!);
        }
        else if (Rails is { } rails && _test is not null)
        {
            yield return Candidate(CommandKind.Test, "rails", prepare is null ? "bin/rails test" : $"{prepare} test", CommandSource.ToolConfiguration, 0.92, Cite.File(rails), _test);
        }
        else if ((_test ?? _spec) is { } found && (_rakefile is null || _rake is null || RakeTest(_rakefile) is null))
        {
            _context.Abstain(RepositoryPath.ToModel(_project.Folder), "test", $"there are tests ({found}), and neither a Rake task nor RSpec in the bundle says how they are run");
        }
    }

    /// <summary>The task that the default task tests with; without a default, the one with the usual name.</summary>
    private static RakeTask? RakeTest(Rakefile rakefile) => rakefile.TestsOf("default") switch
    {
        [var only] when SafeName.IsSafe(only) => rakefile.Find(only),
        [_, _, ..] => rakefile.Find("default"),
        _ => new[] { "test", "spec" }.Where(name => rakefile.KindOf(name) == CommandKind.Test).Select(rakefile.Find).FirstOrDefault(),
    };

    private IEnumerable<CommandCandidate> Checks()
    {
        foreach (var (program, gems, configuration, kind, run) in _project.Gemfile is null ? [] : Tools)
        {
            var configured = Find(configuration);
            if (Installs(gems[0]) is { } place)
            {
                // Sorbet and Steep do nothing without their configuration; what shares the bundle of a folder around it is linted from there.
                if (configured is not null || (kind == CommandKind.Lint && _project.Gemfile!.Directory == _project.Folder))
                {
                    yield return Candidate(kind, program, run, CommandSource.ToolConfiguration, configured is null ? 0.75 : 0.9, [.. configured is null ? Array.Empty<Evidence>() : [Cite.File(configured)], place]);
                }
            }
            else if (configured is not null)
            {
                var why = _project.Names(gems[0]) ? "the bundle has it only in an optional group or under a condition" : "the bundle does not have it";
                _context.Abstain(RepositoryPath.ToModel(_project.Folder), Abstentions.Word(kind), $"{program} is configured at {configured.Path}, but {why}");
            }
        }
    }

    /// <summary>Every extension of RuboCop depends on RuboCop, and so does Standard.</summary>
    private Evidence? Installs(string gem) =>
        _project.Installs(gem) ?? (gem == "rubocop" && !_project.Names("rubocop") && _project.Installs("standard") is null ? _project.InstallsFamily("rubocop-") : null);

    private CommandCandidate Candidate(CommandKind kind, string family, string run, CommandSource source, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, _project.Folder, source, confidence, evidence);

    private SnapshotFile? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_context.Snapshot.Find(RepositoryPath.File(_project.Folder, name)) is { } file)
            {
                return file;
            }
        }

        return null;
    }

    private static IReadOnlyList<Evidence> Places(params Evidence?[] places) => [.. places.OfType<Evidence>()];
}
