namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Which analysis says how a repository is: the newest full one of its own state. One of another branch is looked at by itself.</summary>
internal static class LatestAnalysis
{
    /// <summary>For a WHERE over analyses: those that have a result. The newest of them is the latest.</summary>
    public const string Condition = "analyses.kind = 'full' AND analyses.ref IS NULL AND analyses.pull_request IS NULL AND analyses.finished_at IS NOT NULL AND analyses.failure IS NULL";

    /// <summary>Whether the newest that finished failed; for a SELECT from repositories AS r.</summary>
    public const string HasFailed = """
        coalesce((SELECT newest.failure IS NOT NULL FROM analyses AS newest
                  WHERE newest.organization_id = r.organization_id AND newest.repository_id = r.id AND newest.kind = 'full' AND newest.ref IS NULL AND newest.pull_request IS NULL
                    AND newest.finished_at IS NOT NULL
                  ORDER BY newest.id DESC LIMIT 1), false)
        """;
}
