using System.Collections.Frozen;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>The names of time zones by IANA's database, as of the program's own copy: what the machine knows is not asked.</summary>
internal static class TimeZoneNames
{
    public static FrozenSet<string> All { get; } = Load();

    private static FrozenSet<string> Load()
    {
        using var stream = typeof(TimeZoneNames).Assembly.GetManifestResourceStream("time-zones.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
