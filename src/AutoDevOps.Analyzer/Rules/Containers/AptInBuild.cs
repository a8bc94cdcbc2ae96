using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags <c>apt</c>, which is for people, in a build.</summary>
internal sealed class AptInBuild : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT013", "apt-in-build", Category.CodeQuality, Severity.Low,
        What: "`apt` instead of `apt-get` in a `RUN`.",
        Why: "`apt` is made for a person at a terminal, says so itself, and may change between versions.",
        Remedy: "Write `apt-get`.")
    {
        Equivalents = ["hadolint/DL3027", "checkov/CKV_DOCKER_9"],
        References = ["https://manpages.debian.org/stable/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var command in run.Commands.Where(command => command.Program == "apt"))
        {
            // The others are no commands of apt-get.
            if (PackageCommand.Read(command) is { } package
                && package.ActionWord.Text is "install" or "update" or "upgrade" or "remove" or "purge" or "autoremove" or "clean" or "autoclean" or "build-dep")
            {
                yield return At(file, command, $"`apt {package.ActionWord} {(package.Packages.Count > 0 ? package.Packages[0].Text : "")}".TrimEnd() + "` is meant for a terminal.") with
                {
                    Fix = command.ProgramWord is { Text: "apt" } word ? DockerFix.Replace(file, run, command, word, "apt-get", "Write apt-get") : null,
                };
            }
        }
    }
}
