namespace AutoDevOps.Server.Data.Embedded;

/// <summary>Debian's package, installed when we are root, without the server that it would start.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class AptSource : IPostgresSource
{
    private const string ClusterSettings = "/etc/postgresql-common/createcluster.conf";

    public string Describe => "Debian's package postgresql (needs root and apt-get)";

    public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
        {
            search.Obstacle = Environment.IsPrivilegedProcess ? "there is no apt-get" : "we are not root";
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
        var start = ServiceAccount.Redirected("apt-get", arguments);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        var result = await ServiceAccount.RunAsync(start, cancellationToken);
        if (result.ExitCode != 0)
        {
            search.Obstacle = $"apt-get {arguments[0]} failed: {DataFolders.Last(result.Error)}";
        }

        return result.ExitCode == 0;
    }
}
