using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a download that fills the log with its progress.</summary>
internal sealed class WgetProgress : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT046", "wget-progress", Category.CodeQuality, Severity.Info,
        What: "`wget` without `-q`, `-nv` or `--progress`.",
        Why: "Where there is no terminal, it writes a line for every 50 kB.",
        Remedy: "Add `--progress=dot:giga`, `-nv` or `-q`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3047"],
        References = ["https://www.gnu.org/software/wget/manual/html_node/Download-Options.html"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        // What Alpine calls wget knows -q only.
        if (run.Stage.Base?.Name is null or "alpine" or "busybox" || run.Stage.Base.Tag?.Contains("alpine", StringComparison.Ordinal) == true)
        {
            yield break;
        }

        foreach (var command in run.Commands.Where(command => command.Program == "wget"))
        {
            if (!command.HasShort('q', "OPoat") && !command.HasLong("--quiet", "--no-verbose", "--progress", "--output-file", "--append-output", "--version", "--spider") && !command.Arguments.Any(word => word.Text is "-nv" or "-o" or "-a" or "-V")
                && command.Arguments.FirstOrDefault(word => !word.Text.StartsWith('-')).Text is { } what)
            {
                yield return At(file, command, $"The progress of `wget {what}` fills the log.") with
                {
                    Fix = DockerFix.Insert(file, run, command, command.ProgramWord!.Value, " --progress=dot:giga", "Show less of the progress"),
                };
            }
        }
    }
}
