namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service without the confinement that containers have.</summary>
internal sealed class ComposeUnconfined : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF006", "compose-unconfined", Category.Security, Severity.Medium,
        What: "A Compose service with `seccomp:unconfined`, `apparmor:unconfined` or `label:disable`.",
        Why: "Every call of the kernel is open to whoever breaks into the container.",
        Remedy: "Leave the default profile, or give one with the calls that are needed.")
    {
        Equivalents = ["checkov/CKV_DOCKER_12"],
        References = ["CWE-693", "CIS Docker 5.21", "https://docs.docker.com/reference/compose-file/services/#security_opt"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        from service in ComposeFile.Services(file)
        from option in service.Node["security_opt"]?.ScalarOrItems() ?? []
        where option.Text!.Replace('=', ':') is "seccomp:unconfined" or "apparmor:unconfined" or "label:disable"
        select Descriptor.At(file.Path, option.Line, $"Service '{service.Name}' runs with '{option.Text}'.");
}
