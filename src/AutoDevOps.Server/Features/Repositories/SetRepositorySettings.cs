using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Says which pushes to a repository of GitHub are analysed, and whether code scanning there gets the findings. What is not named stays
/// as it is; <c>null</c> is what it is when nobody says anything.</summary>
public static class SetRepositorySettings
{
    internal const string PushBranches = "push_branches";
    internal const string UploadSarif = "upload_sarif";

    private const string Address = "/repositories/{repositoryId:guid}/settings";

    private static readonly Dictionary<string, (string Words, Func<JsonElement, bool> Takes)> Keys = new(StringComparer.Ordinal)
    {
        [PushBranches] = ("\"default\" or \"all\"", value => value.ValueKind == JsonValueKind.String && value.GetString() is "default" or "all"),
        [UploadSarif] = ("true, false or null", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False),
    };

    /// <param name="PushBranches"><c>default</c>: pushes to the default branch are analysed; <c>all</c>: those to other branches, too.</param>
    /// <param name="UploadSarif">Whether code scanning gets the findings; null: if the permissions of the GitHub App allow it.</param>
    public sealed record Response(string PushBranches, bool? UploadSarif);

    /// <inheritdoc cref="Response" path="/param"/>
    public sealed record Request(string? PushBranches = null, bool? UploadSarif = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, GetAsync).WithName("GetRepositorySettings").WithTags("repositories").WithEntityTag();
        routes.MapPatch(Address, PatchAsync).WithName(nameof(SetRepositorySettings)).WithTags("repositories").Accepts<Request>("application/json");
    }

    /// <summary>The menus of the page: the fields <c>push_branches</c> and <c>upload_sarif</c>, empty for null.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost(Address, SubmitAsync);

    internal static async Task<Results<Ok<Response>, NotFound>> GetAsync(Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        (await db.QueryAsync<Row>(user.Caller, Sql.Find, new { repositoryId }, cancellationToken)).SingleOrDefault() is { } row
            ? TypedResults.Ok(new Response(row.PushBranches, row.UploadSarif))
            : TypedResults.NotFound();

    // As it came, since a field that is left out and one that is null are not the same.
    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> PatchAsync(
        Guid repositoryId, HttpRequest http, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        if (!http.HasJsonContentType())
        {
            return TypedResults.Problem(ExceptionAnswers.NotJson, statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await ChangeAsync(repositoryId, await http.ReadFromJsonAsync<JsonElement>(cancellationToken), user, db, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The body is not JSON.", StatusCodes.Status400BadRequest, exception);
        }
    }

    internal static async Task<IResult> SubmitAsync(Guid repositoryId, HttpRequest form, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var changes = new JsonObject();
        foreach (var (name, value) in (await form.ReadFormAsync(cancellationToken)).Where(field => Keys.ContainsKey(field.Key)))
        {
            var text = value.ToString();
            changes[name] = text.Length == 0 ? null : text is "true" or "false" ? JsonValue.Create(text == "true") : JsonValue.Create(text);
        }

        var answer = await ChangeAsync(repositoryId, JsonSerializer.SerializeToElement(changes), user, db, cancellationToken);
        return answer.Result is Ok<Response> ? new SeeOther($"/repositories/{repositoryId}") : answer.Result;
    }

    private static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid repositoryId, JsonElement changes, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        Problem(changes) is { } problem
            ? TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest)
            : await db.InTransactionAsync<Results<Ok<Response>, NotFound, ProblemHttpResult>>(
                user.Caller,
                async connection =>
                {
                    var before = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { repositoryId });
                    if (before is null)
                    {
                        return TypedResults.NotFound();
                    }

                    if (!before.MayManage)
                    {
                        return TypedResults.Problem("Only admins of the organization change the settings of its repositories.", statusCode: StatusCodes.Status403Forbidden);
                    }

                    if (!before.IsOfGitHub)
                    {
                        return TypedResults.Problem("Only repositories that were connected from GitHub have settings.", statusCode: StatusCodes.Status422UnprocessableEntity);
                    }

                    var written = changes.GetRawText();
                    if (await connection.ExecuteAsync(Sql.Change, new { repositoryId, changes = written }) == 1)
                    {
                        await connection.ExecuteAsync(Sql.Audit, new { before.OrganizationId, target = repositoryId.ToString(), detail = written });
                    }

                    var now = await connection.QuerySingleAsync<Row>(Sql.Find, new { repositoryId });
                    return TypedResults.Ok(new Response(now.PushBranches, now.UploadSarif));
                },
                cancellationToken);

    /// <returns>What is wrong with the first that is wrong; null when nothing is.</returns>
    private static string? Problem(JsonElement changes)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            return $"Send an object with the settings that change. There are: {string.Join(", ", Keys.Keys)}.";
        }

        foreach (var change in changes.EnumerateObject())
        {
            if (!Keys.TryGetValue(change.Name, out var key))
            {
                var near = NearestName.Of(change.Name, Keys.Keys) is { } nearest ? $"; did you mean {nearest}?" : ".";
                return $"'{change.Name}' is no setting of a repository{near} There are: {string.Join(", ", Keys.Keys)}.";
            }

            if (change.Value.ValueKind != JsonValueKind.Null && !key.Takes(change.Value))
            {
                return $"{change.Name} must be {key.Words}.";
            }
        }

        return null;
    }

    private sealed record Row(Guid OrganizationId, bool IsOfGitHub, bool MayManage, string PushBranches, bool? UploadSarif);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", source = 'github' AS "IsOfGitHub",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage",
                   coalesce(settings ->> 'push_branches', 'default') AS "PushBranches", (settings -> 'upload_sarif')::boolean AS "UploadSarif"
            FROM repositories WHERE id = @repositoryId::uuid
            """;

        public const string Change = """
            UPDATE repositories SET settings = jsonb_strip_nulls(settings || @changes::jsonb)
            WHERE id = @repositoryId::uuid AND settings IS DISTINCT FROM jsonb_strip_nulls(settings || @changes::jsonb)
            """;

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, 'repository.settings', @target, @detail::jsonb)";
    }
}
