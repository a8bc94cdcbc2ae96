using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags packages that are installed in whatever version there is on the day.</summary>
internal abstract class UnpinnedPackages : RunRule
{
    protected const string WhyUnpinned = "The same commit builds a different image next month.";

    protected sealed override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var package in PackageCommand.In(run).Where(package => package.IsInstall && Concerns(package)))
        {
            var open = package.Packages.Select(word => word.Text).Where(name => !name.Contains('$', StringComparison.Ordinal) && !IsLocal(name) && !IsPinned(package, name)).Distinct(StringComparer.Ordinal).ToList();
            if (open.Count > 0)
            {
                var more = open.Count > 3 ? $" and {open.Count - 3} more" : "";
                yield return At(file, package.Command, $"No version is given for {string.Join(", ", open.Take(3))}{more}.");
            }
        }
    }

    protected abstract bool Concerns(PackageCommand package);

    protected abstract bool IsPinned(PackageCommand package, string name);

    /// <summary>A file or an address, which says itself what it is.</summary>
    private static bool IsLocal(string name) =>
        name is "." or ".." || name.StartsWith('.') || name.StartsWith('/') || name.StartsWith('~') || name.Contains("://", StringComparison.Ordinal)
        || name.EndsWith(".deb", StringComparison.Ordinal) || name.EndsWith(".rpm", StringComparison.Ordinal) || name.EndsWith(".whl", StringComparison.Ordinal) || name.EndsWith(".apk", StringComparison.Ordinal)
        || name.EndsWith(".gem", StringComparison.Ordinal) || name.EndsWith(".tgz", StringComparison.Ordinal) || name.EndsWith(".tar.gz", StringComparison.Ordinal);
}
