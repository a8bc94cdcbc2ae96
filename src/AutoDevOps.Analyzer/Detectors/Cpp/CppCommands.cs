using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>The commands of a C or C++ project: those of one job of existing CI, else those of its build system.</summary>
internal sealed partial class CppCommands(DetectionContext context, CppProject project)
{
    /// <summary>Below what a pipeline takes: something is needed that nothing brings.</summary>
    private const double NotAlone = 0.5;

    private readonly Evidence _manifest = project.CMake?.Place ?? Cite.File(project.Manifest);

    private bool NeedsMeson => project.System == "meson";

    public IEnumerable<CommandCandidate> Candidates()
    {
        var job = new CppCi(context, project.Folder, project.System).Best();
        IEnumerable<CommandCandidate> candidates = [.. job is null ? [] : FromCi(job), .. OfBuildSystem(job is not null)];
        if (Submodules() is not { } place)
        {
            return candidates;
        }

        context.Abstain(RepositoryPath.ToModel(project.Folder), "build", $"existing CI checks git submodules out at {place}, which a plain checkout does not bring");
        return candidates.Select(candidate => candidate with { Confidence = Math.Min(candidate.Confidence, NotAlone) });
    }

    /// <summary>Recognises the checkers that are configured, and targets that only exist to check.</summary>
    public ResolvedCommand? Resolve(ShellCommand command) => command.Words switch
    {
        ["clang-format", .. var arguments] when Configuration(".clang-format", "_clang-format") is { } place && arguments.Any(word => word is "-n" or "--dry-run") && arguments.Any(word => word.TrimStart('-') == "Werror") && NamesFiles(arguments) =>
            new(CommandKind.Format, "clang-format", [place]),
        ["clang-tidy", .. var arguments] when Configuration(".clang-tidy") is { } place && NamesFiles(arguments) => new(CommandKind.Lint, "clang-tidy", [place]),
        ["cppcheck", .. var arguments] when NamesFiles(arguments) => new(CommandKind.Lint, "cppcheck", [_manifest]) { Needs = ["cppcheck"] },
        _ => null,
    };

    private IEnumerable<CommandCandidate> FromCi(CppCiJob job)
    {
        if (job.Packages.Count > 0)
        {
            yield return Ci(CommandKind.Install, "system packages", $"sudo apt-get update && sudo apt-get install -y {string.Join(' ', job.Packages.Take(50))}", job.PackagesPlace!) with { OnlyFor = CommandKind.Build };
        }

        foreach (var step in new[] { CppCiStep.Prepare, CppCiStep.Configure })
        {
            if (job.First(step) is { } install)
            {
                yield return Ci(CommandKind.Install, step.ToString(), install.Text, install.Place) with { OnlyFor = CommandKind.Build };
            }
        }

        if (job.First(CppCiStep.Build) is { } build)
        {
            yield return Ci(CommandKind.Build, "build", build.Text, build.Place);
        }

        foreach (var test in job.Steps.Where(entry => entry.Step == CppCiStep.Test).DistinctBy(entry => entry.Text))
        {
            yield return Ci(CommandKind.Test, test.Text.Split(' ').First(word => !word.Contains('=')), test.Text, test.Place);
        }
    }

    /// <param name="ciBuilds">What existing CI does not do although it builds is left to it.</param>
    private IEnumerable<CommandCandidate> OfBuildSystem(bool ciBuilds) => project.System switch
    {
        "cmake" => CMake(ciBuilds),
        "meson" => Meson(ciBuilds),
        "autotools" => Autotools(),
        _ => Make(ciBuilds),
    };

    private IEnumerable<CommandCandidate> CMake(bool ciBuilds)
    {
        var presets = CMakePresets.Read(context, project.Folder);
        if (presets?.Recipe() is { } recipe)
        {
            yield return Tool(CommandKind.Install, "Configure", recipe.Configure, 0.85, [.. recipe.Evidence, _manifest]) with { OnlyFor = CommandKind.Build };
            yield return Tool(CommandKind.Build, "build", recipe.Build, 0.85, [.. recipe.Evidence, _manifest]);
            var place = recipe.IsNamedTest ? recipe.Evidence[0] : project.CMake!.Tests()?.Place;
            if (recipe.Test is not null && place is not null)
            {
                yield return Tool(CommandKind.Test, "ctest", recipe.Test, 0.85, place, _manifest);
            }

            yield break;
        }

        var tests = project.CMake!.Tests();
        var missing = ciBuilds ? null : Missing();
        if (missing is not null)
        {
            context.Abstain(RepositoryPath.ToModel(project.Folder), "build", missing);
        }

        var confidence = missing is not null ? NotAlone : presets?.HasChoices == true ? 0.65 : 0.85;
        var options = string.Concat((tests?.Options ?? []).Select(option => $" -D{option.Name}=ON"));
        yield return Tool(CommandKind.Install, "Configure", $"cmake -S . -B build{options}", confidence, [_manifest, .. (tests?.Options ?? []).Select(option => option.Place)]) with { OnlyFor = CommandKind.Build };
        yield return Tool(CommandKind.Build, "build", "cmake --build build", confidence, _manifest);
        if (tests is not null)
        {
            yield return Tool(CommandKind.Test, "ctest", "ctest --test-dir build --output-on-failure", tests.IsCertain ? confidence : Math.Min(confidence, 0.7), tests.Place, _manifest);
        }
    }

    private IEnumerable<CommandCandidate> Meson(bool ciBuilds)
    {
        var files = context.Snapshot.Under(project.Folder).Where(file => file.Name == "meson.build" && !RepositoryPath.IsSample(file.Directory)).Take(200).ToList();
        var missing = files.SelectMany(file => file.Lines().Where(line => Dependency().IsMatch(line.Text) && !Optional().IsMatch(line.Text)).Select(line => Cite.At(file, line.Number))).FirstOrDefault();
        if (missing is not null && !ciBuilds)
        {
            context.Abstain(RepositoryPath.ToModel(project.Folder), "build", $"{missing} requires a library, and nothing in the repository says how CI installs it");
        }

        var confidence = missing is null ? 0.85 : NotAlone;
        var test = files.SelectMany(file => file.Lines().Where(line => TestCall().IsMatch(line.Text)).Select(line => Cite.At(file, line.Number))).FirstOrDefault();
        yield return Tool(CommandKind.Install, "Configure", "meson setup build", confidence, _manifest) with { OnlyFor = CommandKind.Build };
        yield return Tool(CommandKind.Build, "build", "meson compile -C build", confidence, _manifest);
        if (test is not null)
        {
            yield return Tool(CommandKind.Test, "meson", "meson test -C build", confidence, test, _manifest);
        }
    }

    private IEnumerable<CommandCandidate> Autotools()
    {
        foreach (var prepared in Prepare())
        {
            yield return prepared;
        }

        yield return Tool(CommandKind.Install, "Configure", "./configure", 0.8, _manifest) with { OnlyFor = CommandKind.Build };
        yield return Tool(CommandKind.Build, "build", "make", 0.8, _manifest);
        var test = context.Snapshot.Under(project.Folder).Where(file => file.Name is "Makefile.am" or "Makefile.in" or "GNUmakefile.in" && !RepositoryPath.IsSample(file.Directory)).Take(200)
            .SelectMany(file => file.Lines().Select(line => (Match: CheckRule().Match(line.Text), File: file, line.Number)).Where(line => line.Match.Success)).FirstOrDefault();
        if (test.File is not null)
        {
            var target = test.Match.Groups["target"].Value is "test" or "tests" ? test.Match.Groups["target"].Value : "check";
            yield return Tool(CommandKind.Test, "make", $"make {target}", 0.8, Cite.At(test.File, test.Number), _manifest);
        }
    }

    /// <summary>What writes <c>configure</c> where it is not kept: the repository's own script, else autoreconf.</summary>
    private IEnumerable<CommandCandidate> Prepare()
    {
        if (project.System != "autotools" || context.Snapshot.Entries.Any(file => file.Directory == project.Folder && file.Name == "configure"))
        {
            yield break;
        }

        var script = new[] { "autogen.sh", "bootstrap", "bootstrap.sh", "buildconf" }.Select(name => project.Find(context, name)).FirstOrDefault(file => file?.Text.StartsWith("#!", StringComparison.Ordinal) == true);
        yield return script is null
            ? Tool(CommandKind.Install, "Prepare", "autoreconf --force --install", 0.8, _manifest) with { OnlyFor = CommandKind.Build }
            : Tool(CommandKind.Install, "Prepare", $"./{script.Name}", 0.85, Cite.At(script, 1), _manifest) with { OnlyFor = CommandKind.Build };
    }

    private IEnumerable<CommandCandidate> Make(bool ciBuilds)
    {
        yield return new(CommandKind.Build, "build", "make", project.Folder, CommandSource.Convention, 0.8, [_manifest]);

        // GNU's name for running the tests; elsewhere it may mean a linter, here a project of C has no other.
        if (!ciBuilds && CppProjects.Target(project, context, "check") is { } check)
        {
            yield return new(CommandKind.Test, "make", check.Run, project.Folder, CommandSource.TaskRunner, 0.85, [check.Evidence]);
        }
    }

    /// <summary>Where CI has the checkout bring submodules, if there are any.</summary>
    private Evidence? Submodules()
    {
        if (context.Snapshot.Find(".gitmodules") is null)
        {
            return null;
        }

        var (configuration, step) = CiCommands.Steps(context).FirstOrDefault(entry => entry.Step.Uses?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true
            && entry.Step.With.TryGetValue("submodules", out var value) && value is "true" or "recursive");
        return step is null ? null : Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line);
    }

    private string? Missing()
    {
        if (project.Find(context, "vcpkg.json") is { } vcpkg)
        {
            return $"{vcpkg.Path} lists dependencies, and nothing in the repository says how CI has vcpkg install them";
        }

        return (project.Find(context, "conanfile.py") ?? project.Find(context, "conanfile.txt")) is { } conan && project.System == "cmake" && context.Snapshot.Find(RepositoryPath.File(project.Folder, "conan.lock")) is not null
            ? $"{conan.Path} lists dependencies, and nothing in the repository says how CI has Conan install them"
            : project.CMake?.Missing(project.CMake.Tests());
    }

    private Evidence? Configuration(params string[] names) =>
        RepositoryPath.Upwards(project.Folder).SelectMany(folder => names.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name)))).OfType<SnapshotFile>().Select(Cite.File).FirstOrDefault();

    private bool NamesFiles(string[] arguments)
    {
        var paths = arguments.Where(word => !word.StartsWith('-')).ToList();
        return paths.Count > 0 && paths.TrueForAll(path => RepositoryPath.Combine(project.Folder, path) is { } full && (context.Snapshot.Find(full) is not null || context.Snapshot.Under(full).Any()));
    }

    private CommandCandidate Ci(CommandKind kind, string family, string run, Evidence place) =>
        new(kind, family, run, project.Folder, CommandSource.ExistingCi, 0.95, [_manifest, place]) { Needs = Needs(run) };

    private CommandCandidate Tool(CommandKind kind, string family, string run, double confidence, params Evidence[] evidence) =>
        new(kind, family, run, project.Folder, CommandSource.ToolConfiguration, confidence, evidence) { Needs = Needs(run) };

    private IReadOnlyList<string> Needs(string run) => NeedsMeson && run.StartsWith("meson", StringComparison.Ordinal) ? ["meson"] : [];

    [GeneratedRegex(@"\bdependency\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Dependency();

    [GeneratedRegex(@"declare_dependency|required\s*:\s*(false|get_option|[a-z_]*opt)|fallback|'(threads|openmp|openssl|sqlite3|dl|python3?)'|disabler", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Optional();

    [GeneratedRegex(@"^\s*([a-z_]+\.)?test\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TestCall();

    [GeneratedRegex(@"^(TESTS\s*\+?=\s*\S|check_PROGRAMS\s*\+?=\s*\S|(?<target>check|check-local|test|tests)\s*:)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex CheckRule();
}
