namespace AutoDevOps.Analyzer.Detectors;

/// <summary>The files that make a folder a project of a language: where one is, an image or a script beside it is only part of that project.</summary>
internal static class OtherManifests
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "package.json", "deno.json", "deno.jsonc", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "manage.py", "tox.ini", "noxfile.py", "environment.yml", "go.mod", "Cargo.toml",
        "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "build.sbt", "build.mill", "Gemfile", "Rakefile", "composer.json", "mix.exs", "rebar.config",
        "Package.swift", "Podfile", "CMakeLists.txt", "configure.ac", "configure.in", "meson.build", "pubspec.yaml", "stack.yaml", "cabal.project", "build.zig", "project.clj", "deps.edn", "dune-project",
        "BUILD.bazel", "WORKSPACE", "MODULE.bazel", "global.json", "DESCRIPTION", "Project.toml", "shard.yml", "gleam.toml", "cpanfile", "Makefile.PL",
    };

    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal)
    {
        ".sln", ".slnx", ".csproj", ".fsproj", ".vbproj", ".vcxproj", ".xcodeproj", ".cabal", ".gemspec", ".rockspec", ".nimble", ".opam",
    };

    public static bool IsOne(SnapshotFile file) =>
        Names.Contains(file.Name) || Extensions.Contains(file.Extension) || (file.Name.StartsWith("requirements", StringComparison.Ordinal) && file.Extension is ".txt" or ".in");
}
