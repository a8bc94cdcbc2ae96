using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags replacing the system's shell to change the shell of the build.</summary>
internal sealed class ShellLinked : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT042", "shell-linked", Category.CodeQuality, Severity.Low,
        What: "A link to another shell in the place of `/bin/sh`.",
        Why: "Every script of the system runs in another shell than its authors meant; the next update may take the link away.",
        Remedy: "Choose the shell of the build with `SHELL`.")
    {
        Equivalents = ["hadolint/DL4005"],
        References = ["https://docs.docker.com/reference/dockerfile/#shell"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run) =>
        run.Commands
            .Where(command => command.Program == "ln" && command.Arguments.Select(word => word.Text).Where(word => !word.StartsWith('-')).ToList() is [var from, "/bin/sh" or "/usr/bin/sh"]
                && from[(from.LastIndexOf('/') + 1)..] is "bash" or "zsh" or "dash" or "ash" or "ksh")
            .Select(command => At(file, command, "/bin/sh becomes another shell."));
}
