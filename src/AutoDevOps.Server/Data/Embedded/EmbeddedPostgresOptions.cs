namespace AutoDevOps.Server.Data.Embedded;

/// <summary>How the embedded PostgreSQL is found and run.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>Everything the server writes lies below this folder, which is made when it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where to look for the programs, in order; the first that has them is taken. Default: <see cref="PostgresSources.Default"/>.</summary>
    public IReadOnlyList<IPostgresSource>? Sources { get; init; }

    /// <summary>Settings beside the defaults, as in <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long the server may take until it answers; recovery after a crash is part of it, fetching programs is not.
    /// Default: 2 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>There is no PostgreSQL to run, or it does not run; the message says what was tried and what a person can do.</summary>
public sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
