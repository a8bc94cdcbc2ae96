namespace AutoDevOps.Server.Data;

/// <summary>On whose behalf a transaction runs; row-level security decides by it what exists.</summary>
/// <remarks>Nobody is a caller too: <see cref="Anonymous"/> sees no row of any tenant.</remarks>
public readonly record struct Caller
{
    private Caller(Guid? userId, Guid? organizationId, Guid? jobId, Guid? workerId, int? fence, Guid? nodeId)
    {
        UserId = userId;
        OrganizationId = organizationId;
        JobId = jobId;
        WorkerId = workerId;
        Fence = fence;
        NodeId = nodeId;
    }

    public static Caller Anonymous { get; }

    public Guid? UserId { get; }

    /// <summary>The only organization this caller may see, or null: all that they are a member of.</summary>
    public Guid? OrganizationId { get; }

    public Guid? JobId { get; }

    public Guid? WorkerId { get; }

    /// <summary>Which of the job's claims this is: an older one than the newest is nobody.</summary>
    public int? Fence { get; }

    public Guid? NodeId { get; }

    /// <summary>A signed-in person: the organizations they are a member of, as far as their role allows.</summary>
    /// <param name="onlyOrganization">Narrows it to one of them, as an API token is.</param>
    public static Caller User(Guid userId, Guid? onlyOrganization = null) => new(userId, onlyOrganization, null, null, null, null);

    /// <summary>A running job: its organization, with a member's rights, as long as this worker holds the lease of this claim.</summary>
    public static Caller Job(Guid jobId, Guid workerId, int fence) => new(null, null, jobId, workerId, fence, null);

    /// <summary>A process of the installation, for what belongs to no tenant.</summary>
    public static Caller Node(Guid nodeId) => new(null, null, null, null, null, nodeId);
}
