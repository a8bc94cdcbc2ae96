namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service with a capability that is worth as much as all.</summary>
internal sealed class ComposeCapability : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF004", "compose-added-capability", Category.Security, Severity.Medium,
        What: "A Compose service that adds `ALL`, `SYS_ADMIN` or another capability that leads out of the container.",
        Why: "With it the container mounts, traces or loads into the kernel what it wants: leaving it takes one command.",
        Remedy: "Name the one capability that is needed, or a device.")
    {
        Equivalents = ["checkov/CKV_DOCKER_8"],
        References = ["CWE-250", "CIS Docker 5.3", "https://docs.docker.com/reference/compose-file/services/#cap_add"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from service in ComposeFile.Services(file)
        from capability in service.Node["cap_add"]?.ScalarOrItems() ?? []
        where LinuxCapability.IsDangerous(capability.Text)
        select Descriptor.At(file.Path, capability.Line, $"Service '{service.Name}' adds the capability {capability.Text}.");
}
