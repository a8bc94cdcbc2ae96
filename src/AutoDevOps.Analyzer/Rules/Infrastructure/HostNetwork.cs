namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service in a namespace of the host.</summary>
internal sealed class HostNetwork : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF003", "compose-host-namespace", Category.Security, Severity.Medium,
        What: "A Compose service with the network, process or IPC namespace of the host.",
        Why: "It reaches every local port, or sees and signals every process, as if it were no container.",
        Remedy: "Publish the ports it needs with `ports`, and leave the namespaces to Docker.")
    {
        References = ["CWE-668", "CIS Docker 5.9", "CIS Docker 5.15", "CIS Docker 5.16", "https://docs.docker.com/reference/compose-file/services/#network_mode"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from service in ComposeFile.Services(file)
        from key in (string[])["network_mode", "pid", "ipc"]
        let value = service.Node[key]
        where value?.Text == "host"
        select Descriptor.At(file.Path, value.Line, $"Service '{service.Name}' has '{key}: host'.");
}
