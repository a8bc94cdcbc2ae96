namespace AutoDevOps.Server.Data;

/// <summary>On whose behalf a transaction runs; row-level security decides by it what exists.</summary>
/// <remarks>Nobody is a caller too: <see cref="Anonymous"/> sees no row of any tenant.</remarks>
public readonly record struct Caller
{
    private Caller(Guid? userId, Guid? jobId, Guid? workerId, int? attempt, Guid? nodeId)
    {
        UserId = userId;
        JobId = jobId;
        WorkerId = workerId;
        Attempt = attempt;
        NodeId = nodeId;
    }

    public static Caller Anonymous { get; }

    public Guid? UserId { get; }

    public Guid? JobId { get; }

    public Guid? WorkerId { get; }

    public int? Attempt { get; }

    public Guid? NodeId { get; }

    /// <summary>A signed-in person: the organizations they are a member of, as far as their role allows.</summary>
    public static Caller User(Guid userId) => new(userId, null, null, null, null);

    /// <summary>A running job: its organization, with a member's rights, as long as this worker holds the lease of this attempt.</summary>
    public static Caller Job(Guid jobId, Guid workerId, int attempt) => new(null, jobId, workerId, attempt, null);

    /// <summary>A process of the installation, for what belongs to no tenant.</summary>
    public static Caller Node(Guid nodeId) => new(null, null, null, null, nodeId);
}
