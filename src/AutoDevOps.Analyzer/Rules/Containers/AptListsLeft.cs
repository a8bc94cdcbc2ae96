using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags lists of packages that stay in the image.</summary>
internal sealed class AptListsLeft : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT007", "apt-lists-left", Category.Performance, Severity.Low,
        What: "`apt-get update` whose lists are still there when the layer of the final image is written.",
        Why: "The image carries some 20 to 50 MB of lists that are out of date the next day.",
        Remedy: "Remove `/var/lib/apt/lists/*` in the same `RUN`, or keep it in a cache mount.")
    {
        Equivalents = ["hadolint/DL3009"],
        References = ["https://docs.docker.com/build/building/best-practices/#apt-get"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        var packages = PackageCommand.In(run).Where(package => package.Manager == "apt").ToList();
        if (packages.Find(package => package.Action == "update") is { } update
            && packages.Exists(package => package.IsInstall)
            && LayerCache.IsKept(file, run)
            && !packages.Exists(package => package.Action is "distclean" or "dist-clean")
            && !LayerCache.IsRemoved(run, "/var/lib/apt", "/var/lib/*", "/var/lib/{"))
        {
            yield return At(file, update.Command, $"The lists that line {update.Command.Line} fetches stay in the image.") with
            {
                Fix = IsReadLater(run) ? null : DockerFix.Append(file, run, "rm -rf /var/lib/apt/lists/*", "Remove the lists in the same layer"),
            };
        }
    }

    /// <summary>Whether a later layer installs by these lists, and would fail without them.</summary>
    private static bool IsReadLater(DockerRun run) =>
        run.Dockerfile.Runs.Any(later => later.Instruction.StartLine > run.Instruction.StartLine && later.Stage.Chain().Contains(run.Stage)
            && PackageCommand.In(later).FirstOrDefault(package => package is { Manager: "apt", Action: "install" or "update" or "build-dep" }) is { Action: not "update" });
}
