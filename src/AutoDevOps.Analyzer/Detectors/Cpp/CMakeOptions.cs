using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>The options of a CMake project, and which of them conditions ask for when the project is built by itself on Linux.</summary>
internal sealed partial class CMakeOptions
{
    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase) { "ON", "TRUE", "YES", "Y", "1" };
    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase) { "OFF", "FALSE", "NO", "N", "0", "" };
    private static readonly HashSet<string> OtherSystems = new(StringComparer.Ordinal) { "WIN32", "MSVC", "APPLE", "ANDROID", "IOS", "EMSCRIPTEN", "MINGW", "CYGWIN", "CMAKE_CROSSCOMPILING", "XCODE" };
    private static readonly string[] TopLevel = ["TOP_LEVEL", "TOPLEVEL", "MAIN_PROJECT", "MASTER_PROJECT", "ROOT_PROJECT", "STANDALONE", "IS_MAIN", "SUBPROJECT"];

    private readonly Dictionary<string, (string Default, Evidence Place)> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _set = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Answer, IReadOnlyList<(string, Evidence)>)> _known = new(StringComparer.Ordinal);
    private readonly Evidence _root;

    public CMakeOptions(IReadOnlyList<(SnapshotFile File, CMakeCall Call)> calls)
    {
        _root = Cite.File(calls[0].File);
        foreach (var (file, call) in calls)
        {
            if (call.Name is "option" or "cmake_dependent_option")
            {
                _options.TryAdd(call.First, (call.Arguments.Count > 2 ? call.Arguments[2] : "OFF", Cite.At(file, call.Line)));
            }
            else if (call.Name is "set" or "find_program" or "find_package" or "string" or "list" or "check_cxx_compiler_flag" or "check_symbol_exists")
            {
                _set.UnionWith(call.Arguments.Take(3));
            }
        }
    }

    private enum Answer
    {
        Yes,
        No,
        Unknown,
        IfSet,
    }

    /// <summary>What must be set for all conditions to hold. Null when one does not hold on Linux, or only if an option is switched off.</summary>
    public (IReadOnlyList<(string Name, Evidence Place)> Options, bool IsCertain)? Needed(IReadOnlyList<IReadOnlyList<string>> guards)
    {
        var needed = new List<(string, Evidence)>();
        var certain = true;
        foreach (var guard in guards)
        {
            var (answer, options) = Evaluate(guard);
            if (answer == Answer.No)
            {
                return null;
            }

            certain &= answer != Answer.Unknown;
            needed.AddRange(options);
        }

        return ([.. needed.Distinct()], certain);
    }

    private (Answer Answer, IReadOnlyList<(string, Evidence)> Options) Evaluate(IReadOnlyList<string> guard)
    {
        if (guard.Count == 0 || guard[0] is "ELSE" or "FUNCTION" || guard.Count > 20)
        {
            return (Answer.Unknown, []);
        }

        if (guard.Contains("OR"))
        {
            var parts = Split(guard, "OR").Select(Evaluate).ToList();
            var holds = parts.FindIndex(part => part.Answer == Answer.Yes);
            var needs = parts.FindIndex(part => part.Answer == Answer.IfSet && part.Options.Any(option => option.Item1.Contains("TEST", StringComparison.OrdinalIgnoreCase)));
            needs = needs < 0 ? parts.FindIndex(part => part.Answer == Answer.IfSet) : needs;
            return holds >= 0 ? parts[holds] : needs >= 0 ? parts[needs] : parts.TrueForAll(part => part.Answer == Answer.No) ? (Answer.No, []) : (Answer.Unknown, []);
        }

        if (guard.Contains("AND"))
        {
            var parts = Split(guard, "AND").Select(Evaluate).ToList();
            var worst = parts.Exists(part => part.Answer == Answer.No) ? Answer.No : parts.Exists(part => part.Answer == Answer.Unknown) ? Answer.Unknown : parts.Exists(part => part.Answer == Answer.IfSet) ? Answer.IfSet : Answer.Yes;
            return (worst, [.. parts.SelectMany(part => part.Options)]);
        }

        return guard switch
        {
            ["NOT", var name] => Variable(name).Answer switch
            {
                Answer.Yes => (Answer.No, []),
                Answer.No or Answer.IfSet => (Answer.Yes, []),
                _ => (Answer.Unknown, []),
            },
            [var name] => Variable(name),
            [var left, "STREQUAL" or "PATH_EQUAL", var right] when IsRoot(left) && IsRoot(right) => (Answer.Yes, []),
            _ => (Answer.Unknown, []),
        };
    }

    private (Answer Answer, IReadOnlyList<(string, Evidence)> Options) Variable(string word)
    {
        if (!_known.TryGetValue(word, out var answer))
        {
            _known.Add(word, answer = Decide(word));
        }

        return answer;
    }

    private (Answer Answer, IReadOnlyList<(string, Evidence)> Options) Decide(string word)
    {
        var name = word.StartsWith("${", StringComparison.Ordinal) && word.EndsWith('}') ? word[2..^1] : word;
        if (True.Contains(name) || name is "UNIX" or "LINUX" or "BUILD_TESTING" || Array.Exists(TopLevel, part => name.Contains(part, StringComparison.OrdinalIgnoreCase) && part != "SUBPROJECT"))
        {
            return (Answer.Yes, []);
        }

        if (False.Contains(name) || OtherSystems.Contains(name) || name.Contains("SUBPROJECT", StringComparison.OrdinalIgnoreCase))
        {
            return (Answer.No, []);
        }

        if (_options.TryGetValue(name, out var option))
        {
            var reference = option.Default.StartsWith("${", StringComparison.Ordinal) && option.Default.EndsWith('}') ? option.Default[2..^1] : option.Default;
            return True.Contains(option.Default) || Array.Exists(TopLevel, part => reference.Contains(part, StringComparison.OrdinalIgnoreCase)) ? (Answer.Yes, [])
                : False.Contains(option.Default) && Name().IsMatch(name) ? (Answer.IfSet, [(name, option.Place)])
                : (Answer.Unknown, []);
        }

        // A variable that nothing sets is off until somebody passes it.
        return _set.Contains(name) || name.StartsWith("CMAKE_", StringComparison.Ordinal) || !Name().IsMatch(name) || name.EndsWith("_FOUND", StringComparison.Ordinal)
            ? (Answer.Unknown, [])
            : (Answer.IfSet, [(name, _root)]);
    }

    private static IEnumerable<IReadOnlyList<string>> Split(IReadOnlyList<string> words, string at)
    {
        var part = new List<string>();
        foreach (var word in words)
        {
            if (word == at)
            {
                yield return part;
                part = [];
            }
            else
            {
                part.Add(word);
            }
        }

        yield return part;
    }

    private static bool IsRoot(string word) =>
        word.Trim('$', '{', '}') is "CMAKE_PROJECT_NAME" or "PROJECT_NAME" or "CMAKE_SOURCE_DIR" or "CMAKE_CURRENT_SOURCE_DIR" or "PROJECT_SOURCE_DIR";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,99}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
