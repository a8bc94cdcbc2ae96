using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>The default branch moved: it is analysed. Other branches only where the repository's settings say <c>"push_branches": "all"</c>; what
/// is open as a pull request has events of its own.</summary>
internal sealed class PushEvent : IDeliveryEvent
{
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    public string Name => "push";

    public bool StartsAnalyses => true;

    public async Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery)
    {
        var payload = delivery.Payload;
        if (payload.Text("ref") is not { } reference || delivery.RepositoryId is not { } repository)
        {
            return "It does not say which branch.";
        }

        if (!reference.StartsWith(Branches, StringComparison.Ordinal))
        {
            return reference.StartsWith(Tags, StringComparison.Ordinal) ? $"Tags are not analysed: {reference[Tags.Length..]}." : $"{reference} is no branch.";
        }

        var branch = reference[Branches.Length..];
        if (payload.Flag("deleted") == true)
        {
            return $"The branch {branch} was deleted: there is nothing to analyse.";
        }

        if (delivery.IsDisconnected)
        {
            return "The repository is disconnected.";
        }

        var settings = await connection.QuerySingleAsync<Settings>(Sql.Settings, new { repository });
        var isDefault = branch == (payload.Text("repository.default_branch") ?? settings.DefaultBranch);
        if (!isDefault && !settings.AllBranches)
        {
            return $"The branch {branch} is not the default one, and the repository's settings do not ask for others.";
        }

        return await ChangedSource.AnalyseAsync(connection, delivery, repository, isDefault ? null : branch, $"branch {branch}", payload.Text("after"));
    }

    private sealed record Settings(string? DefaultBranch, bool AllBranches);

    private static class Sql
    {
        public const string Settings = """
            SELECT default_branch AS "DefaultBranch", coalesce(settings ->> 'push_branches' = 'all', false) AS "AllBranches" FROM repositories WHERE id = @repository::uuid
            """;
    }
}
