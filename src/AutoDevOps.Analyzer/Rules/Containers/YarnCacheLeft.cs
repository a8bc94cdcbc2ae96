using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags downloads of <c>yarn</c> that stay in the image.</summary>
internal sealed class YarnCacheLeft : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT011", "yarn-cache-left", Category.Performance, Severity.Low,
        What: "`yarn install` into the final image without `yarn cache clean` in the same `RUN`.",
        Why: "Everything that is installed is in the image twice: installed, and as it was downloaded.",
        Remedy: "Add `&& yarn cache clean` to the same `RUN`, or keep the cache in a cache mount.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3060"],
        References = ["https://classic.yarnpkg.com/lang/en/docs/cli/cache/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        var packages = PackageCommand.In(run).Where(package => package.Manager == "yarn").ToList();

        // --immutable is of later versions, which keep their cache in the project.
        var install = packages.Find(package => package.Action is "install" or "add" && !package.Command.HasLong("--immutable", "--cache-folder"));
        if (install is not null && LayerCache.IsKept(file, run) && !packages.Exists(package => package.Action == "cache") && !LayerCache.IsRemoved(run, ".cache", "yarn"))
        {
            yield return At(file, install.Command, $"What `yarn {install.ActionWord}` downloads stays in the image.") with
            {
                Fix = DockerFix.Append(file, run, "yarn cache clean", "Clean the cache in the same layer"),
            };
        }
    }
}
