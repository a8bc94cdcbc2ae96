using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>One address of the program and a method that it answers to.</summary>
internal sealed record Address(string Method, string Pattern)
{
    public string Line => $"{Method} {Pattern}";

    public bool IsForPrograms => Pattern.StartsWith("/api/", StringComparison.Ordinal);

    public bool NamesARow => Pattern.Contains("guid}", StringComparison.Ordinal);
}

/// <summary>Makes a request of an address that routing knows: with the ids of somebody's rows and a body that would be accepted.</summary>
internal sealed partial class EndpointRequests(IsolationWorld world)
{
    public static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly Dictionary<string, string> Tables = new(StringComparer.Ordinal)
    {
        ["repositoryId"] = "repositories",
        ["analysisId"] = "analyses",
        ["otherId"] = "analyses",
        ["findingId"] = "findings",
        ["jobId"] = "jobs",
        ["pipelineId"] = "pipelines",
        ["organizationId"] = "organizations",
        ["sessionId"] = "sessions",
        ["tokenId"] = "api_tokens",
        ["deliveryId"] = "webhook_receipts",
        ["webhookId"] = "repository_webhooks",
    };

    // What is not the id of a row.
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["index"] = "0",
        ["name"] = "none.css",
        ["token"] = "none",
        ["rest"] = "none/such",
        ["Path"] = "none/such",
        ["documentName"] = "v1",
        ["installationId"] = "1",
    };

    /// <summary>All that the program answers to, from its routing table. An address for any method counts as GET.</summary>
    public static IReadOnlyList<Address> Of(EndpointDataSource endpoints) =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => new Address(method, $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}")))
            .Distinct()
            .OrderBy(address => address.Pattern, StringComparer.Ordinal).ThenBy(address => address.Method, StringComparer.Ordinal),
    ];

    /// <param name="owner">Whose rows are named; null: rows that there are none of.</param>
    public HttpRequestMessage Make(Address address, char? owner) => new(new HttpMethod(address.Method), Path(address, owner))
    {
        Content = address.Method is "GET" or "HEAD" or "DELETE" ? null : Body(address, owner),
        Headers = { { "Accept", address.IsForPrograms ? "application/json" : "text/html" } },
    };

    /// <summary>The address of somebody's row.</summary>
    public string Path(Address address, char? owner) => Parameter().Replace(address.Pattern, match =>
    {
        var name = match.Groups["name"].Value;
        return Words.GetValueOrDefault(name) ?? $"{Id(TableOf(address, name), owner, address)}";
    });

    private Guid Id(string table, char? owner, Address address) => owner is not { } letter ? world.Writer.Id(table, 'F', 4000)
        : table == "jobs" && address.Line.EndsWith("retry", StringComparison.Ordinal) ? world.Job(letter, RowNumbers.Dead)
        // Sessions are numbered by their people; the first is a stranger's.
        : table == "sessions" ? world.Writer.Id(table, letter, world.People.ToList().IndexOf(world.Person(letter, 1)) + 1)
        // Tokens too, in each organization that they are a member of.
        : table == "api_tokens" ? world.Writer.Id(table, letter, (letter == 'A' ? 10 : 110) + world.People.ToList().IndexOf(world.Person(letter, 1)))
        : world.Writer.Id(table, letter, 1);

    private static string TableOf(Address address, string parameter)
    {
        var table = parameter == "Id" ? address.Pattern.Split('/')[1] : Tables.GetValueOrDefault(parameter);
        return table ?? throw new NotSupportedException(
            $"{address.Line}: say in tests/Server.Tests/Isolation/EndpointRequests.cs what {{{parameter}}} is: the id of a row (Tables) or a word (Words).");
    }

    private HttpContent Body(Address address, char? owner)
    {
        var (repository, organization) = (Id("repositories", owner, address), Id("organizations", owner, address));
        return address.Line switch
        {
            "POST /api/v1/tokens" => JsonContent.Create(new { name = "x", organization_id = organization }),
            "POST /api/v1/repositories" => JsonContent.Create(new { source = "git", location = "https://example.com/team/new.git", organization_id = organization }),
            "POST /api/v1/github/repositories" => JsonContent.Create(new { repositories = new[] { "team/new" }, organization_id = organization }),
            "POST /api/v1/repositories/disconnect" => JsonContent.Create(new { repository_ids = new[] { repository } }),
            "PUT /api/v1/repositories/{repositoryId:guid}/schedule" => JsonContent.Create(new { cron = "0 5 * * 1" }),
            "PATCH /api/v1/repositories/{repositoryId:guid}/settings" => JsonContent.Create(new { push_branches = "all" }),
            "PUT /api/v1/organizations/{organizationId:guid}/policy" => JsonContent.Create(new { text = "require: test", revision = RowNumbers.Count("organization_policies", 'A') }),
            "POST /api/v1/organizations" => JsonContent.Create(new { github_id = 1 }),
            "POST /api/v1/analysis" => JsonContent.Create(new { repository_id = repository }),
            "POST /api/v1/pipelines" => JsonContent.Create(new { repository_id = repository, platform = "github" }),
            "POST /api/v1/pipelines/validate" => JsonContent.Create(new { files = new[] { new { path = ".github/workflows/ci.yml", text = "name: ci\n" } } }),
            "POST /api/v1/findings/{findingId:guid}/suppress" => JsonContent.Create(new { reason = "x" }),
            _ when address.IsForPrograms => JsonContent.Create(new { }),
            _ => new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["location"] = "https://example.com/team/new.git",
                ["platform"] = "github",
                ["kind"] = "full",
                ["reason"] = "x",
                ["theme"] = "dark",
                ["text"] = "require: test",
                ["revision"] = $"{RowNumbers.Count("organization_policies", 'A')}",
                ["organization_id"] = $"{organization}",
                ["github_id"] = "1",
                ["repository"] = "team/new",
                ["repository_id"] = $"{repository}",
            }),
        };
    }

    [GeneratedRegex(@"\{\*{0,2}(?<name>\w+)[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
