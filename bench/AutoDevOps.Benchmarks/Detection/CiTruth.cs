using System.Text.RegularExpressions;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.Services;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Benchmarks.Detection;

/// <summary>What a repository's own CI sets up and runs, read line by line from the steps: the detectors' choice of commands is not asked.</summary>
/// <remarks>Only the files and jobs that check changes count, as <see cref="CiCommands.Steps"/> tells them from releases and documentation.</remarks>
internal sealed partial class CiTruth
{
    private static readonly (string Action, string Runtime, string Input, string FileInput)[] Setups =
    [
        ("actions/setup-node", "node", "node-version", "node-version-file"),
        ("actions/setup-python", "python", "python-version", "python-version-file"),
        ("astral-sh/setup-uv", "python", "python-version", ""),
        ("actions/setup-go", "go", "go-version", "go-version-file"),
        ("actions/setup-java", "java", "java-version", "java-version-file"),
        ("actions/setup-dotnet", "dotnet", "dotnet-version", "global-json-file"),
        ("ruby/setup-ruby", "ruby", "ruby-version", ""),
        ("ruby/setup-ruby-pkgs", "ruby", "ruby-version", ""),
        ("shivammathur/setup-php", "php", "php-version", "php-version-file"),
        ("erlef/setup-beam", "elixir", "elixir-version", "version-file"),
        ("dart-lang/setup-dart", "dart", "sdk", ""),
        ("subosito/flutter-action", "flutter", "flutter-version", "flutter-version-file"),
        ("denoland/setup-deno", "deno", "deno-version", "deno-version-file"),
        ("oven-sh/setup-bun", "bun", "bun-version", "bun-version-file"),
        ("dtolnay/rust-toolchain", "rust", "toolchain", ""),
        ("actions-rs/toolchain", "rust", "toolchain", ""),
        ("haskell-actions/setup", "ghc", "ghc-version", ""),
        ("swift-actions/setup-swift", "swift", "swift-version", ""),
        ("hashicorp/setup-terraform", "terraform", "terraform_version", ""),
        ("mlugg/setup-zig", "zig", "version", ""),
    ];

    private static readonly (string Action, string Service)[] ServiceActions =
    [
        ("supercharge/redis-github-action", "redis"), ("shogo82148/actions-setup-redis", "redis"), ("supercharge/mongodb-github-action", "mongodb"),
        ("ankane/setup-postgres", "postgres"), ("ikalnytskyi/action-setup-postgres", "postgres"), ("ankane/setup-mysql", "mysql"), ("ankane/setup-mongodb", "mongodb"),
    ];

    private readonly List<(CiConfiguration Configuration, CiStep Step)> _steps;
    private readonly RepositorySnapshot _snapshot;
    private readonly RepositoryModel _model;

    /// <param name="generated">Whether to read what we generated instead of what its authors wrote.</param>
    public CiTruth(RepositorySnapshot snapshot, RepositoryModel model, bool generated = false)
    {
        (_snapshot, _model) = (snapshot, model);
        _steps = [.. CiCommands.Steps(new(snapshot, [.. model.Ci.Where(configuration => configuration.IsGenerated == generated)]))];
        var reach = new CommandReach(snapshot);
        foreach (var (configuration, step) in _steps.Where(entry => entry.Step.Run is not null))
        {
            // What GitHub puts in is one word.
            Lines.Add((step.Run!, configuration.Path, step.Line, reach.Of(Expression().Replace(step.Run!, "EXPRESSION"), step.WorkingDirectory)));
        }
    }

    /// <summary>Each line that CI runs, with all that it leads to.</summary>
    public List<(string Line, string Path, int Number, IReadOnlyList<string[]> Reach)> Lines { get; } = [];

    /// <summary>Whether there is CI whose steps cannot be read: of a vendor that is only recognised, or in another repository.</summary>
    public string? Unreadable
    {
        get
        {
            var vendors = _model.Ci.Where(configuration => configuration.Steps.Count == 0 && configuration.Vendor is not "github").Select(configuration => configuration.Vendor).Distinct(StringComparer.Ordinal).ToList();
            var called = _steps.Select(entry => entry.Step.Uses).FirstOrDefault(uses => uses is not null && uses.Contains("/.github/workflows/", StringComparison.Ordinal) && !uses.StartsWith("./", StringComparison.Ordinal));
            return called is not null ? $"calls `{called.Split('@')[0]}`, a workflow of another repository"
                : vendors.Count > 0 ? $"runs on {string.Join(", ", vendors)}, whose steps are not read"
                : _model.Ci.Count == 0 ? "has no CI"
                : null;
        }
    }

    /// <summary>The package managers that install what is declared, by group.</summary>
    public SortedDictionary<string, SortedSet<string>> Managers()
    {
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        void Add(string group, string name) => (found.TryGetValue(group, out var names) ? names : found[group] = new(StringComparer.Ordinal)).Add(name);
        foreach (var words in Lines.SelectMany(line => line.Reach))
        {
            if (ManagerFamilies.Of(words) is { } manager)
            {
                Add(manager.Group, manager.Key);
            }
        }

        foreach (var (_, step) in _steps)
        {
            if (step.Uses?.StartsWith("ruby/setup-ruby", StringComparison.Ordinal) == true && step.With.ContainsKey("bundler-cache"))
            {
                Add("ruby", "bundler");
            }
            else if (step.Uses?.StartsWith("ramsey/composer-install", StringComparison.Ordinal) == true)
            {
                Add("php", "composer");
            }
            else if (step.Uses?.StartsWith("gradle/gradle-build-action", StringComparison.Ordinal) == true)
            {
                Add("java", "gradle");
            }
        }

        return found;
    }

    /// <summary>The versions that CI sets up, by runtime; <c>file:</c> before the name of a file that says it, <c>?</c> for what is computed.</summary>
    public SortedDictionary<string, SortedSet<string>> Versions()
    {
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        void Add(string runtime, string version) => (found.TryGetValue(runtime, out var names) ? names : found[runtime] = new(StringComparer.Ordinal)).Add(version);
        foreach (var (_, step) in _steps.Where(entry => entry.Step.Uses is not null))
        {
            var setup = Setups.FirstOrDefault(setup => step.Uses!.Split('@')[0] == setup.Action);
            if (setup.Action is null)
            {
                continue;
            }

            var value = step.With.GetValueOrDefault(setup.Input);
            var file = setup.FileInput.Length == 0 ? null : step.With.GetValueOrDefault(setup.FileInput);
            var reference = step.Uses!.Split('@')[^1];
            if (value is null && file is null && setup.Runtime == "rust" && !Sha().IsMatch(reference) && reference is not ("master" or "v1"))
            {
                value = reference;
            }

            if (value is null && file is null && setup.Runtime is "dotnet" or "ruby")
            {
                // What the action reads when it is told nothing.
                file = setup.Runtime == "dotnet" ? "global.json" : ".ruby-version";
            }

            foreach (var version in (value ?? "").Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                Add(setup.Runtime, version.Contains("${{", StringComparison.Ordinal) ? "?" : version);
            }

            if (value is null && file is not null)
            {
                Add(setup.Runtime, file.Contains("${{", StringComparison.Ordinal) ? "?" : "file:" + file.TrimStart('.', '/').Replace("nvmrc", ".nvmrc", StringComparison.Ordinal));
            }
        }

        return found;
    }

    /// <summary>The services with a known image that CI starts beside its jobs or with a command.</summary>
    public SortedSet<string> Services()
    {
        var mentions = new List<ServiceMention>();
        ComposeServices.ReadCi(_snapshot, _model.Ci.Where(configuration => !configuration.IsGenerated), mentions, []);
        var names = new SortedSet<string>(mentions.Select(mention => mention.Service.Name), StringComparer.Ordinal);
        names.UnionWith(ServiceImages.Select(OfImage).OfType<string>());
        foreach (var action in _steps.Select(entry => entry.Step.Uses?.Split('@')[0]).OfType<string>())
        {
            if (ServiceActions.FirstOrDefault(known => known.Action == action).Service is { } service)
            {
                names.Add(service);
            }
        }

        names.UnionWith(Lines.SelectMany(line => line.Reach).Where(words => words is ["systemctl", "start", _] or ["service", _, "start"]).Select(words => OfImage(words[words[0] == "systemctl" ? 2 : 1].Split('.')[0])).OfType<string>());
        foreach (var words in Lines.SelectMany(line => line.Reach).Where(words => words is ["docker", "run", ..]))
        {
            names.UnionWith(words.Skip(2).Select(word => KnownService.OfImage(word)?.Service.Name).OfType<string>().Take(1));
        }

        return names;
    }

    /// <summary>Whether a line is known to run tests: where none does, CI says nothing about what they need.</summary>
    public bool Tests => Lines.Any(line => line.Reach.Any(words => CommandFamily.Test(words) is not null));

    /// <summary>Whether a job's service has an image that is computed or not known, or a step starts containers by a compose file.</summary>
    public bool StartsContainersOtherwise => HasUnknownServices || Lines.Any(line => line.Reach.Any(words => words is ["docker", "compose", .. var rest] && rest.Contains("up") || words is ["docker-compose", .. var others] && others.Contains("up")));

    private IEnumerable<string> ServiceImages =>
        from path in _steps.Select(entry => entry.Configuration.Path).Distinct(StringComparer.Ordinal)
        from job in _snapshot.Find(path)?.Extension is ".yml" or ".yaml" ? _snapshot.Find(path)!.Yaml().Root?["jobs"]?.Entries ?? [] : []
        from service in job.Value["services"]?.Entries ?? []
        from image in Images(service.Value["image"]?.Text ?? "", job.Value["strategy"]?["matrix"])
        select image;

    /// <summary>The image itself, or all that a matrix has for it.</summary>
    private static List<string> Images(string image, DataNode? matrix)
    {
        var key = MatrixKey().Match(image) is { Success: true } match ? match.Groups["key"].Value : null;
        List<string> values = key is null ? [] : [.. (matrix?[key]?.ScalarOrItems() ?? []).Concat((matrix?["include"]?.Items ?? []).Select(entry => entry[key]).OfType<DataNode>()).Select(node => node.Text).OfType<string>()];
        return values.Count == 0 ? [image] : values;
    }

    private bool HasUnknownServices => ServiceImages.Any(image => OfImage(image) is null);

    /// <summary>As the detectors know it, and by a part of the image's name (<c>postgres-ssl</c>).</summary>
    private static string? OfImage(string image) =>
        KnownService.OfImage(image)?.Service.Name ?? image.Split(':')[0].Split('/')[^1].Split('-').Select(part => KnownService.OfImage(part)?.Service.Name).FirstOrDefault(name => name is not null);

    /// <summary>Actions that do what a command of a linter would.</summary>
    public IEnumerable<(string Action, CommandFamily Family)> LintActions() =>
        from entry in _steps
        let action = entry.Step.Uses?.Split('@')[0]
        let family = action switch
        {
            "golangci/golangci-lint-action" => new CommandFamily("go", "golangci-lint"),
            "pre-commit/action" or "pre-commit-ci/lite-action" or "tox-dev/action-pre-commit-uv" or "j178/prek-action" => new("any", "pre-commit"),
            "astral-sh/ruff-action" or "chartboost/ruff-action" => new("python", "ruff"),
            "psf/black" => new("python", "black"),
            "haskell-actions/run-ormolu" => new("haskell", "ormolu"),
            "haskell-actions/hlint-run" => new("haskell", "hlint"),
            _ => (CommandFamily?)null,
        }
        where family is not null
        select (action!, family!.Value);

    [GeneratedRegex(@"\$\{\{[^}]*\}\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Expression();

    [GeneratedRegex(@"^\$\{\{\s*matrix\.(?<key>[A-Za-z0-9_-]+)\s*\}\}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex MatrixKey();

    [GeneratedRegex("^[0-9a-f]{40}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Sha();
}
