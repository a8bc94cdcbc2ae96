using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an archive that is copied into the image to be unpacked there.</summary>
internal sealed class ArchiveCopied : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT028", "archive-copied", Category.Performance, Severity.Low,
        What: "`COPY` of a tar archive that a later `RUN` of the final image unpacks.",
        Why: "The archive stays in its layer, also when it is deleted afterwards.",
        Remedy: "Unpack it with `ADD`, or mount it with `RUN --mount=type=bind`.")
    {
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3010"],
        References = ["https://docs.docker.com/reference/dockerfile/#add"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        // The first that unpacks an archive of each name, stage by stage.
        var unpacked = new Dictionary<(BuildStage Stage, string Name), RunCommand>();
        foreach (var run in dockerfile.Runs.Where(run => run.Stage.IsShipped))
        {
            foreach (var command in run.Commands.Where(IsPlainUnpacking))
            {
                foreach (var word in command.Arguments.Where(word => IsTar(word.Text)))
                {
                    unpacked.TryAdd((run.Stage, NameOf(word.Text)), command);
                }
            }
        }

        foreach (var stage in dockerfile.BuildStages.Where(stage => stage.IsShipped))
        {
            foreach (var copy in stage.Instructions.Where(instruction => instruction.Keyword == "COPY" && instruction.Sources().Count > 0))
            {
                if (copy.Sources().FirstOrDefault(source => IsTar(source) && !source.Contains('*', StringComparison.Ordinal)) is { } archive
                    && unpacked.TryGetValue((stage, NameOf(archive)), out var command) && command.Line > copy.EndLine)
                {
                    yield return At(file, copy, $"'{NameOf(archive)}' is copied here and unpacked on line {command.Line}.");
                }
            }
        }
    }

    /// <summary>Nothing that <c>ADD</c> could not do: no part of the archive, no folders left out.</summary>
    private static bool IsPlainUnpacking(RunCommand command) =>
        command.Program == "tar" && !command.HasLong("--strip-components", "--strip", "--wildcards", "--transform", "--exclude", "--owner")
        && command.Arguments.FirstOrDefault().Text is { } first && (first.StartsWith("--", StringComparison.Ordinal) ? command.HasLong("--extract") : first.Contains('x', StringComparison.Ordinal));

    private static bool IsTar(string name) =>
        name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".tar.gz", StringComparison.Ordinal) || name.EndsWith(".tgz", StringComparison.Ordinal) || name.EndsWith(".tar.bz2", StringComparison.Ordinal) || name.EndsWith(".tar.xz", StringComparison.Ordinal);

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
