using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>The commands of a Gradle build: tasks of its lifecycle, and those of the plugins it applies.</summary>
internal sealed class GradleCommands
{
    private sealed record Tool(string Plugin, CommandKind Kind, string Task, string[] Tasks);

    private static readonly Tool[] Tools =
    [
        new("checkstyle", CommandKind.Lint, "checkstyleMain", ["checkstyleMain", "checkstyleTest"]),
        new("pmd", CommandKind.Lint, "pmdMain", ["pmdMain", "pmdTest"]),
        new("com.github.spotbugs", CommandKind.Lint, "spotbugsMain", ["spotbugsMain", "spotbugsTest"]),
        new("io.gitlab.arturbosch.detekt", CommandKind.Lint, "detekt", ["detekt", "detektMain", "detektTest"]),
        new("dev.detekt", CommandKind.Lint, "detekt", ["detekt", "detektMain", "detektTest"]),
        new("org.jlleitschuh.gradle.ktlint", CommandKind.Lint, "ktlintCheck", ["ktlintCheck"]),
        new("org.jmailen.kotlinter", CommandKind.Lint, "lintKotlin", ["lintKotlin"]),
        new("com.android.application", CommandKind.Lint, "lint", ["lint", "lintDebug", "lintRelease"]),
        new("com.android.library", CommandKind.Lint, "lint", ["lint", "lintDebug", "lintRelease"]),
        new("com.diffplug.spotless", CommandKind.Format, "spotlessCheck", ["spotlessCheck"]),
        new("jacoco", CommandKind.Coverage, "jacocoTestReport", ["jacocoTestReport", "jacocoRootReport"]),
        new("org.jetbrains.kotlinx.kover", CommandKind.Coverage, "koverXmlReport", ["koverXmlReport", "koverHtmlReport", "koverVerify", "koverLog"]),
    ];

    private static readonly string[] Tests = ["build", "check", "test", "allTests", "jvmTest", "testDebugUnitTest", "testReleaseUnitTest", "unitTest"];
    private static readonly string[] Builds = ["assemble", "classes", "testClasses", "compileJava", "compileKotlin", "compileTestJava", "compileTestKotlin", "jar", "assembleDebug", "assembleRelease"];

    private readonly DetectionContext _context;
    private readonly string _folder;
    private readonly Evidence _place;
    private readonly Wrapper? _wrapper;
    private readonly JvmSources _sources;
    private readonly IReadOnlyList<(string Id, Evidence Place)> _plugins;
    private readonly bool _isRunnable;

    public GradleCommands(DetectionContext context, string folder, Evidence place, Wrapper? wrapper, JvmSources sources, IReadOnlyList<(string Id, Evidence Place)> plugins)
    {
        _context = context;
        _folder = folder;
        _place = place;
        _wrapper = wrapper;
        _sources = sources;
        _plugins = plugins;
        _isRunnable = wrapper is { Missing: null };
    }

    public IEnumerable<CommandCandidate> Candidates()
    {
        if (_wrapper is { Missing: { } missing })
        {
            _context.Abstain(RepositoryPath.ToModel(_folder), "wrapper", $"{_wrapper.Script.Path} does not run without {missing}, which is not in the repository; which Gradle to take instead is not certain");
        }
        else if (_wrapper is null)
        {
            _context.Abstain(RepositoryPath.ToModel(_folder), "wrapper", "there is no gradlew, so that the version of Gradle is whichever a machine has");
        }

        Evidence[] place = _isRunnable ? [_place, Cite.File(_wrapper!.Script)] : [_place];
        yield return Candidate(CommandKind.Build, "build", "assemble", CommandSource.Convention, 0.9, place);
        yield return Candidate(CommandKind.Package, "package", "assemble", CommandSource.Convention, 0.8, place);
        if (_sources.Test is { } test)
        {
            yield return Plugin("org.jetbrains.kotlin.multiplatform") is { } multiplatform
                ? Candidate(CommandKind.Test, "test", "allTests", CommandSource.Convention, 0.8, [test, multiplatform, .. place])
                : Candidate(CommandKind.Test, "test", "test", CommandSource.Convention, 0.92, [test, .. place]);
        }

        foreach (var tool in Tools.DistinctBy(tool => tool.Task))
        {
            if (Place(tool.Task) is { } plugin && (tool.Kind != CommandKind.Coverage || _sources.Test is not null))
            {
                // The report is of the tests that ran; it does not run them by itself.
                var tasks = tool.Task == "jacocoTestReport" ? "test jacocoTestReport" : tool.Task;
                yield return Candidate(tool.Kind, tool.Task, tasks, CommandSource.ToolConfiguration, 0.85, [plugin, .. place]);
            }
        }
    }

    /// <summary>Recognises tasks over the whole build; of several the one that says most decides.</summary>
    public ResolvedCommand? Resolve(ShellCommand command)
    {
        var words = command.Words is ["sh" or "bash", ..] ? command.Words[1..] : command.Words;
        if (words is ["chmod", "+x", "gradlew" or "./gradlew"] && _isRunnable)
        {
            return new(CommandKind.Install, "wrapper", [Cite.File(_wrapper!.Script)]);
        }

        if (words is not ["./gradlew" or "gradlew" or "gradle", .. var arguments] || (words[0] != "gradle" && !_isRunnable) || (words[0] == "gradle" && _isRunnable) || Tasks(arguments) is not { Count: > 0 } tasks)
        {
            return null;
        }

        var kinds = tasks.Select(KindOf).ToList();
        if (kinds.Contains(null))
        {
            return null;
        }

        // Without tests, building is what is left of "build".
        var excludesTests = arguments.Zip(arguments.Skip(1)).Any(pair => pair is ("-x" or "--exclude-task", "test" or "check")) || _sources.Test is null;
        var kind = kinds.Contains(CommandKind.Test) ? excludesTests ? CommandKind.Build : CommandKind.Test
            : kinds.Contains(CommandKind.Coverage) ? CommandKind.Coverage
            : kinds[0]!.Value;
        var first = kind switch
        {
            CommandKind.Test => _sources.Test!,
            CommandKind.Build => _place,
            _ => tasks.Select(Place).OfType<Evidence>().First(),
        };
        var family = kind is CommandKind.Test ? "test" : kind is CommandKind.Build ? "build" : tasks[0];
        return new(kind, family, [.. new[] { first, _place }.Concat(words[0] == "gradle" ? [] : [Cite.File(_wrapper!.Script)]).Distinct()]);
    }

    private CommandKind? KindOf(string task) =>
        Tests.Contains(task) ? CommandKind.Test
        : Builds.Contains(task) ? CommandKind.Build
        : Array.Find(Tools, tool => tool.Tasks.Contains(task)) is { } known && Place(task) is not null ? known.Kind
        : task == "clean" ? CommandKind.Build
        : null;

    /// <summary>The plugin that brings a task, or null.</summary>
    private Evidence? Place(string task) =>
        Tools.Where(tool => tool.Task == task || tool.Tasks.Contains(task)).Select(tool => Plugin(tool.Plugin)).FirstOrDefault(place => place is not null);

    private Evidence? Plugin(string id) => _plugins.FirstOrDefault(plugin => plugin.Id == id).Place;

    /// <summary>The tasks of a command line; null if it is about a part of the build, or says more than is understood.</summary>
    private static List<string>? Tasks(string[] arguments)
    {
        var tasks = new List<string>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            if (argument is "-x" or "--exclude-task" or "--console" or "--warning-mode" or "--max-workers")
            {
                index++;
            }
            else if (argument is "-p" or "--project-dir" or "-c" or "--settings-file" or "-b" or "--build-file" or "-I" or "--init-script" or "--tests" or "--offline" or "-t" or "--continuous" or "--dry-run" || argument.Contains(':'))
            {
                return null;
            }
            else if (!argument.StartsWith('-'))
            {
                tasks.Add(argument);
            }
        }

        return tasks;
    }

    private CommandCandidate Candidate(CommandKind kind, string family, string tasks, CommandSource source, double confidence, params Evidence[] evidence)
    {
        var gradle = !_isRunnable ? "gradle" : _wrapper!.Script.IsExecutable == false ? "sh ./gradlew" : "./gradlew";
        return new(kind, family, $"{gradle} {tasks}", _folder, source, _isRunnable ? confidence : 0.55, [.. evidence.Distinct()]);
    }
}
