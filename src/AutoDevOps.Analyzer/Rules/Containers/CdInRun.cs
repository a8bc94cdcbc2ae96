using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags <c>cd</c> where <c>WORKDIR</c> would do.</summary>
internal sealed class CdInRun : RunRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT024", "cd-in-run", Category.CodeQuality, Severity.Info,
        What: "A `RUN` that begins with `cd` to an absolute path.",
        Why: "Where later instructions run is easier to see when `WORKDIR` says it.",
        Remedy: "Put `WORKDIR` before the `RUN`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL3003", "trivy/DS013"],
        References = ["https://docs.docker.com/build/building/best-practices/#workdir"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, DockerRun run)
    {
        if (run.Commands is [{ Program: "cd", Next: ShellJoin.And or ShellJoin.Sequence } first, _, ..] && first.Arguments.FirstOrDefault().Text is { } folder && folder.StartsWith('/'))
        {
            yield return At(file, first, $"`cd {folder}` could be a WORKDIR.");
        }
    }
}
