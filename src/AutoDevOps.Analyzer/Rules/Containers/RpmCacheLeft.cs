using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags caches of <c>yum</c>, <c>dnf</c> and <c>zypper</c> that stay in the image.</summary>
internal sealed class RpmCacheLeft : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT009", "rpm-cache-left", Category.Performance, Severity.Low,
        What: "`yum`, `dnf`, `microdnf` or `zypper` that install into the final image and do not clean up in the same `RUN`.",
        Why: "The image carries lists and packages that nobody reads again, often more than 100 MB.",
        Remedy: "Add `&& yum clean all` (`dnf clean all`, `zypper clean --all`) to the same `RUN`, or keep the cache in a cache mount.")
    {
        Equivalents = ["hadolint/DL3032", "hadolint/DL3036", "hadolint/DL3040", "trivy/DS015", "trivy/DS019", "trivy/DS020"],
        References = ["https://docs.docker.com/build/building/best-practices/#run"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        var packages = PackageCommand.In(run).Where(package => package.Manager is "yum" or "dnf" or "microdnf" or "zypper").ToList();
        var install = packages.Find(package => package is { IsInstall: true, Packages.Count: > 0 });
        if (install is null || !LayerCache.IsKept(file, run) || packages.Exists(package => package.Action is "clean")
            || install.Command.HasLong("--installroot", "--root") || LayerCache.IsRemoved(run, "/var/cache"))
        {
            yield break;
        }

        var program = install.Command.Program;
        yield return At(file, install.Command, $"What `{program} install {install.Packages[0]}` downloads stays in the image.") with
        {
            Fix = DockerFix.Append(file, run, program == "zypper" ? "zypper clean --all" : $"{program} clean all", "Clean up in the same layer"),
        };
    }
}
