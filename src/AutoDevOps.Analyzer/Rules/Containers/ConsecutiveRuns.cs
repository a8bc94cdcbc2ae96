using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags layers that could be one.</summary>
internal sealed class ConsecutiveRuns : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT044", "consecutive-runs", Category.Performance, Severity.Info,
        What: "Two `RUN` of one command each, one after the other, in the final image.",
        Why: "Each is a layer of its own; what one deletes stays in the layer before.",
        Remedy: "Join them with `&&`.")
    {
        Strict = true,
        Confidence = 0.9,
        Equivalents = ["hadolint/DL3059"],
        References = ["https://docs.docker.com/build/building/best-practices/#run"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var all = dockerfile.Runs.ToDictionary(run => run.Instruction.StartLine);
        foreach (var stage in dockerfile.BuildStages.Where(stage => stage.IsShipped))
        {
            DockerRun? before = null;
            foreach (var instruction in stage.Instructions)
            {
                var run = instruction.Keyword == "RUN" && all.TryGetValue(instruction.StartLine, out var known) && known is { Commands.Count: 1, IsExec: false } && !instruction.Arguments.StartsWith("--", StringComparison.Ordinal) ? known : null;
                if (run is not null && before is not null)
                {
                    yield return At(file, instruction, $"This RUN could be one with that of line {before.Instruction.StartLine}.");
                }

                before = run;
            }
        }
    }
}
