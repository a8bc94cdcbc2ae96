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
public sealed record PostgresSearch(ServiceAccount Account, string CacheFolder, ILogger Logger);

/// <summary>Every source, in the order in which they are asked.</summary>
public static class PostgresSources
{
    public static IReadOnlyList<IPostgresSource> Default { get; } =
    [
        new EnvironmentSource(),
        new SystemSource(),
        new NpmSource(),
        new AptSource(),
    ];
}
