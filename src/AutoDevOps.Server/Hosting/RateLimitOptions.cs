using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.Hosting;

/// <summary>How many requests a minute each group of endpoints answers.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Signing in, per address.</summary>
    /// <value>1 to 100000. Default: 20.</value>
    [Range(1, 100_000)]
    public int Auth { get; set; } = 20;

    /// <summary>Repositories, per person and organization.</summary>
    /// <value>1 to 100000. Default: 30.</value>
    [Range(1, 100_000)]
    public int Repositories { get; set; } = 30;

    /// <summary>Analyses and pipelines, per person and organization.</summary>
    /// <value>1 to 100000. Default: 10.</value>
    [Range(1, 100_000)]
    public int Analysis { get; set; } = 10;

    /// <summary>Jobs, per person and organization.</summary>
    /// <value>1 to 100000. Default: 20.</value>
    [Range(1, 100_000)]
    public int Jobs { get; set; } = 20;

    /// <summary>Deliveries of webhooks that are not signed right, per address. Those that are signed right are always taken in.</summary>
    /// <value>1 to 100000. Default: 100.</value>
    [Range(1, 100_000)]
    public int Webhooks { get; set; } = 100;
}
