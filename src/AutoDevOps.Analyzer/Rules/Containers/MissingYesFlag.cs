using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an installation that waits for somebody to answer.</summary>
internal sealed class MissingYesFlag : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT006", "missing-yes-flag", Category.CodeQuality, Severity.Medium,
        What: "`apt-get`, `yum`, `dnf` or `zypper` told to install without the option that says yes.",
        Why: "The package manager asks, nobody is there to answer, and the build stops.",
        Remedy: "Add `-y`, or `-n` for zypper.")
    {
        Equivalents = ["hadolint/DL3014", "hadolint/DL3030", "hadolint/DL3034", "hadolint/DL3038", "trivy/DS021"],
        References = ["https://docs.docker.com/build/building/best-practices/#apt-get"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var package in PackageCommand.In(run))
        {
            var command = package.Command;
            if (package is not { Manager: "apt" or "yum" or "dnf" or "zypper", Action: "install" or "upgrade" or "remove" or "build-dep", Packages.Count: > 0 }
                || package.Command.Next == ShellJoin.Or || command.Before == ShellJoin.Pipe || command.Targets.Any(target => target.Text.Contains("yes", StringComparison.Ordinal)) || SaysYes(package))
            {
                continue;
            }

            // What a configuration file or a variable decides cannot be seen in the command.
            if (run.Dockerfile.Mentions("assume-yes") || run.Dockerfile.Mentions("assumeyes") || command.Words.Any(word => !word.IsQuoted && word.Text.StartsWith('$')))
            {
                continue;
            }

            var zypper = package.Manager == "zypper";
            yield return At(file, command, $"`{command.Program} {package.ActionWord} {package.Packages[0]}` asks before it goes on.") with
            {
                Fix = zypper
                    ? DockerFix.Insert(file, run, command, command.ProgramWord!.Value, " -n", "Answer nothing with -n")
                    : DockerFix.Insert(file, run, command, package.ActionWord, " -y", "Say yes with -y"),
            };
        }
    }

    private static bool SaysYes(PackageCommand package) => package.Manager switch
    {
        // Two q mean yes; so does what changes nothing.
        "apt" => package.Command.HasShort('y', "toc") || package.Command.HasLong("--yes", "--assume-yes", "--assume-no", "--simulate", "--dry-run", "--just-print", "--print-uris", "--download-only", "--force-yes")
            || package.Command.HasShort('s', "toc") || package.Command.HasShort('d', "toc")
            || package.Command.Arguments.Any(word => word.Text.StartsWith('-') && !word.Text.StartsWith("--", StringComparison.Ordinal) && word.Text.Count(letter => letter == 'q') > 1)
            || package.Command.Arguments.Count(word => word.Text is "-q" or "--quiet") > 1
            || package.Command.Arguments.Any(word => word.Text is "-q=2" or "-qq=2"),
        "zypper" => package.Command.HasShort('n') || package.Command.HasShort('y') || package.Command.HasLong("--non-interactive", "--no-confirm", "--dry-run"),
        _ => package.Command.HasShort('y', "xceRd") || package.Command.HasLong("--assumeyes", "--assumeno", "--downloadonly"),
    };
}
