namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Finds the release of pnpm that a repository is written for, where its <c>packageManager</c> does not pin one.</summary>
/// <remarks>The formats and the releases that write them stand in pnpm/spec (lockfile): a newer release refuses the older formats when the lock file
/// must not change, or writes them anew. 9.0 is read by all later ones.</remarks>
internal static class PnpmReleases
{
    private static readonly (string Format, string Release)[] Formats = [("5.3", "6"), ("5.4", "7"), ("6.", "8")];

    public static PackageManager Of(PackageManager manager, NodePackage package, RepositorySnapshot snapshot)
    {
        if (manager.Name != "pnpm" || package.Root["packageManager"]?.Text?.StartsWith("pnpm@", StringComparison.Ordinal) == true)
        {
            return manager;
        }

        if (manager.Version is { } pinned)
        {
            return manager with { Release = pinned };
        }

        var engine = package.Root.At("engines", "pnpm");
        if (engine?.Text is { } range && !VersionRange.IsOpen(range) && VersionRange.LowerBounds(range, 1) is [.., var bound])
        {
            return manager with { Release = bound, Evidence = [.. manager.Evidence, Cite.At(package.File, engine.Line)] };
        }

        if (manager.LockFile is not { } path || snapshot.Find(path) is not { } file)
        {
            return manager;
        }

        var (number, text) = file.Lines().Take(10).FirstOrDefault(line => line.Text.StartsWith("lockfileVersion:", StringComparison.Ordinal));
        var format = text?["lockfileVersion:".Length..].Trim(' ', '\'', '"');
        return format is not null && Array.Find(Formats, known => format.StartsWith(known.Format, StringComparison.Ordinal)).Release is { } release
            ? manager with { Release = release, Evidence = [.. manager.Evidence.Where(place => place.Path != path), Cite.At(file, number)] }
            : manager;
    }
}
