using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>The commands of a Maven build: phases of its lifecycle ("Introduction to the Build Lifecycle"), and goals of the plugins it configures.</summary>
internal sealed class MavenCommands
{
    /// <param name="ResolvesModules">Whether the goal needs the modules compiled, which a goal called by itself does not do.</param>
    private sealed record Tool(string ArtifactId, string Goal, string Prefix, CommandKind Kind, bool ResolvesModules);

    private static readonly Tool[] Tools =
    [
        new("maven-checkstyle-plugin", "check", "checkstyle", CommandKind.Lint, true),
        new("maven-pmd-plugin", "check", "pmd", CommandKind.Lint, true),
        new("spotbugs-maven-plugin", "check", "spotbugs", CommandKind.Lint, true),
        new("detekt-maven-plugin", "check", "detekt", CommandKind.Lint, false),
        new("ktlint-maven-plugin", "check", "ktlint", CommandKind.Lint, false),
        new("spotless-maven-plugin", "check", "spotless", CommandKind.Format, false),
        new("fmt-maven-plugin", "check", "fmt", CommandKind.Format, false),
        new("formatter-maven-plugin", "validate", "formatter", CommandKind.Format, false),
    ];

    /// <summary>Options that point Maven at a part of the build or at files of a machine.</summary>
    private static readonly string[] Partial =
        ["-f", "--file", "-pl", "--projects", "-rf", "--resume-from", "-s", "--settings", "-gs", "--global-settings", "-t", "--toolchains", "-o", "--offline", "-N", "--non-recursive", "-am", "--also-make"];

    private readonly DetectionContext _context;
    private readonly PomFile _root;
    private readonly IReadOnlyList<PomFile> _poms;
    private readonly Wrapper? _wrapper;
    private readonly JvmSources _sources;
    private readonly string _mvn;

    public MavenCommands(DetectionContext context, PomFile root, IReadOnlyList<PomFile> poms, Wrapper? wrapper, JvmSources sources)
    {
        _context = context;
        _root = root;
        _poms = poms;
        _wrapper = wrapper;
        _sources = sources;
        _mvn = wrapper is { Missing: null } ? wrapper.Script.IsExecutable == false ? "sh ./mvnw" : "./mvnw" : "mvn";
    }

    private bool IsAggregator => _root.Modules.Count > 0;

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (_wrapper is { Missing: { } missing })
        {
            _context.Abstain(RepositoryPath.ToModel(_root.Folder), "wrapper", $"{_wrapper.Script.Path} does not run without {missing}, which is not in the repository; the machine's own mvn is taken");
        }

        Evidence[] place = _wrapper is { Missing: null } ? [_root.Place, Cite.File(_wrapper.Script)] : [_root.Place];
        if (_sources.Source is null && _sources.Test is null)
        {
            _context.Abstain(RepositoryPath.ToModel(_root.Folder), "build", $"no source file belongs to {_root.File.Path}");
            yield break;
        }

        // Modules see each other reliably only once they are packaged.
        yield return Candidate(CommandKind.Build, "build", IsAggregator ? "package -DskipTests" : "compile", CommandSource.Convention, 0.9, place);
        yield return Candidate(CommandKind.Package, "package", "package -DskipTests", CommandSource.Convention, 0.85, place);
        if (_sources.Test is { } test)
        {
            // "If you are uncertain": verify runs whatever the project has bound to its checks.
            yield return Candidate(CommandKind.Test, "test", "verify", CommandSource.Convention, 0.92, [test, .. place]);
            if (_poms.SelectMany(pom => pom.Plugins).FirstOrDefault(plugin => plugin.ArtifactId == "jacoco-maven-plugin") is { } coverage)
            {
                var reports = coverage.Executions.Any(execution => execution.Goals.Any(goal => goal.StartsWith("report", StringComparison.Ordinal)));
                yield return Candidate(CommandKind.Coverage, "coverage", reports ? "verify" : "verify jacoco:report", CommandSource.ToolConfiguration, reports ? 0.85 : 0.7, [coverage.Place, .. place]);
            }
        }

        foreach (var check in _root.Plugins.Select(Check).OfType<CommandCandidate>())
        {
            yield return check;
        }
    }

    /// <summary>Recognises phases and known goals over the whole build.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = command.Words is ["sh" or "bash", ..] ? command.Words[1..] : command.Words;
        var isWrapper = words is ["./mvnw" or "mvnw", ..];
        if (words is not ["mvn" or "./mvnw" or "mvnw", .. var arguments] || (isWrapper && _wrapper is not { Missing: null }) || arguments.Any(IsPartial) || !KnowsProfiles(arguments))
        {
            return null;
        }

        var goals = Goals(arguments);
        if (goals.Count == 0 && _root.DefaultGoal is { } usual)
        {
            goals = [.. usual.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        }

        goals.RemoveAll(goal => goal == "clean");
        var skips = arguments.Any(argument => argument is "-DskipTests" or "-DskipTests=true" or "-Dmaven.test.skip" or "-Dmaven.test.skip=true");
        Evidence[] place = isWrapper ? [_root.Place, Cite.File(_wrapper!.Script)] : [_root.Place];
        return goals switch
        {
            [] => null,
            _ when goals.Exists(IsElsewhere) => null,
            _ when goals.Exists(goal => goal is "verify" or "test" or "package" or "install" or "integration-test") =>
                skips ? new(goals.Contains("package") ? CommandKind.Package : CommandKind.Build, "build", place)
                : _sources.Test is { } test ? new(CommandKind.Test, "test", [test, .. place]) : new(CommandKind.Build, "build", place),
            _ when goals.TrueForAll(goal => goal is "compile" or "test-compile" or "process-classes") => new(CommandKind.Build, "build", place),
            _ when goals.TrueForAll(goal => goal.StartsWith("dependency:", StringComparison.Ordinal)) => goals.TrueForAll(goal => goal is "dependency:go-offline" or "dependency:resolve") ? new(CommandKind.Install, "install", place) : null,
            [var only] when Array.Find(Tools, tool => only == $"{tool.Prefix}:{tool.Goal}") is { } tool && Declared(tool) is { } plugin => new(tool.Kind, tool.Prefix, [plugin, .. place]),
            _ => null,
        };
    }

    /// <summary>A goal as the project configures it: the one execution that has it, or the plugin's own configuration.</summary>
    private CommandCandidate? Check(PomPlugin plugin)
    {
        if (Array.Find(Tools, tool => tool.ArtifactId == plugin.ArtifactId) is not { } tool)
        {
            return null;
        }

        var execution = plugin.Executions.FirstOrDefault(candidate => candidate.Goals.Contains(tool.Goal) && candidate.Phase != "none");
        if (execution is null ? !plugin.IsConfigured : !SafeName.IsSafe(execution.Id))
        {
            return null;
        }

        // An execution named on the command line brings its own configuration (since Maven 3.3.1).
        var goal = execution is null || execution.Id == "default" ? $"{tool.Prefix}:{tool.Goal}" : $"{tool.Prefix}:{tool.Goal}@{execution.Id}";
        var run = tool.Prefix == "spotbugs" ? $"compile {goal}" : goal;
        return Candidate(tool.Kind, tool.Prefix, run, CommandSource.ToolConfiguration, tool.ResolvesModules && IsAggregator ? 0.55 : 0.85, plugin.Place, _root.Place);
    }

    private Evidence? Declared(Tool tool) => _poms.SelectMany(pom => pom.Plugins).FirstOrDefault(plugin => plugin.ArtifactId == tool.ArtifactId)?.Place;

    private static List<string> Goals(string[] arguments)
    {
        var goals = new List<string>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            if (argument is "-P" or "--activate-profiles" or "-T" or "--threads" or "-D" or "-l" or "--log-file" or "--color")
            {
                index++;
            }
            else if (!argument.StartsWith('-'))
            {
                goals.Add(argument);
            }
        }

        return goals;
    }

    private bool KnowsProfiles(string[] arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            var list = arguments[index] is "-P" or "--activate-profiles" ? arguments.ElementAtOrDefault(index + 1) : arguments[index].StartsWith("-P", StringComparison.Ordinal) ? arguments[index][2..] : "";
            if (list is null || list.Split(',', StringSplitOptions.RemoveEmptyEntries).Any(name => !_poms.Any(pom => pom.HasProfile(name.TrimStart('!', '-', '+', '?')))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPartial(string argument) => Partial.Any(option => argument == option || (option.StartsWith("--", StringComparison.Ordinal) && argument.StartsWith(option + "=", StringComparison.Ordinal))) || argument.StartsWith("-Dtest=", StringComparison.Ordinal);

    private static bool IsElsewhere(string goal) =>
        goal is "deploy" or "site" or "site-deploy" || goal.Contains("deploy", StringComparison.Ordinal) || goal.StartsWith("release:", StringComparison.Ordinal) || goal.StartsWith("versions:", StringComparison.Ordinal)
        || goal.Contains("sonar", StringComparison.Ordinal) || goal.Contains("spring-boot:", StringComparison.Ordinal);

    private CommandCandidate Candidate(CommandKind kind, string family, string goals, CommandSource source, double confidence, params Evidence[] evidence) =>
        new(kind, family, $"{_mvn} --batch-mode {goals}", _root.Folder, source, confidence, [.. evidence.Distinct()]);
}
