using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags an empty line where the line before says that it goes on.</summary>
internal sealed class EmptyContinuation : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT059", "empty-continuation", Category.CodeQuality, Severity.Low,
        What: "An empty line inside of an instruction.",
        Why: "Docker warns that a later version refuses it, and readers take the next line for an instruction of its own.",
        Remedy: "Delete the empty line, or write `#` in it.")
    {
        Confidence = 0.97,
        Equivalents = ["docker/NoEmptyContinuation"],
        References = ["https://docs.docker.com/reference/build-checks/no-empty-continuation/"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Text.LastLine > instruction.StartLine))
        {
            var empty = Enumerable.Range(instruction.StartLine + 1, instruction.Text.LastLine - instruction.StartLine - 1)
                .Where(line => string.IsNullOrWhiteSpace(dockerfile.Lines[line - 1])).ToList();
            if (empty.Count > 0)
            {
                yield return Descriptor.At(file.Path, empty[0], $"The {instruction.Keyword} of line {instruction.StartLine} goes on behind an empty line.") with
                {
                    Fix = empty.Count > 100 ? null : new("Delete the empty lines", file.Path, [.. empty.Select(line => new Edit(line, line, null))]),
                };
            }
        }
    }
}
