using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags upgrading everything that the base image brought.</summary>
internal sealed class SystemUpgrade : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT020", "system-upgrade", Category.Dependencies, Severity.Low,
        What: "An upgrade of all packages of the base image in a `RUN`.",
        Why: "The result depends on the day of the build and on the cache, and what is replaced stays in the layers below.",
        Remedy: "Use a newer base image, and rebuild when there is one.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3005", "trivy/DS024"],
        References = ["https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run) =>
        PackageCommand.In(run)
            .Where(package => package is { IsForSystem: true, Action: "upgrade", Packages.Count: 0 })
            .Select(package => At(file, package.Command, $"`{package.Command.Program} {package.ActionWord}` replaces packages of the base image."));
}
