using System.Buffers;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>What one job of existing CI does to a project: commands of one job fit together, those of several seldom do.</summary>
internal sealed record CppCiJob(string Path, string Name)
{
    public List<(CppCiStep Step, string Text, Evidence Place)> Steps { get; } = [];

    /// <summary>System packages that the job installs.</summary>
    public List<string> Packages { get; } = [];

    public Evidence? PackagesPlace { get; set; }

    /// <summary>A step of it is computed while it runs, so that the job cannot be repeated.</summary>
    public bool IsComputed { get; set; }

    public bool Has(CppCiStep step) => Steps.Exists(entry => entry.Step == step);

    public (string Text, Evidence Place)? First(CppCiStep step)
    {
        var found = Steps.Find(entry => entry.Step == step);
        return found.Text is null ? null : (found.Text, found.Place);
    }
}

internal enum CppCiStep
{
    Prepare,
    Configure,
    Build,
    Test,
}

/// <summary>Reads how existing CI builds a C or C++ project.</summary>
internal sealed partial class CppCi(DetectionContext context, string folder, string system)
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@+-=,%");

    private static readonly SearchValues<char> Unquotable = SearchValues.Create("'$`;|<>\n\\\"");

    /// <summary>The job that says most: it builds the whole and tests it, on Linux rather than elsewhere. Null when none builds it in words
    /// that mean the same here.</summary>
    public CppCiJob? Best() =>
        Jobs().Where(job => !job.IsComputed && (job.Has(CppCiStep.Build) || job.Has(CppCiStep.Test)))
            .Select((job, order) => (Job: job, Order: order))
            .OrderByDescending(entry => (entry.Job.Has(CppCiStep.Build) ? 1 : 0) + (entry.Job.Has(CppCiStep.Test) ? 2 : 0) + (entry.Job.Has(CppCiStep.Configure) ? 1 : 0))
            .ThenBy(entry => Elsewhere().IsMatch(entry.Job.Name) || Elsewhere().IsMatch(entry.Job.Path) ? 1 : 0)
            .ThenBy(entry => entry.Order)
            .Select(entry => entry.Job)
            .FirstOrDefault();

    private IEnumerable<CppCiJob> Jobs()
    {
        foreach (var steps in CiCommands.Steps(context).GroupBy(entry => (entry.Configuration.Path, entry.Step.Job)))
        {
            var job = new CppCiJob(steps.Key.Path, steps.Key.Job);
            var file = context.Snapshot.Find(steps.Key.Path)!;
            foreach (var (_, step) in steps.Where(entry => entry.Step.Run is not null))
            {
                var at = RepositoryPath.FromModel(step.WorkingDirectory);
                foreach (var command in ShellLine.Parse(step.Run!))
                {
                    if (command.Words is ["cd" or "pushd", var target])
                    {
                        at = command.IsLiteral ? RepositoryPath.Combine(at, target) ?? at : at;
                        continue;
                    }

                    Add(job, command, at, Cite.At(file, step.Line));
                }
            }

            yield return job;
        }
    }

    private void Add(CppCiJob job, ShellCommand command, string at, Evidence place)
    {
        if (Packages(command) is { } packages)
        {
            job.Packages.AddRange(packages.Where(package => !job.Packages.Contains(package)));
            job.PackagesPlace ??= place;
            return;
        }

        var found = system switch
        {
            "cmake" => CMake(command, at),
            "meson" => Meson(command),
            "autotools" => at == folder ? Autotools(command) : null,
            _ => at == folder ? Make(command) : null,
        };
        if (found is not { } known)
        {
            return;
        }

        if (!command.IsLiteral || known.Text is null)
        {
            job.IsComputed |= known.Step is CppCiStep.Configure or CppCiStep.Prepare;
            return;
        }

        job.Steps.Add((known.Step, known.Text, place));
    }

    /// <summary>The packages of <c>apt-get install</c>, or null. A file or a computed name is not taken over.</summary>
    private static List<string>? Packages(ShellCommand command)
    {
        var words = command.Words[0] == "sudo" ? command.Words[1..] : command.Words;
        return words is ["apt-get" or "apt", .. var rest] && rest.Contains("install")
            ? [.. rest.SkipWhile(word => word != "install").Skip(1).Where(word => PackageName().IsMatch(word))]
            : null;
    }

    private (CppCiStep Step, string? Text)? CMake(ShellCommand command, string at)
    {
        switch (command.Words)
        {
            case ["cmake", "--build" or "--workflow" or "--install" or "-E" or "-P" or "--version" or "--help", ..]:
                return command.Words[1] == "--build" && IsBuildFolder(at, command.Words.ElementAtOrDefault(2)) ? (Target(command.Words) is { } target ? target is "test" or "check" ? (CppCiStep.Test, $"cmake --build build --target {target}") : null : (CppCiStep.Build, "cmake --build build")) : null;
            case ["cmake", .. var arguments]:
                return Configure(arguments, at);
            case ["ctest", ..]:
                return (CppCiStep.Test, "ctest --test-dir build --output-on-failure");
            case ["make" or "ninja", .. var rest] when at != folder && RepositoryPath.IsWithin(at, folder):
                var targets = rest.Where(word => !word.StartsWith('-') && !word.Contains('=') && !word.All(char.IsAsciiDigit)).ToList();
                return targets.Count == 0 || targets is ["all"] ? (CppCiStep.Build, "cmake --build build")
                    : targets is ["test" or "check"] ? (CppCiStep.Test, targets[0] == "test" ? "ctest --test-dir build --output-on-failure" : "cmake --build build --target check") : null;
            default:
                return null;
        }
    }

    private static string? Target(string[] words)
    {
        var at = Array.FindIndex(words, word => word is "--target" or "-t");
        return at < 0 ? null : words.ElementAtOrDefault(at + 1) is { } target && target != "all" ? target : null;
    }

    private bool IsBuildFolder(string at, string? path) => path is not null && (path.Contains('$') || RepositoryPath.Combine(at, path) is { } full && RepositoryPath.IsWithin(full, folder));

    /// <summary>The options of a configuration in one form: the source here, the build in <c>build</c>. Null text: for another system, or computed.</summary>
    private (CppCiStep Step, string? Text)? Configure(string[] arguments, string at)
    {
        string? source = null;
        string? preset = null;
        var options = new List<string>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var word = arguments[index];
            var next = arguments.ElementAtOrDefault(index + 1) ?? "";
            switch (word)
            {
                case "-S" or "-B" or "-A" or "-T" or "-D" or "-G" or "--preset" or "-C":
                    source = word == "-S" ? next : source;
                    preset = word == "--preset" ? next : preset;
                    options.AddRange(word == "-D" ? [Quote($"-D{next}")] : word == "-G" ? [$"-G {Quote(next)}"] : word is "-A" or "-T" or "-C" ? ["?"] : []);
                    index++;
                    break;
                case var _ when word.StartsWith("--preset=", StringComparison.Ordinal):
                    preset = word[9..];
                    break;
                case var _ when word.StartsWith("-D", StringComparison.Ordinal):
                    options.Add(Quote(word));
                    break;
                case var _ when word.StartsWith("-G", StringComparison.Ordinal):
                    options.Add($"-G {Quote(word[2..])}");
                    break;
                case var _ when word.StartsWith("-S", StringComparison.Ordinal):
                    source = word[2..];
                    break;
                case var _ when !word.StartsWith('-'):
                    source = word;
                    break;
            }
        }

        var from = source is null ? at : source.Contains('$') ? folder : RepositoryPath.Combine(at, source);
        var computed = options.Exists(option => option.Contains('?') || option.Contains("Visual Studio", StringComparison.Ordinal) || option.Contains("Xcode", StringComparison.Ordinal) || option.Contains("MinGW", StringComparison.Ordinal) || !Exists(option));
        return from != folder ? null
            : preset is not null ? (CppCiStep.Configure, SafeName.IsSafe(preset) ? $"cmake --preset {preset}" : null)
            : (CppCiStep.Configure, computed ? null : string.Join(' ', options.Prepend("cmake -S . -B build")));
    }

    /// <summary>A tool chain file must be one of the repository's.</summary>
    private bool Exists(string option)
    {
        var at = option.IndexOf("TOOLCHAIN_FILE", StringComparison.Ordinal);
        var path = at < 0 ? null : option[(option.IndexOf('=', at) + 1)..].Trim('\'');
        return path is null || (RepositoryPath.Combine(folder, path) is { } full && context.Snapshot.Find(full) is not null);
    }

    /// <summary>As one word of any shell; what cannot be said so becomes a question mark.</summary>
    private static string Quote(string value) =>
        value.AsSpan().IndexOfAnyExcept(Plain) < 0 ? value : value.AsSpan().IndexOfAny(Unquotable) < 0 ? $"'{value}'" : "?";

    private static (CppCiStep Step, string? Text)? Meson(ShellCommand command)
    {
        var options = command.Words.Where(word => word.StartsWith("-D", StringComparison.Ordinal) || word.StartsWith("--", StringComparison.Ordinal)).Select(Quote).ToList();
        return command.Words switch
        {
            ["meson", "compile", ..] or ["ninja", "-C", _] or ["ninja"] => (CppCiStep.Build, "meson compile -C build"),
            ["meson", "test", ..] or ["ninja", "-C", _, "test"] or ["ninja", "test"] => (CppCiStep.Test, "meson test -C build"),
            ["meson", "setup", ..] => (CppCiStep.Configure, options.Exists(option => option.Contains('?') || option.Contains("-file", StringComparison.Ordinal)) ? null : string.Join(' ', options.Prepend("meson setup build"))),
            _ => null,
        };
    }

    private (CppCiStep Step, string? Text)? Autotools(ShellCommand command) => command.Words switch
    {
        ["autoreconf", ..] => (CppCiStep.Prepare, command.Text),
        [var script, ..] when script is "./autogen.sh" or "./bootstrap" or "./bootstrap.sh" or "./buildconf" && context.Snapshot.Find(RepositoryPath.File(folder, script[2..])) is not null => (CppCiStep.Prepare, command.Text),
        ["./configure", ..] => (CppCiStep.Configure, command.Text),
        _ => Make(command),
    };

    private (CppCiStep Step, string? Text)? Make(ShellCommand command)
    {
        if (command.Words is not ["make", .. var rest])
        {
            return Script(command);
        }

        if (rest.Any(word => word.StartsWith("-C", StringComparison.Ordinal) || word is "-f"))
        {
            return null;
        }

        var targets = rest.Where(word => !word.StartsWith('-') && !word.Contains('=')).ToList();
        return targets.Count == 0 || targets is ["all"] ? (CppCiStep.Build, command.Text)
            : targets is ["test" or "check" or "tests"] ? (CppCiStep.Test, command.Text) : null;
    }

    /// <summary>A script of the repository that is called after tests.</summary>
    private (CppCiStep Step, string? Text)? Script(ShellCommand command) =>
        command.Words[0] is var word && word.StartsWith("./", StringComparison.Ordinal) && RepositoryPath.Combine(folder, word) is { } path
        && context.Snapshot.Find(path) is { } file && file.Text.StartsWith("#!", StringComparison.Ordinal) && file.Name.Contains("test", StringComparison.OrdinalIgnoreCase)
            ? (CppCiStep.Test, command.Text)
            : null;

    [GeneratedRegex("(windows|win32|win64|mingw|msvc|macos|osx|darwin|cygwin|msys|android|ios|freebsd|arm|cross|32bit|valgrind|sanitize|asan|coverage|old|centos|alpine)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.+:-]{1,60}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex PackageName();
}
