using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags lists of packages that are fetched in another layer than what is installed by them.</summary>
internal sealed class UpdateAlone : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT012", "update-alone", Category.CodeQuality, Severity.Medium,
        What: "`apt-get update` in a `RUN` of its own, and an installation in a later one.",
        Why: "The layer with the lists is taken from the cache while the line that installs changes: old versions, or packages that are gone.",
        Remedy: "Update and install in the same `RUN`.")
    {
        Equivalents = ["trivy/DS017", "checkov/CKV_DOCKER_5"],
        References = ["https://docs.docker.com/build/building/best-practices/#apt-get"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        PackageCommand? alone = null;
        BuildStage? stage = null;
        foreach (var run in dockerfile.Runs)
        {
            WorkBudget.Spend(1 + run.Commands.Count);
            alone = run.Stage == stage ? alone : null;
            stage = run.Stage;
            var packages = PackageCommand.In(run).Where(package => package.Manager == "apt").ToList();
            var installs = packages.Exists(package => package.Action is "install" or "upgrade" or "build-dep" or "satisfy");
            var updates = packages.Find(package => package.Action == "update");
            if (alone is not null && installs && updates is null)
            {
                yield return Descriptor.At(file.Path, alone.Command.Line, $"The lists are fetched here, and line {run.Instruction.StartLine} installs by them from another layer.", alone.Command.EndLine);
                alone = null;
            }

            // With anything else in it that could install, such as a script, nobody knows.
            if (updates is not null)
            {
                alone = !installs && !run.HasCacheMount && run.Commands.All(command => PackageCommand.Read(command) is { Manager: "apt" } || command.Is("set", "echo", "export", "cd", "true")) ? updates : null;
            }
        }
    }
}
