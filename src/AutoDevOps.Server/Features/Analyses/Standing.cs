namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Which analyses say how a repository stands: whole ones of its own state, finished. One of another branch is looked at by itself.</summary>
internal static class Standing
{
    /// <summary>For a WHERE over analyses; the newest of those is the standing one.</summary>
    public const string Condition = "analyses.kind = 'full' AND analyses.ref IS NULL AND analyses.finished_at IS NOT NULL AND analyses.failure IS NULL";
}
