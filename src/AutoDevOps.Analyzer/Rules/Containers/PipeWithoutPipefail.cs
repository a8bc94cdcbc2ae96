using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a pipe whose first half may fail unnoticed.</summary>
internal sealed class PipeWithoutPipefail : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT048", "pipe-without-pipefail", Category.CodeQuality, Severity.Low,
        What: "A pipe in a `RUN` whose shell does not have `pipefail`.",
        Why: "Only the last command decides: the build goes on when the first fails.",
        Remedy: "Put `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before, or begin the `RUN` with `set -o pipefail`.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL4006"],
        References = ["https://docs.docker.com/build/building/best-practices/#using-pipes"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var shells = dockerfile.Instructions.Where(instruction => instruction.Keyword == "SHELL").ToList();
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            var pipe = run.Commands.FirstOrDefault(command => command.Next == ShellJoin.Pipe && !command.Is("echo", "printf", "yes", "cat", ":", "true"));
            if (pipe is not null && !shells.Take(100).Any(shell => shell.StartLine < run.Instruction.StartLine && shell.Arguments.Contains("pipefail", StringComparison.Ordinal))
                && !run.Commands.Any(command => command.Program == "set" && command.Arguments.Any(word => word.Text == "pipefail")))
            {
                yield return Descriptor.At(file.Path, pipe.Line, $"The build does not notice when `{pipe.Program}` fails.", pipe.EndLine);
            }
        }
    }
}
