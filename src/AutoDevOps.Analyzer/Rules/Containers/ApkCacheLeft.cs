using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an index of packages that stays in an Alpine image.</summary>
internal sealed class ApkCacheLeft : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT008", "apk-cache-left", Category.Performance, Severity.Low,
        What: "`apk add` without `--no-cache` in a layer of the final image.",
        Why: "The image carries an index of packages that is out of date the next day.",
        Remedy: "Write `apk add --no-cache`; then no `apk update` is needed, either.")
    {
        Equivalents = ["hadolint/DL3019", "trivy/DS025"],
        References = ["https://wiki.alpinelinux.org/wiki/Local_APK_cache"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (!LayerCache.IsKept(file, run) || LayerCache.IsRemoved(run, "/var/cache/apk", "/var/cache/*", "/etc/apk/cache"))
        {
            yield break;
        }

        foreach (var package in PackageCommand.In(run))
        {
            // Another root is another image; what is read from no network has no index.
            if (package is { Manager: "apk", IsInstall: true, Packages.Count: > 0 } && !package.Command.HasLong("--no-cache", "--root", "--cache-dir", "--no-network") && !package.Command.HasShort('p')
                && !package.Command.Words.Any(word => !word.IsQuoted && word.Text.StartsWith("$APK", StringComparison.OrdinalIgnoreCase)))
            {
                yield return At(file, package.Command, $"`apk add {package.Packages[0]}` keeps its index in the image.") with
                {
                    Fix = DockerFix.Insert(file, run, package.Command, package.ActionWord, " --no-cache", "Add --no-cache"),
                };
            }
        }
    }
}
