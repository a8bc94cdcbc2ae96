namespace AutoDevOps.Server.Data.Embedded;

/// <summary>The newest PostgreSQL that the system has installed.</summary>
internal sealed class SystemSource : IPostgresSource
{
    public string Describe => "an installed PostgreSQL (/usr/lib/postgresql/*/bin, /usr/pgsql-*/bin, PATH)";

    public async Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken)
    {
        PostgresPrograms? newest = null;
        foreach (var folder in Folders())
        {
            var found = await PostgresPrograms.InAsync(folder, search.Account, cancellationToken);
            if (found is not null && (major is null || found.Major == major) && found.Major > (newest?.Major ?? 0))
            {
                newest = found;
            }
        }

        return newest;
    }

    private static IEnumerable<string> Folders()
    {
        IEnumerable<string> packaged =
        [
            .. Below("/usr/lib/postgresql", "*"),
            .. Below("/usr", "pgsql-*"),
            .. Below("/opt/homebrew/opt", "postgresql@*"),
            .. Below("/usr/local/opt", "postgresql@*"),
        ];
        return packaged.Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .Where(Directory.Exists)
            .Distinct(StringComparer.Ordinal);
    }

    private static string[] Below(string folder, string pattern) => Directory.Exists(folder) ? Directory.GetDirectories(folder, pattern) : [];
}
