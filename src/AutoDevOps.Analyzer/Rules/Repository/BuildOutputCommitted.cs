using AutoDevOps.Analyzer.Detectors;

namespace AutoDevOps.Analyzer.Rules.Repository;

/// <summary>Flags what tools make and nobody writes.</summary>
internal sealed class BuildOutputCommitted : IRepositoryRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "REP008", "build-output-committed", Category.CodeQuality, Severity.Low,
        What: "Installed packages or outputs of builds in the repository: `node_modules`, `.venv`, `__pycache__`, `.terraform`, `obj/project.assets.json`, `.gradle`.",
        Why: "It is of one machine and moment, hides what is in it from reviews, and every clone downloads it.",
        Remedy: "Delete it, and add it to `.gitignore`.")
    {
        Equivalents = ["scorecard/Binary-Artifacts"],
        References = ["CWE-1357", "https://github.com/github/gitignore"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) =>
        snapshot.Entries.Count > 0;

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in snapshot.Entries.Where(file => !file.IsTest))
        {
            if (Output(file) is { } folder && told.Add(folder) && told.Count <= 20)
            {
                yield return Descriptor.At(new Location(file.Path, 0, 0), $"'{folder}' is made by a tool.");
            }
        }
    }

    /// <summary>The folder, when something in it is there that only its tool writes.</summary>
    private static string? Output(SnapshotFile file)
    {
        if (file.Path.IndexOf("node_modules/", StringComparison.Ordinal) is var modules and >= 0 && (modules == 0 || file.Path[modules - 1] == '/') && file.Name is ".package-lock.json" or ".yarn-integrity" or ".modules.yaml")
        {
            return file.Path[..(modules + "node_modules".Length)];
        }

        return (file.Name, Path.GetFileName(file.Directory)) switch
        {
            ("pyvenv.cfg", _) => file.Directory,
            ("project.assets.json", "obj") => file.Directory,
            (_, "__pycache__") when file.Extension == ".pyc" => file.Directory,
            (_, ".terraform") or ("modules.json", "modules") when file.Path.Contains(".terraform/", StringComparison.Ordinal) => file.Path[..(file.Path.IndexOf(".terraform/", StringComparison.Ordinal) + ".terraform".Length)],
            ("fileHashes.bin", _) when file.Path.Contains(".gradle/", StringComparison.Ordinal) => file.Path[..(file.Path.IndexOf(".gradle/", StringComparison.Ordinal) + ".gradle".Length)],
            _ => null,
        };
    }
}
