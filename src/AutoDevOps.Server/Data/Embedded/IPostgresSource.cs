using System.Runtime.Versioning;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>A place that PostgreSQL's programs may come from.</summary>
public interface IPostgresSource
{
    /// <summary>For the error that lists what was tried.</summary>
    string Describe { get; }

    /// <summary>The programs, or null when this source has none here.</summary>
    /// <param name="major">Only this major version will do, because the data is of it; null: any.</param>
    /// <exception cref="EmbeddedPostgresException">The source was asked for by name, and is wrong.</exception>
    Task<PostgresPrograms?> FindAsync(PostgresSearch search, int? major, CancellationToken cancellationToken);
}

/// <summary>What sources need to know.</summary>
/// <param name="CacheFolder">Where programs that had to be fetched are kept.</param>
public sealed record PostgresSearch(ServiceAccount Account, string CacheFolder, ILogger Logger)
{
    /// <summary>Why the source that is being asked has nothing, in words for the error that lists what was tried.</summary>
    public string? Obstacle { get; set; }
}

/// <summary>Every source, in the order in which they are asked.</summary>
[UnsupportedOSPlatform("windows")]
public static class PostgresSources
{
    public static IReadOnlyList<IPostgresSource> Default { get; } =
    [
        new EnvironmentSource(),
        new SystemSource(),
        new NpmSource(),
        new AptSource(),
    ];

    /// <summary>Asks one source after the other.</summary>
    /// <exception cref="EmbeddedPostgresException">None has the programs; the message says why not, and what a person can do.</exception>
    internal static async Task<PostgresPrograms> FindAsync(
        IReadOnlyList<IPostgresSource> sources, DataFolders folders, ServiceAccount account, ILogger logger, CancellationToken cancellationToken)
    {
        var major = folders.DataMajor();
        List<string> tried = [];
        foreach (var source in sources)
        {
            var search = new PostgresSearch(account, folders.Cache, logger);
            if (await source.FindAsync(search, major, cancellationToken) is { } found)
            {
                logger.LogInformation("PostgreSQL {Version} from {Folder}", found.Version, found.Folder);
                return found;
            }

            tried.Add(search.Obstacle is { } obstacle ? $"{source.Describe}: {obstacle}" : source.Describe);
        }

        var wanted = major is null ? $"PostgreSQL {PostgresPrograms.OldestMajor} or newer" : $"PostgreSQL {major}, which wrote the data in {folders.Data},";
        throw new EmbeddedPostgresException($"""
            {wanted} was not found. Looked for, in this order:
              {string.Join("\n  ", tried)}
            Install one of these, or give ConnectionStrings__Database a server that runs already.{(major is null ? "" : " To move the data to a newer version, dump it with the old one (pg_dump) and restore it into a new data directory.")}
            """);
    }
}
