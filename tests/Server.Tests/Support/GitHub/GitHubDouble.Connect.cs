using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    public const long AppId = 77;

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _permissions = new(StringComparer.Ordinal);

    /// <summary>What a token of an installation may do.</summary>
    public string PermissionsOf(string token) => _permissions[token];

    /// <summary>Installations of the App.</summary>
    public List<Installation> Installations { get; } = [];

    /// <summary>By what clock tokens of installations end, after an hour.</summary>
    public TimeProvider AppClock { get; set; } = TimeProvider.System;

    /// <summary>Installs the App on an account, for some of its repositories.</summary>
    public Installation Install(string account, params GitHubRepository[] repositories)
    {
        var installation = new Installation(NextId(), account, [.. repositories.Select(repository => repository.Id)]);
        Installations.Add(installation);
        return installation;
    }

    private void MapConnect(IEndpointRouteBuilder repository, IEndpointRouteBuilder routes)
    {
        repository.MapGet("/installation", (HttpContext context) =>
            Installations.SingleOrDefault(installation => installation.Repositories.Contains(Of(context).Id)) is { } found ? Tagged(context, Describe(found)) : Message(404, "Not Found"));
        routes.MapGet("/api/v3/repositories/{id:long}", (HttpContext context, long id) => Identity(context.Request) is ""
            ? Message(401, "Bad credentials")
            : Repositories.SingleOrDefault(candidate => candidate.Id == id && Sees(Identity(context.Request), candidate)) is { } found ? Tagged(context, Describe(found)) : Message(404, "Not Found"));
        repository.MapGet("/collaborators/{login}/permission", (HttpContext context, string login) => PermissionOf(context, Of(context), login));
        routes.MapGet("/api/v3/user/{id:long}", (HttpContext context, long id) => People.Find(person => person.Id == id) is { } person
            ? Tagged(context, new { id = person.Id, login = person.Login, type = "User" })
            : Message(404, "Not Found"));
        routes.MapGet("/api/v3/user/installations", (HttpContext context) => PersonOf(context.Request) is { } person
            ? Page(context, Installations.Where(installation => installation.People.Contains(person.Login)).Select(Describe), page => new { total_count = page.Count, installations = page })
            : Message(401, "Bad credentials"));
        routes.MapGet("/api/v3/user/installations/{id:long}/repositories", (HttpContext context, long id) =>
            PersonOf(context.Request) is { } person && Installations.SingleOrDefault(installation => installation.Id == id && installation.People.Contains(person.Login)) is { } found
                ? Page(
                    context, Repositories.Where(candidate => found.Repositories.Contains(candidate.Id) && Sees(person.Login, candidate)).Select(Describe),
                    page => new { total_count = page.Count, repositories = page })
                : Message(404, "Not Found"));
        routes.MapPost("/api/v3/app/installations/{id:long}/access_tokens", GiveInstallationTokenAsync);
        routes.MapGet("/api/v3/app/installations/{id:long}", (HttpContext context, long id) =>
            Identity(context.Request) == "app" && Installations.SingleOrDefault(installation => installation.Id == id) is { } found ? Tagged(context, Describe(found)) : Message(404, "Not Found"));
    }

    private IResult PermissionOf(HttpContext context, GitHubRepository repository, string login)
    {
        if (People.Find(person => string.Equals(person.Login, login, StringComparison.OrdinalIgnoreCase)) is not { } person)
        {
            return Message(404, "Not Found");
        }

        var level = repository.Collaborators.Contains(person.Login) ? repository.MayPush ? "admin" : "read" : repository.IsPrivate ? "none" : "read";
        return Tagged(context, new { permission = level, role_name = level, user = new { id = person.Id, login = person.Login, type = "User" } });
    }

    private static bool Sees(string? identity, GitHubRepository repository) =>
        identity is { Length: > 0 } && (!repository.IsPrivate || identity.StartsWith("installation:", StringComparison.Ordinal) || repository.Collaborators.Contains(identity));

    private async Task<IResult> GiveInstallationTokenAsync(HttpContext context, long id)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var wanted = body.RootElement.GetProperty("repository_ids").EnumerateArray().Select(item => item.GetInt64());
        if (Identity(context.Request) != "app" || Installations.SingleOrDefault(installation => installation.Id == id) is not { } found)
        {
            return Message(404, "Not Found");
        }

        if (!wanted.All(found.Repositories.Contains))
        {
            return Message(422, "There is at least one repository that does not exist or is not accessible to the parent installation.");
        }

        var permissions = body.RootElement.TryGetProperty("permissions", out var asked)
            ? asked.EnumerateObject().ToDictionary(permission => permission.Name, permission => permission.Value.GetString()!, StringComparer.Ordinal)
            : found.Permissions;
        if (permissions.Any(permission => !found.Permissions.TryGetValue(permission.Key, out var level) || (level == "read" && permission.Value != "read")))
        {
            return Message(422, "The permissions requested are not granted to this installation.");
        }

        var token = $"ghs_{id}x{NextId()}";
        _permissions[token] = string.Join(", ", permissions.OrderBy(permission => permission.Key, StringComparer.Ordinal).Select(permission => $"{permission.Key}: {permission.Value}"));
        Tokens[token] = $"installation:{id}";
        return Results.Json(new { token, expires_at = AppClock.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) }, statusCode: 201);
    }

    private object Describe(Installation installation) => new
    {
        id = installation.Id,
        app_id = AppId,
        account = new { id = OwnerId(installation.Account), login = installation.Account, type = Organizations.Exists(organization => organization.Login == installation.Account) ? "Organization" : "User" },
        repository_selection = installation.Selection,
        permissions = installation.Permissions,
        suspended_at = installation.SuspendedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
    };

    private long OwnerId(string login) =>
        People.Find(person => person.Login == login)?.Id ?? Organizations.Find(organization => organization.Login == login)?.Id ?? 1;

    internal sealed record Installation(long Id, string Account, HashSet<long> Repositories)
    {
        /// <summary>Whose it is, by their name now.</summary>
        public string Account { get; set; } = Account;

        /// <summary>Who reaches it, by their login.</summary>
        public HashSet<string> People { get; } = [Account];

        public Dictionary<string, string> Permissions { get; set; } = new(StringComparer.Ordinal) { ["contents"] = "write", ["metadata"] = "read" };

        public string Granted => JsonSerializer.Serialize(Permissions);

        public string Selection { get; set; } = "selected";

        public DateTimeOffset? SuspendedAt { get; set; }
    }
}
