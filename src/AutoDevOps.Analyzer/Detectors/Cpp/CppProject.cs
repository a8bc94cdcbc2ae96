using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>A folder with C or C++ and the build system that builds it.</summary>
/// <param name="System"><c>cmake meson autotools make</c>.</param>
/// <param name="Manifest">The file that makes it so.</param>
internal sealed record CppProject(string Folder, string System, SnapshotFile Manifest, CMakeProject? CMake)
{
    /// <summary>Its C and C++ files, those of other people left out.</summary>
    public required IReadOnlyList<SnapshotFile> Sources { get; init; }

    public string Name => CMake?.Name ?? (Folder.Length == 0 ? "root" : Path.GetFileName(Folder));

    /// <summary>C++ where the build names only that, or the sources are mostly of it; else C. Headers named <c>.h</c> are of both.</summary>
    public bool IsCpp
    {
        get
        {
            if (CMake?.Languages is ["C"] or ["CXX"])
            {
                return CMake.Languages[0] == "CXX";
            }

            var cpp = Sources.Count(file => file.Extension is not (".c" or ".h"));
            return cpp > 0 && cpp >= Sources.Count(file => file.Extension == ".c");
        }
    }

    public SnapshotFile? Find(DetectionContext context, string name) => context.Snapshot.Find(RepositoryPath.File(Folder, name));
}

/// <summary>Finds the folders that build C or C++ by themselves.</summary>
internal static partial class CppProjects
{
    private static readonly string[] Manifests = ["CMakeLists.txt", "meson.build", "configure.ac", "configure.in", "GNUmakefile", "makefile", "Makefile"];

    private static readonly HashSet<string> OtherPeoples = new(StringComparer.OrdinalIgnoreCase)
    {
        "deps", "external", "externals", "extern", "thirdparty", "3rdparty", "3rd_party", "third_party", "third-party", "subprojects", "submodules", "contrib", "vendored", "dependencies", "bundled", "lib3rdparty",
    };

    private static readonly HashSet<string> Asides = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "testing", "doc", "docs", "bench", "benchmark", "benchmarks", "fuzz", "fuzzing", "tools", "scripts", "android", "ios", "packaging", "bindings",
    };

    // Another ecosystem's manifest beside a CMake file: its own tool runs the build (scikit-build, cmake-js, cargo, gradle, Flutter).
    private static readonly string[] Owners = ["Cargo.toml", "pubspec.yaml", "build.gradle", "build.gradle.kts", "binding.gyp", "pyproject.toml", "setup.py"];

    private static readonly string[] Others = ["package.json", "go.mod", "pom.xml", "Gemfile", "composer.json", "mix.exs", "deno.json", "Pipfile", "requirements.txt", "build.sbt", "stack.yaml", "build.zig"];

    public static IReadOnlyList<CppProject> Find(DetectionContext context)
    {
        var files = context.Files;
        var found = new List<CppProject>();
        foreach (var folder in Manifests.SelectMany(context.Snapshot.Named).Select(file => file.Directory).Distinct(StringComparer.Ordinal)
            .OrderBy(folder => folder.Length).ThenBy(folder => folder, StringComparer.Ordinal))
        {
            var parts = folder.Split('/');
            if (folder.StartsWith('.') || RepositoryPath.IsSample(folder) || parts.Any(part => OtherPeoples.Contains(part) || Asides.Contains(part))
                || found.Exists(outer => RepositoryPath.IsWithin(folder, outer.Folder)))
            {
                continue;
            }

            if (Read(context, files, folder) is { } project)
            {
                found.Add(project);
            }
        }

        return [.. found.OrderBy(project => project.Folder, StringComparer.Ordinal)];
    }

    private static CppProject? Read(DetectionContext context, FileIndex files, string folder)
    {
        var sources = context.Snapshot.Under(folder).Where(file => IsSource(file) && !file.Directory.Split('/').Any(OtherPeoples.Contains)).Take(5000).ToList();
        if (sources.Count == 0 || Owners.Any(owner => files.Exists(folder, owner) && BuildsNative(context, folder, owner)))
        {
            return null;
        }

        var cmake = CMakeProject.Read(context, folder);
        var meson = context.Snapshot.Find(RepositoryPath.File(folder, "meson.build"));
        var configure = context.Snapshot.Find(RepositoryPath.File(folder, "configure.ac")) ?? context.Snapshot.Find(RepositoryPath.File(folder, "configure.in"));
        var project = cmake is not null ? new CppProject(folder, "cmake", cmake.File, cmake) { Sources = sources }
            : meson is not null && meson.Lines().Any(line => line.Text.TrimStart().StartsWith("project(", StringComparison.Ordinal)) ? new(folder, "meson", meson, null) { Sources = sources }
            : configure is not null ? new(folder, "autotools", configure, null) { Sources = sources }
            : Makefile(context, files, folder) is { } makefile ? new(folder, "make", makefile, null) { Sources = sources }
            : null;
        if (project is null || folder.Length == 0 || IsCalledFor(context, project) || !RepositoryPath.Upwards(RepositoryPath.Parent(folder)).Any(outer => Owners.Concat(Others).Any(name => files.Exists(outer, name))))
        {
            return project;
        }

        context.Abstain(RepositoryPath.ToModel(folder), "component", $"{project.Manifest.Path} lies inside a project of another language, which may build it by itself");
        return null;
    }

    /// <summary>A Makefile may run anything: it must call a compiler, or be cut for one, and nothing else may claim the folder.</summary>
    private static SnapshotFile? Makefile(DetectionContext context, FileIndex files, string folder)
    {
        var makefile = new[] { "GNUmakefile", "makefile", "Makefile" }.Select(name => context.Snapshot.Find(RepositoryPath.File(folder, name))).FirstOrDefault(file => file is not null);
        if (makefile is null || Owners.Concat(Others).Any(name => files.Exists(folder, name)))
        {
            return null;
        }

        // The one at the root often only calls the one beside the sources.
        var delegated = context.Snapshot.Find(RepositoryPath.File(folder, "src/Makefile"));
        return Compiles(makefile) || (delegated is not null && makefile.Text.Contains("-C", StringComparison.Ordinal) && Compiles(delegated)) ? makefile : null;
    }

    private static bool Compiles(SnapshotFile makefile) => makefile.Lines().Any(line => Compiler().IsMatch(line.Text));

    private static bool IsCalledFor(DetectionContext context, CppProject project) =>
        project.CMake?.Tests() is not null
        || Commands.CiCommands.Steps(context).Any(entry => entry.Step.Run is { } run
            && (RepositoryPath.FromModel(entry.Step.WorkingDirectory) == project.Folder || run.Contains(project.Folder, StringComparison.Ordinal))
            && (run.Contains("cmake", StringComparison.Ordinal) || run.Contains("make", StringComparison.Ordinal) || run.Contains("meson", StringComparison.Ordinal)));

    private static bool BuildsNative(DetectionContext context, string folder, string owner)
    {
        var file = context.Snapshot.Find(RepositoryPath.File(folder, owner));
        return file is not null && (owner is "build.gradle" or "build.gradle.kts"
            ? file.Text.Contains("externalNativeBuild", StringComparison.Ordinal)
            : owner is not ("pyproject.toml" or "setup.py") || new[] { "scikit_build", "scikit-build", "skbuild", "mesonpy", "py_build_cmake", "cmake", "pybind11", "nanobind" }.Any(word => file.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsSource(SnapshotFile file) =>
        file.Extension is ".c" or ".h" or ".cc" or ".cpp" or ".cxx" or ".hpp" or ".hh" or ".hxx" or ".ipp" or ".cppm" or ".ixx" or ".cu" or ".inl";

    /// <summary>The targets of a makefile, for those who ask for one that no other rule takes.</summary>
    public static TaskTarget? Target(CppProject project, DetectionContext context, string name) =>
        TaskTargets.In(context, project.Folder).FirstOrDefault(target => target.Runner == "make" && target.Name == name && target.Body.Length > 0);

    [GeneratedRegex(@"\$[({](CC|CXX|AR|LD|CFLAGS|CXXFLAGS)[)}]|^\s*(gcc|g\+\+|clang|clang\+\+|cc|c\+\+) |^(CC|CXX)\s*[:?+]?=|\.(o|c|cpp|cc)\b.*:|\.c\.o:", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Compiler();
}
