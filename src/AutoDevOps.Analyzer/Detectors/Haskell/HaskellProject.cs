using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Haskell;

/// <summary>A Haskell project: the packages that are built together, with cabal or with Stack.</summary>
/// <param name="Packages">Those with a <c>*.cabal</c> file in or below the folder, its own first.</param>
/// <param name="Hpack">The <c>package.yaml</c> of a folder without a <c>*.cabal</c> file, which only Stack reads by itself; else null.</param>
internal sealed record HaskellProject(string Folder, IReadOnlyList<CabalFile> Packages, SnapshotFile? CabalProject, SnapshotFile? Stack, SnapshotFile? Hpack)
{
    public string Name =>
        Packages.FirstOrDefault(package => package.Folder == Folder)?.Name ?? Hpack?.Yaml().Root?["name"]?.Text ?? (Folder.Length > 0 ? Path.GetFileName(Folder) : Packages.Count > 0 ? Packages[0].Name ?? "root" : "root");

    /// <summary>What existing CI uses, if it uses one of the two: <c>cabal</c> or <c>stack</c>.</summary>
    public string? InCi { get; private init; }

    /// <summary>Cabal, unless only Stack can build it, or it is what is configured or used in CI.</summary>
    public bool UsesStack => Stack is not null && (Hpack is not null || (InCi is null ? CabalProject is null : InCi == "stack"));

    public Evidence Place => (UsesStack ? Stack : CabalProject) is { } file ? Cite.File(file) : Packages.Count > 0 ? Packages[0].Place : Cite.File(Hpack!);

    public Evidence? TestSuite => Packages.Select(package => package.TestSuite).FirstOrDefault(place => place is not null) ?? HpackTests;

    private Evidence? HpackTests => Hpack?.Yaml().Root?.Key("tests") is { } tests ? Cite.At(Hpack, tests.Line) : null;

    /// <summary>The projects of a repository: where <c>cabal.project</c> or <c>stack.yaml</c> lies, and each package that is in none of these.</summary>
    public static IReadOnlyList<HaskellProject> Find(DetectionContext context)
    {
        var snapshot = context.Snapshot;
        var cabals = snapshot.Files.Where(file => file.Extension == ".cabal" && !IsIgnored(file.Directory)).GroupBy(file => file.Directory, StringComparer.Ordinal).Select(folder => CabalFile.Read(folder.First())).ToList();
        var hpacks = snapshot.Named("package.yaml").Where(file => !IsIgnored(file.Directory) && cabals.TrueForAll(cabal => cabal.Folder != file.Directory) && IsHpack(context, file)).ToList();
        var roots = snapshot.Named("cabal.project").Concat(snapshot.Named("stack.yaml")).Select(file => file.Directory).Where(folder => !IsIgnored(folder)).ToHashSet(StringComparer.Ordinal);
        var named = roots.ToList();
        foreach (var folder in cabals.Select(cabal => cabal.Folder).Concat(hpacks.Select(hpack => hpack.Directory)))
        {
            // Without a file that names several, a package is built by itself.
            if (!RepositoryPath.Upwards(folder).Any(named.Contains))
            {
                roots.Add(folder);
            }
        }

        var inCi = Tool(context);
        return
        [
            .. roots.Order(StringComparer.Ordinal).Select(folder => new HaskellProject(
                folder,
                [.. cabals.Where(cabal => RepositoryPath.IsWithin(cabal.Folder, folder) && RepositoryPath.Upwards(cabal.Folder).First(roots.Contains) == folder).OrderBy(cabal => cabal.Folder != folder).ThenBy(cabal => cabal.Folder, StringComparer.Ordinal)],
                snapshot.Find(RepositoryPath.File(folder, "cabal.project")),
                snapshot.Find(RepositoryPath.File(folder, "stack.yaml")),
                hpacks.Find(hpack => hpack.Directory == folder)) { InCi = inCi }).Where(project => project.Packages.Count > 0 || project.Hpack is not null),
        ];
    }

    private static string? Tool(DetectionContext context)
    {
        var runs = context.Ci.SelectMany(ci => ci.Steps).Select(step => step.Run).OfType<string>().ToList();
        var cabal = runs.Exists(run => run.Contains("cabal test", StringComparison.Ordinal) || run.Contains("cabal build", StringComparison.Ordinal));
        var stack = runs.Exists(run => run.Contains("stack test", StringComparison.Ordinal) || run.Contains("stack build", StringComparison.Ordinal));
        return cabal == stack ? null : cabal ? "cabal" : "stack";
    }

    /// <summary>Others have files of this name too; hpack's has a part that is built.</summary>
    private static bool IsHpack(DetectionContext context, SnapshotFile file)
    {
        var document = file.Yaml();
        return document.Root is { Kind: NodeKind.Mapping } root && (root["library"] is not null || root["executables"] is not null || root["executable"] is not null || root["tests"] is not null);
    }

    private static bool IsIgnored(string folder) =>
        folder.Length > 0 && (RepositoryPath.IsSample(folder) || folder.Split('/').Any(part => part is "dist-newstyle" or "dist" or ".stack-work" or "test" or "tests" or "testsuite"));
}
