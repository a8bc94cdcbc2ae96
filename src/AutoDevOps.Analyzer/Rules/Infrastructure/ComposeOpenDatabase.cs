using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Flags a database without a password that the network reaches.</summary>
internal sealed class ComposeOpenDatabase : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "INF008", "compose-open-database", Category.Security, Severity.Medium,
        What: "A Compose service with a database that needs no password, and a port that is published on every address.",
        Why: "Whoever reaches the machine reads and deletes the data; Docker opens the port past the firewall of the host.",
        Remedy: "Set a password, or publish the port as `127.0.0.1:5432:5432`.")
    {
        Confidence = 0.9,
        References = ["CWE-306", "CWE-1327", "OWASP A05:2021", "https://docs.docker.com/engine/network/port-publishing/"],
    };

    public bool Reads(SnapshotFile file) => ComposeFile.IsPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var (name, node) in ComposeFile.Services(file))
        {
            if (Unprotected(node["environment"]) is { } setting && (node["ports"]?.Items ?? []).FirstOrDefault(IsOpen) is { } port)
            {
                yield return Descriptor.At(file.Path, port.Line, $"Service '{name}' is open to everybody: '{setting}' asks for no password.");
            }
        }
    }

    private static string? Unprotected(DataNode? environment)
    {
        var settings = environment?.Kind == NodeKind.Sequence
            ? environment.Items.Select(item => (item.Text ?? "").Split('=', 2)).Where(parts => parts.Length == 2).Select(parts => (Name: parts[0], Value: parts[1]))
            : (environment?.Entries ?? []).Select(entry => (Name: entry.Key.Text ?? "", Value: entry.Value.Text ?? ""));
        return settings.Where(setting => setting switch
        {
            ("POSTGRES_HOST_AUTH_METHOD", "trust") or ("xpack.security.enabled", "false") => true,
            ("MYSQL_ALLOW_EMPTY_PASSWORD" or "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" or "MARIADB_ALLOW_EMPTY_PASSWORD" or "ALLOW_EMPTY_PASSWORD", var value) => value is "yes" or "true" or "1",
            _ => false,
        }).Select(setting => setting.Name).FirstOrDefault();
    }

    /// <summary><c>5432:5432</c>; with an address before it, only that one is open.</summary>
    private static bool IsOpen(DataNode port) => port.Text is { } text
        ? text.Split('/')[0].Split(':') is [_, _] or ["0.0.0.0", _, _]
        : port["published"] is not null && port["host_ip"]?.Text is null or "0.0.0.0";
}
