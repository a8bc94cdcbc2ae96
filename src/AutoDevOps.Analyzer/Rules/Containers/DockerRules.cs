using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>A rule about a Dockerfile, which is none of a test's.</summary>
internal abstract class DockerfileRule : IFileRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) => Dockerfile.IsPath(file) && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file) => Check(file, Dockerfile.Parse(file));

    protected abstract IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile);

    protected Finding At(SnapshotFile file, DockerInstruction instruction, string message) =>
        Descriptor.At(file.Path, instruction.StartLine, message, instruction.EndLine);
}

/// <summary>A rule about what a POSIX shell does while an image is built.</summary>
internal abstract class RunRule : DockerfileRule
{
    protected sealed override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            foreach (var finding in Check(file, run))
            {
                yield return finding;
            }
        }
    }

    protected abstract IEnumerable<Finding> Check(SnapshotFile file, DockerRun run);

    protected Finding At(SnapshotFile file, RunCommand command, string message) => Descriptor.At(file.Path, command.Line, message, command.EndLine);
}
