using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a script from the network that is run unseen.</summary>
internal sealed class ScriptFromNetwork : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT052", "script-from-network", Category.Security, Severity.Low,
        What: "A script that is downloaded and run in one go, such as `curl … | sh`.",
        Why: "Whoever controls the address controls the image, nobody sees what ran, and a download that breaks off runs in part.",
        Remedy: "Download a version, compare its checksum, and run it then; or install a package.")
    {
        References = ["CWE-494", "CWE-829"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (Downloads.IsVerified(run))
        {
            yield break;
        }

        // A script with more of them than this is nobody's.
        var runners = run.Commands.Where(command => command.Depth == 0 && command.Is("sh", "bash", "ash", "zsh", "eval", "source", ".")).Take(50).ToList();
        foreach (var (index, command) in run.Commands.Index())
        {
            if (!Downloads.IsDownload(command))
            {
                continue;
            }

            if (command.Next == ShellJoin.Pipe && index + 1 < run.Commands.Count && RunsItsInput(run.Commands[index + 1]))
            {
                yield return At(file, command, $"What `{command.Program} {Address(command)}` fetches is run as it comes.");
            }
            else if (command is { Depth: 1, Next: ShellJoin.End } && runners.Exists(runner => runner.Source == command.Source && runner.Arguments.Take(20).Any(word => Stands(word, command))))
            {
                yield return At(file, command, $"What `{command.Program} {Address(command)}` fetches is run as it comes.");
            }
        }
    }

    /// <summary>Whether the word is a substitution that the command stands in: <c>sh -c "$(curl …)"</c>, <c>bash &lt;(curl …)</c>.</summary>
    private static bool Stands(ShellWord word, RunCommand command) =>
        word.Start < command.Words[0].Start && command.Words[^1].End < word.End && (word.Text.StartsWith("$(", StringComparison.Ordinal) || word.Text.StartsWith("<(", StringComparison.Ordinal) || word.Text.StartsWith('`'));

    private static string Address(RunCommand command) =>
        command.Arguments.Select(word => word.Text).FirstOrDefault(text => text.Contains("://", StringComparison.Ordinal)) is { } address ? address : "…";

    private static bool RunsItsInput(RunCommand command)
    {
        if (!command.Is("sh", "bash", "ash", "dash", "zsh", "python", "python3", "python2", "node", "php", "perl", "ruby"))
        {
            return false;
        }

        // php -r, python -c, sh -c: the program is another, and the input is data.
        var first = command.Arguments.Select(word => word.Text).FirstOrDefault();
        return command.Is("sh", "bash", "ash", "dash", "zsh") ? !command.Arguments.Any(word => word.Text is "-c" || word.Text.EndsWith(".sh", StringComparison.Ordinal)) : first is null or "-" or "-s" or "--";
    }
}
