using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Containers;

/// <summary>Flags a remote file that <c>ADD</c> takes as it comes.</summary>
internal sealed class UnverifiedAdd : DockerfileRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "CNT053", "unverified-add", Category.Security, Severity.Low,
        What: "`ADD` of an address without `--checksum`.",
        Why: "What the server answers becomes part of the image, whatever it is.",
        Remedy: "Add `--checksum=sha256:…`.")
    {
        References = ["CWE-494", "https://docs.docker.com/reference/dockerfile/#add---checksum"],
    };

    protected override IEnumerable<Finding> Check(SnapshotFile file, Dockerfile dockerfile)
    {
        var verified = dockerfile.Runs.Where(Downloads.IsVerified).Select(run => run.Stage).ToHashSet();
        foreach (var stage in dockerfile.BuildStages)
        {
            foreach (var add in stage.Instructions.Where(instruction => instruction.Keyword == "ADD" && !instruction.HasFlag("checksum") && instruction.Heredocs.Count == 0))
            {
                // A repository is named by its commit; what a later RUN checks is checked.
                if (CopyWords.Of(add).SkipLast(1).FirstOrDefault(source => source.StartsWith("http", StringComparison.OrdinalIgnoreCase) && CopyWords.IsRemote(source)) is { } address
                    && !address.Contains(".git#", StringComparison.Ordinal) && !address.EndsWith(".git", StringComparison.Ordinal) && !IsData(address) && !verified.Contains(stage))
                {
                    yield return At(file, add, $"Nothing checks what {address} answers.") with { Severity = Downloads.PlainAddress(address) is null ? Severity.Low : Severity.Medium };
                }
            }
        }
    }

    /// <summary>Data that is meant to change: no sum could be given.</summary>
    private static bool IsData(string address) =>
        Downloads.PlainAddress(address) is null && DataEndings.Any(ending => address.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] DataEndings = [".txt", ".list", ".json", ".csv", ".xml", ".dat", ".mmdb", ".pem", ".crt"];
}
