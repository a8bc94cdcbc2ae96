using System.Globalization;

namespace AutoDevOps.Analyzer.Rules.Infrastructure;

/// <summary>Ports that nobody opens to everybody on purpose: of administrators, of databases, and all of them together.</summary>
internal static class SensitivePort
{
    private static readonly (int Port, string Name)[] Known =
    [
        (22, "SSH"), (23, "Telnet"), (445, "SMB"), (1433, "SQL Server"), (1521, "Oracle"), (2375, "Docker"), (3306, "MySQL"), (3389, "RDP"), (5432, "PostgreSQL"), (5900, "VNC"),
        (5984, "CouchDB"), (6379, "Redis"), (9200, "Elasticsearch"), (11211, "Memcached"), (27017, "MongoDB"),
    ];

    /// <summary>What a range (<c>22</c>, <c>0-65535</c>, <c>*</c>) opens; null when it is none of these, or not written out.</summary>
    public static string? In(string range) => range == "*" ? "every port" : In(range.Split('-')[0], range.Split('-')[^1]);

    public static string? In(string? from, string? to)
    {
        if (!int.TryParse(from, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first) || !int.TryParse(to, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last))
        {
            return null;
        }

        // Ports above those of services are what answers come to, or what games and calls take.
        if (first <= 1 && last >= 65_535)
        {
            return "every port";
        }

        var found = last - first > 30_000 ? default : Array.Find(Known, known => known.Port >= first && known.Port <= last);
        return found.Name is null ? null : string.Create(CultureInfo.InvariantCulture, $"port {found.Port} ({found.Name})");
    }
}
