using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>What a manifest asks for and its lock file does not have. Only names are compared, and only where the lock file must have them.</summary>
internal sealed partial record LockedNames(IReadOnlyList<(string Name, int Line)> Missing)
{
    private static readonly Dictionary<string, string> Manifests = new(StringComparer.Ordinal)
    {
        ["package-lock.json"] = "package.json",
        ["yarn.lock"] = "package.json",
        ["pnpm-lock.yaml"] = "package.json",
        ["poetry.lock"] = "pyproject.toml",
        ["uv.lock"] = "pyproject.toml",
        ["Cargo.lock"] = "Cargo.toml",
        ["composer.lock"] = "composer.json",
    };

    public static bool IsLock(string name) => Manifests.ContainsKey(name);

    public static string ManifestOf(string lockFile) => Manifests[lockFile];

    /// <summary>Null when the lock file cannot be understood.</summary>
    public static LockedNames? Read(SnapshotFile file, SnapshotFile manifest)
    {
        Func<string, bool>? isLocked = file.Name switch
        {
            "package-lock.json" => Npm(file),
            "yarn.lock" => Yarn(file),
            "pnpm-lock.yaml" => Pnpm(file),
            "composer.lock" => Composer(file),
            _ => Listed(file),
        };
        return isLocked is null ? null : new([.. Asked(file.Name, manifest).Where(asked => !isLocked(asked.Name))]);
    }

    private static IEnumerable<(string Name, int Line)> Asked(string lockFile, SnapshotFile manifest) => ManifestOf(lockFile) switch
    {
        "package.json" => Groups(manifest.Json().Root, "dependencies", "devDependencies", "optionalDependencies").Where(pair => IsFromRegistry(pair.Value.Text)).Select(Named),
        "composer.json" => Groups(manifest.Json().Root, "require", "require-dev").Where(pair => pair.Key.Text?.Contains('/', StringComparison.Ordinal) == true && !pair.Key.Text.EndsWith("-implementation", StringComparison.Ordinal))
            .Select(pair => (pair.Key.Text!.ToLowerInvariant(), pair.Key.Line)),
        "Cargo.toml" => Groups(manifest.Toml().Root, "dependencies", "dev-dependencies", "build-dependencies").Select(pair => (pair.Value["package"]?.Text ?? pair.Key.Text!, pair.Key.Line)),
        _ when lockFile == "poetry.lock" => Groups(manifest.Toml().Root?.At("tool", "poetry"), "dependencies").Where(pair => pair.Key.Text != "python").Select(pair => (Normal(pair.Key.Text!), pair.Key.Line)),
        _ => (manifest.Toml().Root?.At("project", "dependencies")?.Items ?? []).Where(item => item.Text is not null && Requirement().IsMatch(item.Text)).Select(item => (Normal(Requirement().Match(item.Text!).Value), item.Line)),
    };

    private static IEnumerable<KeyValuePair<DataNode, DataNode>> Groups(DataNode? root, params string[] names) =>
        names.SelectMany(name => root?[name]?.Entries ?? []).Where(pair => pair.Key.Text is { Length: > 0 });

    private static (string Name, int Line) Named(KeyValuePair<DataNode, DataNode> pair) => (pair.Key.Text!, pair.Key.Line);

    /// <summary>Not a folder, a workspace or a patch, which lock files name in other ways.</summary>
    private static bool IsFromRegistry(string? range) => range is not null && !range.Contains(':', StringComparison.Ordinal) && !range.Contains('/', StringComparison.Ordinal);

    private static Func<string, bool>? Npm(SnapshotFile file)
    {
        if (file.Json().Root?["packages"] is not { Kind: NodeKind.Mapping } packages || packages[""] is not { } root)
        {
            return null;
        }

        return name => IsAmong(root, name) || packages["node_modules/" + name] is not null;
    }

    private static Func<string, bool>? Pnpm(SnapshotFile file)
    {
        // Newer versions write what belongs to pnpm itself as a document before the one of the packages.
        var root = file.Text.Contains("\n---", StringComparison.Ordinal) ? null : file.Yaml().Root;
        var importer = root?.At("importers", ".") ?? (root?["importers"] is null ? root : null);
        return importer is null || root!["lockfileVersion"] is null ? null : name => IsAmong(importer, name);
    }

    private static bool IsAmong(DataNode root, string name) =>
        root["dependencies"]?[name] is not null || root["devDependencies"]?[name] is not null || root["optionalDependencies"]?[name] is not null;

    private static Func<string, bool> Yarn(SnapshotFile file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, text) in file.Lines().Where(line => line.Text.Length > 1 && line.Text[0] is not (' ' or '#')))
        {
            foreach (var entry in text.TrimEnd(':').Split(','))
            {
                var selector = entry.Trim().Trim('"');
                if (selector.IndexOf('@', Math.Min(1, selector.Length)) is var at and > 0)
                {
                    names.Add(selector[..at]);
                }
            }
        }

        return names.Contains;
    }

    private static Func<string, bool>? Composer(SnapshotFile file)
    {
        if (file.Json().Root is not { } root || root["packages"] is null)
        {
            return null;
        }

        // What a package replaces or provides is there with it.
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var package in Concat(root["packages"], root["packages-dev"]))
        {
            names.Add(package["name"]?.Text?.ToLowerInvariant() ?? "");
            names.UnionWith(Groups(package, "replace", "provide").Select(pair => pair.Key.Text!.ToLowerInvariant()));
        }

        return names.Contains;
    }

    /// <summary>Poetry, uv and Cargo list <c>[[package]]</c> with a name.</summary>
    private static Func<string, bool>? Listed(SnapshotFile file)
    {
        var names = file.Lines().Select(line => ListedName().Match(line.Text)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? null : file.Name == "Cargo.lock" ? names.Contains : name => names.Contains(name) || names.Any(listed => Normal(listed) == name);
    }

    private static IEnumerable<DataNode> Concat(DataNode? first, DataNode? second) => (first?.Items ?? []).Concat(second?.Items ?? []);

    /// <summary>Names as PyPI compares them.</summary>
    private static string Normal(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("[-_.]+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Requirement();

    [GeneratedRegex("^name = \"(?<name>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ListedName();
}
