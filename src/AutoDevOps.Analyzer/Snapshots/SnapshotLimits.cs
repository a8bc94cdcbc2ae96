namespace AutoDevOps.Analyzer.Snapshots;

/// <summary>How much of a repository is looked at, so that no repository can take more than its share.</summary>
public sealed record SnapshotLimits
{
    public static SnapshotLimits Default { get; } = new();

    /// <summary>Files listed; what comes after is counted, not read.</summary>
    public int MaxFiles { get; init; } = 100_000;

    /// <summary>Bytes of one file; a larger one is listed, not read.</summary>
    public long MaxFileBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of one lock file: they are large by nature, and detectors need them.</summary>
    public long MaxLockFileBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Bytes of all files read.</summary>
    public long MaxTotalBytes { get; init; } = 512L * 1024 * 1024;
}

/// <summary>There is nothing to take a snapshot of; the message says what was given, why it will not do, and what will.</summary>
public sealed class SnapshotException(string message, Exception? inner = null) : Exception(message, inner);
