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
        // The other actions are none of apt-get.
        var packages = run.Commands.Where(command => command.Program == "apt").Select(PackageCommand.Read).OfType<PackageCommand>()
            .Where(package => package.ActionWord.Text is "install" or "update" or "upgrade" or "remove" or "purge" or "autoremove" or "clean" or "autoclean" or "build-dep")
            .ToList();
        if (packages is [var first, ..])
        {
            var said = $"`apt {first.ActionWord}{(first.Packages.Count > 0 ? " " + first.Packages[0] : "")}`";
            var words = packages.Select(package => (package.Command, Word: package.Command.ProgramWord!.Value)).Where(pair => pair.Word.Text == "apt").ToList();
            yield return At(file, first.Command, $"{said} is meant for a terminal.") with { Fix = words.Count == packages.Count ? DockerFix.Replace(file, run, words, "apt-get", "Write apt-get") : null };
        }
    }
}
