namespace AutoDevOps.Analyzer.Detectors.Elixir;

/// <summary>Which releases of Erlang/OTP the versions of Elixir support (Elixir's page "Compatibility and deprecations").</summary>
internal static class ElixirOnErlang
{
    private static readonly (int Minor, int Lowest, int Highest)[] Known =
    [
        (11, 21, 24), (12, 22, 24), (13, 22, 25), (14, 23, 26), (15, 24, 26), (16, 24, 26), (17, 25, 27), (18, 25, 27), (19, 26, 28), (20, 27, 29),
    ];

    /// <summary>The newest OTP that all of the versions run on, or null. An unknown newer version is taken to be like the newest known.</summary>
    public static int? Best(IEnumerable<string> versions)
    {
        var (lowest, highest) = (0, int.MaxValue);
        foreach (var version in versions)
        {
            var parts = version.Split('.', '-');
            var minor = parts.Length > 1 && int.TryParse(parts[1], out var number) ? number : Known[^1].Minor;
            var known = Known.LastOrDefault(known => known.Minor <= minor, Known[0]);

            // OTP 26 works from 1.14.5 on, 25 from 1.13.4 on, 24 from 1.11.4 on.
            var isEarly = parts.Length > 2 && int.TryParse(parts[2], out var patch) && ((known.Minor == 14 && patch < 5) || (known.Minor is 13 or 11 && patch < 4));
            lowest = Math.Max(lowest, known.Lowest);
            highest = Math.Min(highest, isEarly ? known.Highest - 1 : known.Highest);
        }

        return lowest <= highest && highest != int.MaxValue ? highest : null;
    }
}
