namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service that may write where the host keeps its own.</summary>
internal sealed class ComposeHostPath : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF007", "compose-host-path", Category.Security, Severity.High,
        What: "A Compose service that mounts `/`, `/etc`, `/root`, `/boot` or `/usr` of the host for writing.",
        Why: "Whoever breaks into the container adds a user, a key or a program to the host.",
        Remedy: "Mount the one file or folder that is needed, with `:ro`.")
    {
        Equivalents = ["kics/1c1325ff-831d-43a1-973e-839ae57dfcc0"],
        References = ["CWE-668", "CIS Docker 5.5", "https://docs.docker.com/reference/compose-file/services/#volumes"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (name, node) in ComposeFile.Services(file))
        {
            foreach (var volume in node["volumes"]?.Items ?? [])
            {
                var parts = volume.Text?.Split(':') ?? [volume["source"]?.Text ?? "", volume["target"]?.Text ?? "", volume["read_only"]?.IsTrue == true ? "ro" : ""];
                if (parts is [var source, _, .. var mode] && source.Length > 0 && (source == "/" || source.TrimEnd('/') is "/etc" or "/root" or "/boot" or "/usr") && !mode.Any(option => option.Split(',').Contains("ro")))
                {
                    yield return Descriptor.At(file.Path, volume.Line, $"Service '{name}' may write to '{source}' of the host.");
                }
            }
        }
    }
}
