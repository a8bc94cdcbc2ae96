namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service with all rights on the host.</summary>
internal sealed class PrivilegedService : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF001", "compose-privileged", Category.Security, Severity.High,
        What: "A Compose service with `privileged: true`.",
        Why: "The container has every capability and device of the host: leaving it takes one command.",
        Remedy: "Grant the single capability or device with `cap_add` or `devices`.")
    {
        Confidence = 0.97,
        Equivalents = ["semgrep/yaml.docker-compose.security.privileged-service"],
        References = ["CWE-250", "CIS Docker 5.4", "https://docs.docker.com/reference/compose-file/services/#privileged"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        ComposeFile.Services(file)
            .Where(service => service.Node["privileged"]?.IsTrue == true)
            .Select(service => Descriptor.At(file.Path, service.Node["privileged"]!.Line, $"Service '{service.Name}' is privileged."));
}
