using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>What may be connected, and how much of it is fetched and kept.</summary>
public sealed class RepositoryOptions
{
    /// <summary>Whether a folder of this machine may be connected. Whoever may connect repositories can then read, through findings,
    /// every folder that the program can read: for one person on their own machine.</summary>
    /// <value>true or false. Default: true for up, else false.</value>
    public bool AllowLocalFolders { get; set; }

    /// <summary>Whether git addresses may lie in private networks (10.0.0.0/8, localhost and the like). Link-local addresses and those
    /// of clouds' metadata services are refused in any case.</summary>
    /// <value>true or false. Default: false.</value>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>How much is fetched from one git repository at once, in bytes; a repository with more is refused.</summary>
    /// <value>1048576 (1 MiB) to 1099511627776 (1 TiB). Default: 1073741824 (1 GiB).</value>
    [Range(1L << 20, 1L << 40)]
    public long MaxFetchBytes { get; set; } = 1L << 30;

    /// <summary>How much of fetched repositories is kept for the next time, in bytes, below the data directory. What was used longest
    /// ago goes first; the one in use stays, even if it alone is larger.</summary>
    /// <value>0 to 1099511627776 (1 TiB). Default: 10737418240 (10 GiB).</value>
    [Range(0L, 1L << 40)]
    public long MaxCacheBytes { get; set; } = 10L << 30;
}
