namespace AutoDevOps.Analyzer.Detectors;

/// <summary>When runtimes stop getting security updates, as their makers announced it.</summary>
/// <remarks>The analyzer has no clock: a version counts as ended when its date is not after <see cref="AsOf"/>. Whoever extends
/// the table moves that date.</remarks>
internal static class EndOfLife
{
    public const string AsOf = "2026-11-01";

    private static readonly Dictionary<(string Runtime, string Version), string> Dates = new()
    {
        [("node", "0")] = "2016-12-31",
        [("node", "4")] = "2018-04-30",
        [("node", "5")] = "2016-06-30",
        [("node", "6")] = "2019-04-30",
        [("node", "7")] = "2017-06-30",
        [("node", "8")] = "2019-12-31",
        [("node", "9")] = "2018-06-30",
        [("node", "10")] = "2021-04-30",
        [("node", "11")] = "2019-06-01",
        [("node", "12")] = "2022-04-30",
        [("node", "13")] = "2020-06-01",
        [("node", "14")] = "2023-04-30",
        [("node", "15")] = "2021-06-01",
        [("node", "16")] = "2023-09-11",
        [("node", "17")] = "2022-06-01",
        [("node", "18")] = "2025-04-30",
        [("node", "19")] = "2023-06-01",
        [("node", "20")] = "2026-04-30",
        [("node", "21")] = "2024-06-01",
        [("node", "23")] = "2025-06-01",
        [("python", "2.7")] = "2020-01-01",
        [("python", "3.5")] = "2020-09-30",
        [("python", "3.6")] = "2021-12-23",
        [("python", "3.7")] = "2023-06-27",
        [("python", "3.8")] = "2024-10-07",
        [("python", "3.9")] = "2025-10-31",
        [("dotnet", "2.1")] = "2021-08-21",
        [("dotnet", "3.1")] = "2022-12-13",
        [("dotnet", "5.0")] = "2022-05-10",
        [("dotnet", "6.0")] = "2024-11-12",
        [("dotnet", "7.0")] = "2024-05-14",
        [("ruby", "2.7")] = "2023-03-31",
        [("ruby", "3.0")] = "2024-04-23",
        [("ruby", "3.1")] = "2025-03-26",
        [("php", "7.4")] = "2022-11-28",
        [("php", "8.0")] = "2023-11-26",
        [("php", "8.1")] = "2025-12-31",
        [("debian", "10")] = "2024-06-30",
        [("debian", "buster")] = "2024-06-30",
        [("alpine", "3.16")] = "2024-05-23",
        [("alpine", "3.17")] = "2024-11-22",
        [("alpine", "3.18")] = "2025-05-09",
        [("ubuntu", "16.04")] = "2021-04-30",
        [("ubuntu", "18.04")] = "2023-05-31",
        [("ubuntu", "20.04")] = "2025-05-31",
        [("golang", "1.20")] = "2024-02-06",
        [("golang", "1.21")] = "2024-08-13",
        [("golang", "1.22")] = "2025-02-11",
        [("golang", "1.23")] = "2025-08-12",
        [("golang", "1.24")] = "2026-02-10",
    };

    /// <summary>The day the updates of a version ended, or null when they go on or the table does not know.</summary>
    /// <param name="version">Such as <c>v18.2.0</c>, <c>3.8</c> or <c>6.0.100</c>; a tag's variant (<c>-alpine</c>) is left out.</param>
    public static string? Of(string runtime, string version)
    {
        var parts = version.TrimStart('v').Split('-')[0].Split('.');
        foreach (var candidate in new[] { parts[0], string.Join('.', parts.Take(2)) })
        {
            if (Dates.TryGetValue((runtime, candidate), out var date) && string.CompareOrdinal(date, AsOf) <= 0)
            {
                return date;
            }
        }

        return null;
    }
}
