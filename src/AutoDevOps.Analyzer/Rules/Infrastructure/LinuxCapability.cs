namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Capabilities with which a container reaches its host.</summary>
internal static class LinuxCapability
{
    private static readonly HashSet<string> Dangerous = new(StringComparer.OrdinalIgnoreCase)
    {
        "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_BOOT", "DAC_READ_SEARCH", "BPF",
    };

    public static bool IsDangerous(string? name) => name is not null && Dangerous.Contains(name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name);
}
