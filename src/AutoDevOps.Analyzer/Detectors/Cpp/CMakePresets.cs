using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Cpp;

/// <summary>The preset of <c>CMakePresets.json</c> that a Linux machine can configure, build and test with (cmake-presets(7)).</summary>
internal sealed class CMakePresets
{
    // The plainest first: of several that fit, the earliest in this list is taken.
    private static readonly string[] Preferred = ["ci", "ci-linux", "linux-ci", "ci-ubuntu", "default", "linux", "linux-debug", "linux-release", "dev", "debug", "release"];

    private readonly SnapshotFile _file;
    private readonly Dictionary<string, DataNode> _configure = new(StringComparer.Ordinal);
    private readonly DataNode _root;

    private CMakePresets(SnapshotFile file, DataNode root)
    {
        _file = file;
        _root = root;
        foreach (var preset in root["configurePresets"]?.Items ?? [])
        {
            if (preset["name"]?.Text is { } name)
            {
                _configure.TryAdd(name, preset);
            }
        }
    }

    public static CMakePresets? Read(DetectionContext context, string folder)
    {
        if (context.Snapshot.Find(RepositoryPath.File(folder, "CMakePresets.json")) is not { } file)
        {
            return null;
        }

        var document = file.Json();
        return document.Root is { Kind: NodeKind.Mapping } root ? new(file, root) : null;
    }

    /// <summary>The commands of the preset to use; null when none fits, or several do and no name decides.</summary>
    public CMakeRecipe? Recipe()
    {
        var usable = _configure.Values.Where(preset => !preset["hidden"].Is("true") && IsUsable(preset, 0) && SafeName.IsSafe(preset["name"]?.Text)).ToList();
        var chosen = usable.Count == 1 ? usable[0]
            : Preferred.Select(name => usable.Find(preset => preset["name"]!.Text == name)).FirstOrDefault(preset => preset is not null);
        if (chosen is null)
        {
            return null;
        }

        var name = chosen["name"]!.Text!;
        var build = Of("buildPresets", name);
        var test = Of("testPresets", name);
        var folder = BinaryFolder(chosen, name, 0);
        var run = build is not null ? $"cmake --build --preset {build}" : folder is not null ? $"cmake --build {folder}" : null;
        return run is null ? null : new($"cmake --preset {name}", run)
        {
            Test = test is not null ? $"ctest --preset {test}" : folder is not null ? $"ctest --test-dir {folder} --output-on-failure" : null,
            IsNamedTest = test is not null,
            Evidence = [Cite.At(_file, chosen["name"]!.Line)],
        };
    }

    /// <summary>Whether there are presets at all to choose from.</summary>
    public bool HasChoices => _configure.Values.Any(preset => !preset["hidden"].Is("true"));

    private string? Of(string kind, string configure) =>
        _root[kind]?.Items.Where(preset => preset["configurePreset"]?.Text == configure && !preset["hidden"].Is("true"))
            .Select(preset => preset["name"]?.Text).FirstOrDefault(SafeName.IsSafe);

    /// <summary>Own fields before those of what it inherits; a tool chain that is looked for in the environment is not there.</summary>
    private bool IsUsable(DataNode preset, int depth)
    {
        var generator = preset["generator"]?.Text ?? "";
        var toolchain = preset["toolchainFile"]?.Text ?? preset.At("cacheVariables", "CMAKE_TOOLCHAIN_FILE")?.Text ?? "";
        var condition = preset["condition"];
        var system = condition?["rhs"]?.Text;
        return !generator.StartsWith("Visual Studio", StringComparison.Ordinal) && generator != "Xcode"
            && !toolchain.Contains("$env{", StringComparison.Ordinal) && !toolchain.Contains("$penv{", StringComparison.Ordinal)
            && (condition is null || (condition["type"]?.Text == "equals" && system == "Linux") || (condition["type"]?.Text == "notEquals" && system is "Windows" or "Darwin"))
            && (depth > 10 || Parents(preset).All(parent => IsUsable(parent, depth + 1)));
    }

    private string? BinaryFolder(DataNode preset, string name, int depth)
    {
        if (preset["binaryDir"]?.Text is { } text)
        {
            var folder = text.Replace("${sourceDir}/", "", StringComparison.Ordinal).Replace("${presetName}", name, StringComparison.Ordinal);
            return SafeName.IsSafe(folder) && !folder.StartsWith('/') && !folder.Contains("..", StringComparison.Ordinal) ? folder.TrimEnd('/') : null;
        }

        return depth > 10 ? null : Parents(preset).Select(parent => BinaryFolder(parent, name, depth + 1)).FirstOrDefault(folder => folder is not null);
    }

    private IEnumerable<DataNode> Parents(DataNode preset) =>
        (preset["inherits"]?.ScalarOrItems() ?? []).Take(10).Select(parent => _configure.GetValueOrDefault(parent.Text ?? "")).OfType<DataNode>();
}

/// <summary>How a CMake project is configured, built and tested, in that order and with one build folder.</summary>
internal sealed record CMakeRecipe(string Configure, string Build)
{
    public string? Test { get; init; }

    /// <summary>Whether something names the tests themselves, so that they need no other sign.</summary>
    public bool IsNamedTest { get; init; }

    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}

internal static class DataNodeWords
{
    public static bool Is(this DataNode? node, string text) => node?.Text is { } own && string.Equals(own, text, StringComparison.OrdinalIgnoreCase);
}
