using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a step of a build that is let out of its sandbox.</summary>
internal sealed class InsecureBuild : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT050", "insecure-build", Category.Security, Severity.High,
        What: "`RUN --security=insecure` or `RUN --network=host`.",
        Why: "What the step runs, downloads included, has the rights of root on the machine that builds, or its network.",
        Remedy: "Take the flag away, and do what needs it outside of the build.")
    {
        Confidence = 0.97,
        References = ["CWE-250", "https://docs.docker.com/reference/dockerfile/#run---security"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        foreach (var run in dockerfile.Instructions.Where(instruction => instruction.Keyword == "RUN" && instruction.Arguments.StartsWith("--", StringComparison.Ordinal)))
        {
            if (CopyWords.Flag(run, "security") == "insecure")
            {
                yield return At(file, run, "This step runs with all privileges of the machine that builds.");
            }
            else if (CopyWords.Flag(run, "network") == "host")
            {
                yield return At(file, run, "This step has the network of the machine that builds.") with { Severity = Severity.Medium };
            }
        }
    }
}
