using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags an application whose dependencies are not locked.</summary>
/// <remarks>A library may leave its lock file out; only what is surely an application is flagged.</remarks>
internal sealed class MissingLockFile : IRepositoryRule
{
    private static readonly string[] NodeLocks =
        ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock"];

    public RuleDescriptor Descriptor { get; } = new(
        "DEP001", "missing-lock-file", Category.Dependencies, Severity.Medium,
        What: "An application with dependencies and no lock file.",
        Why: "Every installation may bring other versions than the one before, a malicious one among them.",
        Remedy: "Run the package manager's install command once and commit the lock file it writes.")
    {
        Confidence = 0.95,
        Equivalents = ["scorecard/Pinned-Dependencies"],
        References = ["CWE-1357", "CWE-494", "OWASP A06:2021", "OWASP CICD-SEC-3"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Files.Any(file => file.Name is "package.json" or "go.mod" or "composer.json");

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var paths = snapshot.Entries.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var file in snapshot.Files.Where(file => !file.IsTest))
        {
            var finding = file.Name switch
            {
                "package.json" => Node(file, paths),
                "go.mod" => Go(file, paths),
                "composer.json" => Composer(file, paths),
                _ => null,
            };
            if (finding is not null)
            {
                yield return finding;
            }
        }
    }

    private Finding? Node(SnapshotFile file, HashSet<string> paths)
    {
        if (file.Json().Root is not { Kind: NodeKind.Mapping } root)
        {
            return null;
        }

        // Private and startable: an application. A documentation folder or a workspace's member is neither.
        var dependencies = root["dependencies"] ?? root["devDependencies"];
        return root["private"]?.IsTrue == true && root.At("scripts", "start") is not null && dependencies is { Entries.Count: > 0 }
            && !Folders(file.Directory).Any(folder => NodeLocks.Any(name => paths.Contains(folder + name)))
            ? Descriptor.At(file.Path, root.Key(root["dependencies"] is null ? "devDependencies" : "dependencies")!.Line, "These dependencies are locked by no lock file.")
            : null;
    }

    private Finding? Go(SnapshotFile file, HashSet<string> paths)
    {
        var folder = file.Directory.Length == 0 ? "" : file.Directory + "/";
        var require = file.Lines().FirstOrDefault(line => line.Text.StartsWith("require ", StringComparison.Ordinal));
        return require.Text is not null
            && !paths.Contains(folder + "go.sum") && !paths.Contains(folder + "vendor/modules.txt") && !paths.Any(path => path.EndsWith("go.work.sum", StringComparison.Ordinal))
            && !file.Text.Contains("replace ", StringComparison.Ordinal)
            ? Descriptor.At(file.Path, require.Number, "There is no go.sum: nothing verifies these modules.")
            : null;
    }

    private Finding? Composer(SnapshotFile file, HashSet<string> paths)
    {
        var folder = file.Directory.Length == 0 ? "" : file.Directory + "/";
        return file.Json().Root is { } root && root["type"]?.Text == "project" && root["require"] is { Entries.Count: > 1 } && !paths.Contains(folder + "composer.lock")
            ? Descriptor.At(file.Path, root.Key("require")!.Line, "These dependencies are locked by no composer.lock.")
            : null;
    }

    private static IEnumerable<string> Folders(string directory)
    {
        for (var folder = directory; folder.Length > 0; folder = folder.LastIndexOf('/') is var slash and >= 0 ? folder[..slash] : "")
        {
            yield return folder + "/";
        }

        yield return "";
    }
}
