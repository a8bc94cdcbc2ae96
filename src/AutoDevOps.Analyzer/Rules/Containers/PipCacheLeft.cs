using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags downloads of <c>pip</c> that stay in the image.</summary>
internal sealed class PipCacheLeft : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT010", "pip-cache-left", Category.Performance, Severity.Low,
        What: "`pip install` into the final image with its cache on.",
        Why: "Everything that is installed is in the image twice: installed, and as it was downloaded.",
        Remedy: "Add `--no-cache-dir`, set `PIP_NO_CACHE_DIR=1`, or keep the cache in a cache mount.")
    {
        Equivalents = ["hadolint/DL3042"],
        References = ["https://pip.pypa.io/en/stable/topics/caching/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (!LayerCache.IsKept(file, run) || run.Dockerfile.Mentions("PIP_NO_CACHE_DIR") || run.Dockerfile.Mentions("PIP_CACHE_DIR") || run.Dockerfile.Mentions("no-cache-dir true") || run.Dockerfile.Mentions("pip.conf")
            || LayerCache.IsRemoved(run, ".cache", "/root/*")
            || PackageCommand.In(run).Any(package => package is { Manager: "pip", Action: "cache" }))
        {
            yield break;
        }

        foreach (var package in PackageCommand.In(run))
        {
            if (package is { Manager: "pip", IsInstall: true } && !package.Command.HasLong("--no-cache-dir", "--no-cache", "--cache-dir", "--dry-run", "--no-index", "--help")
                && !package.Command.Words.Any(word => !word.IsQuoted && word.Text.StartsWith('$')))
            {
                var what = string.Join(' ', package.Command.Arguments.SkipWhile(word => word != package.ActionWord).Skip(1).Take(2).Select(word => word.Text));
                yield return At(file, package.Command, $"`{package.Command.Program} install {what}` keeps what it downloads in the image.") with
                {
                    Fix = DockerFix.Insert(file, run, package.Command, package.ActionWord, " --no-cache-dir", "Add --no-cache-dir"),
                };
            }
        }
    }
}
