using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Dependencies;

/// <summary>Flags a runtime or base image that gets no security updates any more.</summary>
internal sealed class EndOfLifeRuntime : IFileRule
{
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        [".nvmrc"] = "node",
        [".node-version"] = "node",
        [".python-version"] = "python",
        [".ruby-version"] = "ruby",
    };

    /// <summary>Images and the runtime that their tag's version is a version of.</summary>
    private static readonly Dictionary<string, string> Images = new(StringComparer.Ordinal)
    {
        ["node"] = "node",
        ["python"] = "python",
        ["ruby"] = "ruby",
        ["php"] = "php",
        ["debian"] = "debian",
        ["alpine"] = "alpine",
        ["ubuntu"] = "ubuntu",
        ["golang"] = "golang",
        ["mcr.microsoft.com/dotnet/sdk"] = "dotnet",
        ["mcr.microsoft.com/dotnet/aspnet"] = "dotnet",
        ["mcr.microsoft.com/dotnet/runtime"] = "dotnet",
    };

    public RuleDescriptor Descriptor { get; } = new(
        "DEP005", "end-of-life-runtime", Category.Dependencies, Severity.Medium,
        What: $"A runtime or base image, pinned by a version file or Dockerfile, whose security updates ended before {EndOfLife.AsOf}.",
        Why: "Vulnerabilities found since then stay open.",
        Remedy: "Move to a version that its makers support.")
    {
        Confidence = 0.95,
        References = ["CWE-1104", "CWE-1395", "OWASP A06:2021", "https://endoflife.date"],
    };

    public bool Reads(SnapshotFile file) => (Files.ContainsKey(file.Name) || Dockerfile.IsPath(file)) && !file.IsTest;

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        Files.TryGetValue(file.Name, out var runtime) ? Pinned(file, runtime) : Bases(file);

    private IEnumerable<Finding> Pinned(SnapshotFile file, string runtime)
    {
        // Several lines are several versions to test with, not one to run on.
        var versions = file.Lines().Where(line => line.Text.Trim() is { Length: > 0 } text && text[0] != '#').Take(2).ToList();
        return versions is [var (number, version)] && Of(file.Path, number, runtime, version.Trim()) is { } finding ? [finding] : [];
    }

    private IEnumerable<Finding> Bases(SnapshotFile file)
    {
        var dockerfile = Dockerfile.Parse(file);
        var arguments = dockerfile.GlobalArguments();
        foreach (var stage in dockerfile.Stages)
        {
            if (Dockerfile.Substitute(stage.Image, arguments) is { } image && ImageReference.Parse(image) is { Tag: { } tag } reference
                && Images.TryGetValue(reference.Name, out var runtime) && Of(file.Path, stage.From.StartLine, runtime, tag) is { } finding)
            {
                yield return finding;
            }
        }
    }

    private Finding? Of(string path, int line, string runtime, string version) =>
        EndOfLife.Of(runtime, version) is { } date
            ? Descriptor.At(path, line, $"{runtime} {version} gets no security updates since {date}.")
            : null;
}
