using System.Text.Json.Serialization;
using AutoDevOps.Server.Features.Analyses;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>A repository as the API shows it.</summary>
/// <param name="IsPrivate">On GitHub; null for other sources.</param>
/// <param name="GitHubState">What GitHub said last: ok, gone, forbidden or blocked; null before it was asked, and for other sources.</param>
/// <param name="SyncedAt">When GitHub was asked last.</param>
/// <param name="Overall">The score of the newest finished full analysis, 0 to 100; null before the first.</param>
public sealed record RepositoryResponse(
    Guid Id,
    Guid OrganizationId,
    string Source,
    string Location,
    string Name,
    string? DefaultBranch,
    bool Archived,
    DateTime ConnectedAt,
    DateTime? DisconnectedAt,
    bool? IsPrivate,
    [property: JsonPropertyName("github_state")] string? GitHubState,
    DateTime? SyncedAt,
    short? Overall,
    Guid? LatestAnalysisId)
{
    internal const string Columns = """
        repositories.id AS "Id", repositories.organization_id AS "OrganizationId", repositories.source AS "Source",
        repositories.location AS "Location", repositories.name AS "Name", repositories.default_branch AS "DefaultBranch",
        repositories.archived AS "Archived", repositories.connected_at AS "ConnectedAt", repositories.disconnected_at AS "DisconnectedAt",
        repositories.is_private AS "IsPrivate", repositories.github_state AS "GitHubState", repositories.synced_at AS "SyncedAt",
        latest.overall AS "Overall", latest.id AS "LatestAnalysisId"
        """;

    internal const string Latest = $"""
        LEFT JOIN LATERAL (
            SELECT analyses.id, analyses.overall FROM analyses
            WHERE analyses.organization_id = repositories.organization_id AND analyses.repository_id = repositories.id
              AND {LatestAnalysis.Condition}
            ORDER BY analyses.id DESC LIMIT 1) AS latest ON true
        """;
}

/// <summary>One page of a list.</summary>
/// <param name="Next">Give it as <c>after</c> to get the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
