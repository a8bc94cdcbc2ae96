using System.Diagnostics;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>Debian's package, installed when we are root, without the server that it would start.</summary>
internal sealed class AptSource : IPostgresSource
{
    private const string ClusterSettings = "/etc/postgresql-common/createcluster.conf";

    public string Describe => "Debian's package postgresql (needs root and apt-get)";

    public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
        {
            return null;
        }

        var package = major is null ? "postgresql" : $"postgresql-{major}";
        search.Logger.LogInformation("Installing Debian's package {Package}", package);
        if (!await AptAsync(search, ["update", "-qq"], cancellationToken)
            || !await AptAsync(search, ["install", "-y", "-qq", "--no-install-recommends", "postgresql-common"], cancellationToken))
        {
            return null;
        }

        var before = await File.ReadAllTextAsync(ClusterSettings, cancellationToken);
        try
        {
            await File.WriteAllTextAsync(ClusterSettings, before + "\ncreate_main_cluster = false\n", cancellationToken);
            if (!await AptAsync(search, ["install", "-y", "-qq", "--no-install-recommends", package], cancellationToken))
            {
                return null;
            }
        }
        finally
        {
            await File.WriteAllTextAsync(ClusterSettings, before, CancellationToken.None);
        }

        // The package brings the account 'postgres'; the search so far ran without it.
        return await new SystemSource().FindAsync(search, major, cancellationToken);
    }

    private static async Task<bool> AptAsync(PostgresSearch search, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("apt-get") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var result = await ServiceAccount.RunAsync(start, cancellationToken);
        if (result.ExitCode != 0)
        {
            search.Logger.LogInformation("apt-get {Verb} failed: {Reason}", arguments[0], result.Error.Trim());
        }

        return result.ExitCode == 0;
    }
}
