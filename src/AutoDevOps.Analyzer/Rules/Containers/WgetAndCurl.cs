using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags two programs for the same purpose.</summary>
internal sealed class WgetAndCurl : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT045", "wget-and-curl", Category.Performance, Severity.Info,
        What: "`wget` and `curl` used in the same stage.",
        Why: "One of them is enough, and makes the image smaller.",
        Remedy: "Use only one.")
    {
        Strict = true,
        Equivalents = ["hadolint/DL4001", "trivy/DS014"],
        References = ["https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var stage in dockerfile.Runs.GroupBy(run => run.Stage))
        {
            var first = stage.SelectMany(run => run.Commands).FirstOrDefault(command => command.Is("wget", "curl"));
            var other = first is null ? null : stage.SelectMany(run => run.Commands).FirstOrDefault(command => command.Is("wget", "curl") && command.Program != first.Program);
            if (other is not null)
            {
                yield return Descriptor.At(file.Path, other.Line, $"`{other.Program}` is used here, and `{first!.Program}` on line {first.Line}.", other.EndLine);
            }
        }
    }
}
