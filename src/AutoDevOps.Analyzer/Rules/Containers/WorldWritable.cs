using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags files of the image that everybody may write.</summary>
internal sealed class WorldWritable : DockerfileRule
{
    private static readonly string[] Programs = [".sh", ".py", ".rb", ".pl", ".js", ".jar"];

    public override RuleDescriptor Descriptor { get; } = new(
        "CNT056", "world-writable", Category.Security, Severity.Low,
        What: "`chmod 777` or `a+w` of a whole tree or of a script, or `COPY --chmod=777`, in the final image.",
        Why: "Any program in the container may change what others run.",
        Remedy: "Give the files to the user that needs them: `COPY --chown`, or `chmod 755` and `775`.")
    {
        References = ["CWE-732", "CWE-276"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var run in dockerfile.Runs.Where(run => run.Stage.IsShipped))
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            foreach (var command in run.Commands.Where(command => command.Program == "chmod"))
            {
                var words = command.Arguments.Select(word => word.Text).Where(word => !word.StartsWith('-')).ToList();

                // One folder for a user of whatever number is made on purpose, and said so; a whole tree, or a program, is not.
                if (words is [var mode, var path, ..] && IsForAll(mode) && !words.Skip(1).All(IsForEverybody)
                    && (command.HasShort('R') || command.HasLong("--recursive") || Programs.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))))
                {
                    yield return Descriptor.At(file.Path, command.Line, $"`chmod {mode} {path}` lets everybody write.", command.EndLine);
                }
            }
        }

        foreach (var copy in dockerfile.BuildStages.Where(stage => stage.IsShipped).SelectMany(stage => stage.Instructions).Where(instruction => instruction.Keyword is "COPY" or "ADD"))
        {
            if (CopyWords.Flag(copy, "chmod") is { } mode && IsForAll(mode))
            {
                yield return At(file, copy, $"Everybody may write what is copied with --chmod={mode}.");
            }
        }
    }

    private static bool IsForAll(string mode) => mode is "777" or "0777" or "666" or "0666" or "a+rwx" or "a+rwX" or "a=rwx" or "ugo+rwx" or "o+w" or "o+rwx" or "a+w" or "a+rw" or "ugo+rw" or "o+rw";

    /// <summary>Folders that are everybody's, and devices, which have to be.</summary>
    private static bool IsForEverybody(string path) => path.StartsWith("/tmp", StringComparison.Ordinal) || path.StartsWith("/var/tmp", StringComparison.Ordinal) || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/run", StringComparison.Ordinal) || path.StartsWith("/var/run", StringComparison.Ordinal);
}
