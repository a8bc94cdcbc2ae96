using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>A folder with <c>postgres</c> and <c>initdb</c>.</summary>
/// <param name="Major">15, 16 …</param>
/// <param name="Version">As the program tells it: <c>15.18</c>.</param>
public sealed partial record PostgresPrograms(string Folder, int Major, string Version)
{
    /// <summary>The oldest major version the schema works with.</summary>
    public const int OldestMajor = 15;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string Initdb => Path.Combine(Folder, "initdb");

    /// <summary>Asks the programs in a folder for their version; null when they are not there, cannot be run by the account that will
    /// run them, or are too old.</summary>
    public static async Task<PostgresPrograms?> InAsync(string folder, ServiceAccount account, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, "postgres")) || !File.Exists(Path.Combine(folder, "initdb")))
        {
            return null;
        }

        var told = await account.RunAsync(Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
        if (told.ExitCode != 0 || VersionNumber().Match(told.Output) is not { Success: true } match)
        {
            return null;
        }

        var major = int.Parse(match.Groups["major"].Value, System.Globalization.CultureInfo.InvariantCulture);
        return major < OldestMajor ? null : new(folder, major, match.Groups["version"].Value);
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>(?<major>[0-9]{1,4})[0-9.]*)", RegexOptions.NonBacktracking)]
    private static partial Regex VersionNumber();
}
