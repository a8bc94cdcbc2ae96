using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a change of folder that nothing follows.</summary>
internal sealed class CdWithoutEffect : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT023", "cd-without-effect", Category.CodeQuality, Severity.Medium,
        What: "A `RUN` that ends with `cd`.",
        Why: "Each `RUN` starts in the folder of `WORKDIR`: the next instruction is not where it was meant to be.",
        Remedy: "Use `WORKDIR`.")
    {
        Confidence = 0.97,
        References = ["https://docs.docker.com/reference/dockerfile/#workdir"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        // `cd -` and `cd ..` tidy up after what was done.
        if (run.Commands is [.., { Program: "cd", Depth: 0, Next: ShellJoin.End } last] && last.Before is not (ShellJoin.Or or ShellJoin.Pipe)
            && last.Arguments.FirstOrDefault().Text is { } folder && folder is not ("-" or "/" or "~") && !folder.StartsWith("..", StringComparison.Ordinal)
            && run.Commands.Count(command => command.Program == "cd") == 1 && !run.Commands.Any(command => command.Is("pushd")))
        {
            yield return At(file, last, $"`cd {folder}` is forgotten at the end of this RUN.");
        }
    }
}
