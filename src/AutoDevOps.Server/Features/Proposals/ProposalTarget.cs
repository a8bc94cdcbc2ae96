using System.Text.Json;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Proposals;

/// <summary>Whether pull requests can be opened in a repository at all, as far as it is known without asking GitHub.</summary>
/// <param name="Permissions">JSON: what the installation of the GitHub App may do; null without one.</param>
/// <param name="HasToken">Of whoever connected it; only members are told.</param>
/// <param name="Scopes">Of that token; empty for those that have permissions instead.</param>
internal sealed record ProposalTarget(
    string Source, bool IsDisconnected, bool IsArchived, string? GithubState, bool HasApp, bool IsInstalled, string? Permissions, bool HasToken, string? Scopes)
{
    private const string Workflows = ".github/workflows/";

    /// <summary>Files that GitHub lets nobody write without a permission of their own.</summary>
    public static bool IsWorkflow(string path) => path.StartsWith(Workflows, StringComparison.Ordinal);

    public static Task<ProposalTarget> ReadAsync(NpgsqlConnection connection, Guid repositoryId, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<ProposalTarget>(new CommandDefinition(Sql.Find, new { repositoryId }, cancellationToken: cancellationToken));

    /// <summary>Why no pull request can be opened, and what to do about it; null when nothing speaks against it.</summary>
    /// <param name="paths">The files that it would change.</param>
    public string? Reason(IEnumerable<string> paths) =>
        Source == "local" ? "This repository is a folder. Pull requests go to repositories that are connected from GitHub: connect it there as well."
        : Source != "github" ? "This repository is read by git, without a way to write. Pull requests go to repositories that are connected from GitHub: connect it there as well."
        : IsDisconnected ? "The repository is disconnected. Connect it again first."
        : IsArchived ? "The repository is archived on GitHub: nothing in it can be changed."
        : GithubState switch
        {
            "gone" => "The repository is not on GitHub any more, or not to be seen with the token that connected it.",
            "forbidden" => "GitHub no longer lets us into the repository. An admin must have it read with their account.",
            "blocked" => "GitHub has taken the repository down.",
            _ => Access(paths.Any(IsWorkflow)),
        };

    private string? Access(bool needsWorkflows) =>
        HasApp && !IsInstalled ? "The GitHub App was suspended or removed by the repository's owner. Install it again."
        : HasApp && !May("contents") ? "The GitHub App may not write to the repository: its owner must allow it to write contents."
        : HasApp && !May("pull_requests") ? "The GitHub App may not open pull requests: its owner must allow it."
        : HasApp && needsWorkflows && !May("workflows") ? "The GitHub App may not change files under .github/workflows: its owner must allow it to write workflows."
        : HasApp ? null
        : !HasToken ? "Nobody's token reaches the repository. An admin of the organization must sign in with GitHub and have it read with their account."
        : needsWorkflows && Scopes is { Length: > 0 } scopes && !scopes.Split(' ', ',').Contains("workflow")
            ? "The token that connected the repository may not change files under .github/workflows: it lacks the scope workflow. Whoever connected it must sign in with GitHub again and allow it."
        : null;

    private bool May(string permission)
    {
        using var permissions = JsonDocument.Parse(Permissions ?? "{}");
        return permissions.RootElement.ValueKind == JsonValueKind.Object && permissions.RootElement.TryGetProperty(permission, out var level)
            && level.ValueKind == JsonValueKind.String && level.GetString() is "write" or "admin";
    }

    private static class Sql
    {
        public const string Find = """
            SELECT r.source, r.disconnected_at IS NOT NULL AS isdisconnected, r.archived AS isarchived, r.github_state AS githubstate,
                   r.installation_id IS NOT NULL AS hasapp,
                   installation.installation_id IS NOT NULL AND installation.suspended_at IS NULL AND installation.removed_at IS NULL AS isinstalled,
                   installation.permissions::text AS permissions, token.id IS NOT NULL AND token.revoked_at IS NULL AS hastoken, token.scopes
            FROM repositories AS r
            LEFT JOIN github_installations AS installation
              ON installation.organization_id = r.organization_id AND installation.installation_id = r.installation_id
            LEFT JOIN LATERAL app.github_token(r.id) AS token ON true
            WHERE r.id = @repositoryId::uuid
            """;
    }
}
