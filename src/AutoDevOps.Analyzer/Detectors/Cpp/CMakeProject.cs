namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>A CMake project: the commands of its root file and of the files that it reads by a literal name.</summary>
internal sealed class CMakeProject
{
    private const int MaxFiles = 300;

    private const int MaxCalls = 20_000;

    private static readonly HashSet<string> TestCommands = new(StringComparer.Ordinal)
    {
        "add_test", "catch_discover_tests", "gtest_discover_tests", "gtest_add_tests", "doctest_discover_tests", "qt_add_test", "ecm_add_test", "ecm_add_tests", "boost_test", "add_unity_test",
    };

    // On the images of hosted machines, or part of any compiler there.
    private static readonly HashSet<string> OnTheMachine = new(StringComparer.OrdinalIgnoreCase)
    {
        "Threads", "OpenSSL", "SQLite3", "Python", "Python3", "PythonInterp", "Git", "PkgConfig", "OpenMP", "Perl", "FLEX", "BISON", "Doxygen", "Backtrace",
    };

    private readonly DetectionContext _context;
    private readonly List<(SnapshotFile File, CMakeCall Call, IReadOnlyList<IReadOnlyList<string>> Guards)> _calls = [];
    private readonly Lazy<CMakeOptions> _options;
    private readonly Lazy<CMakeTests?> _tests;

    private CMakeProject(DetectionContext context, SnapshotFile file)
    {
        _context = context;
        File = file;
        _tests = new(FindTests);
        _options = new(() => new([.. _calls.Select(entry => (entry.File, entry.Call))]));
    }

    public SnapshotFile File { get; }

    public string Folder => File.Directory;

    /// <summary>Where the project is declared.</summary>
    public Evidence Place { get; private set; } = new("", 0);

    public string? Name { get; private set; }

    /// <summary>The languages it names; empty when it leaves them to CMake.</summary>
    public IReadOnlyList<string> Languages { get; private set; } = [];

    /// <summary>The project of a folder, or null: no file, or one that only lists targets for the folder above.</summary>
    public static CMakeProject? Read(DetectionContext context, string folder)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, "CMakeLists.txt")) is not { } file
            || CMakeScript.Read(file).FirstOrDefault(call => call.Name == "project") is not { } declaration)
        {
            return null;
        }

        var project = new CMakeProject(context, file)
        {
            Place = Cite.At(file, declaration.Line),
            Name = SafeNameOf(declaration.First),
            Languages = LanguagesOf(declaration),
        };
        project.Walk();
        return project;
    }

    /// <summary>Where a package is looked for, or null.</summary>
    public Evidence? Package(string name) => Find("find_package", call => call.First == name);

    /// <summary>How to have the tests built: the options that are off by default and guard them. Null when there are none that CTest would run.</summary>
    public CMakeTests? Tests() => _tests.Value;

    private CMakeTests? FindTests()
    {
        CMakeTests? best = null;
        var enabled = _calls.Where(entry => entry.Call.Name == "enable_testing" || (entry.Call.Name == "include" && entry.Call.First == "CTest")).Take(20).ToList();
        foreach (var (file, call, guards) in _calls.Where(entry => TestCommands.Contains(entry.Call.Name)).Take(200))
        {
            foreach (var conditions in enabled.SelectMany(enabling => Callers(guards).Select(around => enabling.Guards.Concat(around))))
            {
                if (_options.Value.Needed([.. conditions]) is { } needed)
                {
                    var found = new CMakeTests([.. needed.Options.Select(option => (option.Name, option.Place))], needed.IsCertain, Cite.At(file, call.Line));
                    if (best is null || (found.IsCertain, -found.Options.Count).CompareTo((best.IsCertain, -best.Options.Count)) > 0)
                    {
                        best = found;
                    }
                }
            }
        }

        return best;
    }

    /// <summary>What the build needs that neither the repository nor a hosted machine has, as a reason; null: nothing that is seen.</summary>
    /// <param name="tests">The options that will be set.</param>
    public string? Missing(CMakeTests? tests)
    {
        var submodules = _context.Snapshot.Entries.Where(entry => entry.Kind == FileKind.Submodule).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var fetched = _calls.Where(entry => entry.Call.Name is "fetchcontent_declare" or "cpmaddpackage" or "externalproject_add").SelectMany(entry => entry.Call.Arguments).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (file, call, guards) in _calls.Where(entry => entry.Call.Name is "add_subdirectory" or "find_package" or "pkg_check_modules" or "pkg_search_module"))
        {
            if (_options.Value.Needed(guards) is not { IsCertain: true } needed || !needed.Options.All(option => tests?.Options.Any(set => set.Name == option.Name) == true))
            {
                continue;
            }

            if (call.Name == "add_subdirectory" && Resolve(file, call.First) is { } folder && submodules.Contains(folder))
            {
                return $"{Cite.At(file, call.Line)} builds a git submodule, which a checkout does not bring by itself";
            }

            if (call.Name == "find_package" && call.Arguments.Contains("REQUIRED") && !OnTheMachine.Contains(call.First) && !fetched.Any(name => name.Contains(call.First, StringComparison.OrdinalIgnoreCase)))
            {
                return $"{Cite.At(file, call.Line)} requires a package, and nothing in the repository says how CI installs it";
            }

            if (call.Name is "pkg_check_modules" or "pkg_search_module" && call.Arguments.Contains("REQUIRED"))
            {
                return $"{Cite.At(file, call.Line)} requires a library, and nothing in the repository says how CI installs it";
            }
        }

        return null;
    }

    /// <summary>The conditions around a command; of one inside a function, those around each call of the function before its own.</summary>
    private IEnumerable<IReadOnlyList<IReadOnlyList<string>>> Callers(IReadOnlyList<IReadOnlyList<string>> guards)
    {
        var function = guards.FirstOrDefault(guard => guard is ["FUNCTION", _, ..])?[1];
        var calls = function is null ? [] : _calls.Where(entry => entry.Call.Name.Equals(function, StringComparison.OrdinalIgnoreCase)).Take(20).ToList();
        return calls.Count == 0
            ? [guards]
            : calls.Select(entry => (IReadOnlyList<IReadOnlyList<string>>)[.. entry.Guards, .. guards.Where(guard => guard is not ["FUNCTION", ..])]);
    }

    private Evidence? Find(string command, Predicate<CMakeCall> matches)
    {
        var found = _calls.Find(entry => entry.Call.Name == command && matches(entry.Call));
        return found.File is null ? null : Cite.At(found.File, found.Call.Line);
    }

    private void Walk()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { File.Path };
        var open = new Queue<(SnapshotFile File, IReadOnlyList<IReadOnlyList<string>> Guards)>([(File, [])]);
        while (_calls.Count < MaxCalls && open.TryDequeue(out var next))
        {
            foreach (var call in CMakeScript.Read(next.File))
            {
                IReadOnlyList<IReadOnlyList<string>> guards = [.. next.Guards, .. call.Guards];
                _calls.Add((next.File, call, guards));
                if (Included(next.File, call) is { } file && guards.Count <= 20 && seen.Count < MaxFiles && seen.Add(file.Path))
                {
                    open.Enqueue((file, guards));
                }
            }
        }
    }

    private SnapshotFile? Included(SnapshotFile file, CMakeCall call) => call.Name switch
    {
        "add_subdirectory" => Resolve(file, call.First) is { } folder ? _context.Snapshot.Find(RepositoryPath.File(folder, "CMakeLists.txt")) : null,
        "include" => new[] { call.First, $"{call.First}.cmake", $"cmake/{call.First}.cmake" }
            .Select(name => Resolve(file, name) is { } path ? _context.Snapshot.Find(path) : null).FirstOrDefault(found => found is not null),
        _ => null,
    };

    /// <summary>A path as CMake takes it: relative to the file's folder, or after one of the variables for the root and the folder.</summary>
    private string? Resolve(SnapshotFile file, string path)
    {
        foreach (var (variable, folder) in new[] { ("${CMAKE_CURRENT_SOURCE_DIR}/", file.Directory), ("${CMAKE_CURRENT_LIST_DIR}/", file.Directory), ("${PROJECT_SOURCE_DIR}/", Folder), ("${CMAKE_SOURCE_DIR}/", Folder) })
        {
            if (path.StartsWith(variable, StringComparison.Ordinal))
            {
                return RepositoryPath.Combine(folder, path[variable.Length..]);
            }
        }

        return path.Length == 0 ? null : RepositoryPath.Combine(file.Directory, path);
    }

    private static string? SafeNameOf(string name) => Commands.SafeName.IsSafe(name) ? name : null;

    private static IReadOnlyList<string> LanguagesOf(CMakeCall declaration)
    {
        var at = declaration.Arguments.ToList().IndexOf("LANGUAGES");
        var listed = at >= 0 ? declaration.Arguments.Skip(at + 1) : declaration.Arguments.Count == 2 ? declaration.Arguments.Skip(1) : [];
        return [.. listed.TakeWhile(word => word is "C" or "CXX" or "ASM" or "Fortran" or "CUDA" or "OBJC" or "NONE")];
    }
}

/// <summary>The tests of a CMake project.</summary>
/// <param name="Options">To be switched on, each with the place that declares or reads it.</param>
/// <param name="IsCertain">No condition around them is left to chance.</param>
internal sealed record CMakeTests(IReadOnlyList<(string Name, Evidence Place)> Options, bool IsCertain, Evidence Place);
