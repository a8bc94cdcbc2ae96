using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags commands that cannot do in a build what they are for.</summary>
internal sealed class CommandWithoutEffect : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT022", "command-without-effect", Category.CodeQuality, Severity.Low,
        What: "A service that the last command of a `RUN` starts, `systemctl start`, `shutdown` and `reboot`, or a program that needs a terminal.",
        Why: "What runs ends with the `RUN`, there is no init to talk to, and nobody is at a terminal: the command does nothing or fails.",
        Remedy: "Start the program with `CMD` or `ENTRYPOINT`; leave the others out.")
    {
        Equivalents = ["hadolint/DL3001"],
        References = ["https://docs.docker.com/reference/dockerfile/#run"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        foreach (var (index, command) in run.Commands.Index())
        {
            var isLast = command.Next is ShellJoin.End && index == run.Commands.Count - 1;
            if (command.Depth == 0 && command.Before != ShellJoin.Or && command.Next != ShellJoin.Or && Reason(command, isLast) is { } reason)
            {
                yield return At(file, command, $"`{string.Join(' ', command.Words.Skip(command.Prefix.Count()).Take(3))}` {reason}.");
            }
        }
    }

    private static string? Reason(RunCommand command, bool isLast)
    {
        var arguments = command.Arguments.Select(word => word.Text).Where(word => !word.StartsWith('-')).ToList();
        return command.Program switch
        {
            "service" when isLast && arguments is [_, "start" or "restart", ..] => "starts something that ends with this RUN",
            "systemctl" when arguments is ["start" or "restart" or "reload", ..] => "has no init to talk to",
            "shutdown" or "reboot" or "poweroff" or "halt" when arguments.Count <= 1 => "has nothing to shut down",
            "vim" or "vi" or "nano" or "emacs" or "top" or "htop" or "less" or "more" when command.Before != ShellJoin.Pipe && !command.Arguments.Any(word => word.Text is "-b" or "-c" or "--batch" or "-e" or "-es" or "-E" or "--version" or "--headless" || word.Text.StartsWith('+')) && arguments.Count <= 2 => "needs a terminal",
            _ => null,
        };
    }
}
