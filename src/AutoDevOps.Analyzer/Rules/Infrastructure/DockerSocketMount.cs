namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a Compose service that can command the Docker daemon.</summary>
internal sealed class DockerSocketMount : IFileRule
{
    private const string Socket = "docker.sock";

    public RuleDescriptor Descriptor { get; } = new(
        "INF002", "docker-socket-mount", Category.Security, Severity.Medium,
        What: "A Compose service that mounts the socket of the Docker daemon.",
        Why: "Whoever reaches the socket starts a privileged container and owns the host; read-only mounting does not change that.",
        Remedy: "Do without it, or put a proxy in between that allows only the calls that are needed.")
    {
        Equivalents = ["semgrep/yaml.docker-compose.security.exposing-docker-socket-volume"],
        References = ["CWE-250", "CWE-269", "CIS Docker 5.31", "https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (name, node) in ComposeFile.Services(file))
        {
            foreach (var volume in node["volumes"]?.Items ?? [])
            {
                var source = volume.Text is { } text ? text.Split(':')[0] : volume["source"]?.Text;
                if (source?.EndsWith(Socket, StringComparison.Ordinal) == true)
                {
                    yield return Descriptor.At(file.Path, volume.Line, $"Service '{name}' mounts the Docker socket.");
                }
            }
        }
    }
}
