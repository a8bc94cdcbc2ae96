namespace AutoDevOps.Server.Features.Repositories;

/// <summary>What may be connected.</summary>
public sealed class RepositoryOptions
{
    /// <summary>Whether a folder of this machine may be connected. Whoever may connect repositories can then read, through findings,
    /// every folder that the program can read: for one person on their own machine.</summary>
    /// <value>true or false. Default: true for up, else false.</value>
    public bool AllowLocalFolders { get; set; }

    /// <summary>Whether git addresses may lie in private networks (10.0.0.0/8, localhost and the like).</summary>
    /// <value>true or false. Default: false.</value>
    public bool AllowPrivateNetworks { get; set; }
}
