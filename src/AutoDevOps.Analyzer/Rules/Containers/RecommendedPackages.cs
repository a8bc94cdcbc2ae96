using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags packages that come with those that are asked for.</summary>
internal sealed class RecommendedPackages : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT014", "recommended-packages", Category.Performance, Severity.Low,
        What: "`apt-get install` without `--no-install-recommends`.",
        Why: "Packages that nobody asked for make the image larger, and are kept up to date or are not.",
        Remedy: "Add `--no-install-recommends`, and name what is then missing.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3015", "trivy/DS029"],
        References = ["https://docs.docker.com/build/building/best-practices/#apt-get"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var package in PackageCommand.In(run))
        {
            if (package is { Manager: "apt", IsInstall: true, Packages.Count: > 0 } && !package.Command.HasLong("--no-install-recommends", "--without-recommends") && !package.Command.HasShort('R', "toc")
                && !run.Dockerfile.Mentions("Install-Recommends ") && !run.Dockerfile.Mentions("APT::Install-Recommends"))
            {
                yield return At(file, package.Command, $"`{package.Command.Program} install {package.Packages[0]}` installs what is only recommended, too.") with
                {
                    Fix = DockerFix.Insert(file, run, package.Command, package.ActionWord, " --no-install-recommends", "Add --no-install-recommends"),
                };
            }
        }
    }
}
