using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Decides which parts of a monorepo stand alone, so that their jobs may be left out when a pull request does not touch them.</summary>
/// <remarks>A part stands alone if it is not the root, has no lock file outside of its own folder, and no manifest of it reaches outside
/// (<c>../</c>). In doubt a job runs: one that is left out wrongly lets a mistake pass.</remarks>
internal static class PathFilters
{
    /// <summary>The filter of each folder whose components stand alone.</summary>
    public static Dictionary<string, PathFilter> Of(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var filters = new Dictionary<string, PathFilter>(StringComparer.Ordinal);
        foreach (var folder in model.Components.GroupBy(component => component.Path, StringComparer.Ordinal).Where(folder => folder.All(component => StandsAlone(component, snapshot))))
        {
            filters.Add(folder.Key, new(Id(folder.Key, filters), [$"{folder.Key}/**"]));
        }

        return filters;
    }

    /// <summary>Two folders may differ only in what an identifier cannot say.</summary>
    private static string Id(string folder, Dictionary<string, PathFilter> others)
    {
        var id = $"in-{BuildPlanner.Slug(folder)}";
        return others.Values.All(other => other.Id != id) ? id : $"{id}-{others.Count}";
    }

    private static bool StandsAlone(Component component, RepositorySnapshot snapshot) =>
        component.Path != "."
        && (component.PackageManager?.LockFile is not { } lockFile || RepositoryPath.IsWithin(lockFile, component.Path))
        && component.Commands.All(command => RepositoryPath.IsWithin(command.WorkingDirectory, component.Path))
        && !RepositoryPath.Upwards(RepositoryPath.Parent(component.Path)).Any(folder => IsWorkspace(folder, snapshot))
        && !snapshot.Under(component.Path).Where(IsManifest).Any(ReachesOutside);

    private static bool IsWorkspace(string folder, RepositorySnapshot snapshot) =>
        snapshot.Find(RepositoryPath.File(folder, "go.work")) is not null
        || snapshot.Find(RepositoryPath.File(folder, "deno.json")) is not null
        || snapshot.Find(RepositoryPath.File(folder, "deno.jsonc")) is not null
        || snapshot.Find(RepositoryPath.File(folder, "Directory.Build.props")) is not null
        || snapshot.Find(RepositoryPath.File(folder, "Directory.Packages.props")) is not null;

    private static bool IsManifest(SnapshotFile file) =>
        file.Name is "package.json" or "pyproject.toml" or "go.mod" or "Makefile" or "tsconfig.json" or "setup.py" or "Dockerfile"
            or "Gemfile" or "Rakefile" or "composer.json" or "mix.exs" or "pubspec.yaml" or "Package.swift" or "cabal.project" or "stack.yaml" or "build.zig" or "build.zig.zon" or "Cargo.toml" or "pom.xml" or "build.sbt"
            or "CMakeLists.txt" or "meson.build" or "deno.json" or "deno.jsonc" or "compose.yaml" or "compose.yml" or "docker-compose.yml" or "docker-compose.yaml"
        || file.Extension == ".gradle" || file.Name.EndsWith(".gradle.kts", StringComparison.Ordinal)
        || file.Extension is ".tf" or ".cmake" or ".csproj" or ".fsproj" or ".vbproj" or ".sln" or ".slnx" or ".props" or ".targets" or ".gemspec" or ".cabal"
        || (file.Extension == ".txt" && file.Name.Contains("requirements", StringComparison.Ordinal));

    private static bool ReachesOutside(SnapshotFile file) =>
        file.Text.Contains("../", StringComparison.Ordinal) || file.Text.Contains("..\\", StringComparison.Ordinal) || file.Text.Contains("\"..\"", StringComparison.Ordinal) || file.Text.Contains("'..'", StringComparison.Ordinal)
        || (file.Name == "pom.xml" && file.Text.Contains("<parent>", StringComparison.Ordinal) && !file.Text.Contains("<relativePath/>", StringComparison.Ordinal) && !file.Text.Contains("<relativePath />", StringComparison.Ordinal));
}
