using System.Text.Json;

namespace AutoDevOps.Server.GitHub;

/// <summary>What a token of an installation is wanted for: it gets no more than that, whatever the App was allowed.</summary>
/// <remarks>Source: https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app</remarks>
internal sealed record GitHubPurpose(string Name, IReadOnlyDictionary<string, string> Permissions)
{
    private const string OnlyRead = "read";
    private const string Write = "write";

    /// <summary>To look at a repository and read its files.</summary>
    public static GitHubPurpose Reading { get; } = new("reading", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["contents"] = OnlyRead,
        ["metadata"] = OnlyRead,
    });

    /// <summary>To tell GitHub what an analysis found.</summary>
    public static GitHubPurpose Publishing { get; } = new("publishing", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["checks"] = Write,
        ["contents"] = OnlyRead,
        ["metadata"] = OnlyRead,
        ["security_events"] = Write,
        ["statuses"] = Write,
    });

    /// <summary>To open a pull request on a branch of our own.</summary>
    public static GitHubPurpose Proposing { get; } = new("proposing", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["contents"] = Write,
        ["metadata"] = OnlyRead,
        ["pull_requests"] = Write,
        ["workflows"] = Write,
    });

    /// <summary>To make or remove hooks of a repository.</summary>
    public static GitHubPurpose Hooking { get; } = new("hooking", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["metadata"] = OnlyRead,
        ["repository_hooks"] = Write,
    });

    /// <summary>What to ask for of an installation: of these what it has, since GitHub refuses more than that.</summary>
    /// <param name="granted">What its account's owner allowed, as GitHub wrote it.</param>
    /// <returns>Null when nothing is known of it: all that it has.</returns>
    public IReadOnlyDictionary<string, string>? Within(string? granted)
    {
        var had = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(granted ?? "{}") ?? [];
        var wanted = Permissions.Where(permission => had.ContainsKey(permission.Key)).ToDictionary(
            permission => permission.Key,
            permission => had[permission.Key].ValueKind == JsonValueKind.String && had[permission.Key].GetString() == OnlyRead ? OnlyRead : permission.Value,
            StringComparer.Ordinal);
        return wanted.Count == 0 ? null : wanted;
    }
}
