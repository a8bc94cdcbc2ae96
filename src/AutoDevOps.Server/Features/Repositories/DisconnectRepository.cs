using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Disconnects repositories: nothing new is analysed, their history stays, and they can be connected again. A hook on GitHub goes,
/// and comes back with the repository.</summary>
public static class DisconnectRepository
{
    private const string Refusal = "Only admins of the organization connect and disconnect repositories.";
    private const int MaxCount = 100;

    /// <param name="RepositoryIds">At most 100.</param>
    public sealed record Request([property: JsonRequired, MinLength(1), MaxLength(MaxCount)] IReadOnlyList<Guid> RepositoryIds);

    public sealed record Response(IReadOnlyList<Result> Results);

    /// <param name="Problem">Null: it is disconnected now.</param>
    public sealed record Result(Guid RepositoryId, string? Problem);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/repositories/{repositoryId:guid}", DisconnectAsync).WithName(nameof(DisconnectRepository)).WithTags("repositories");
        routes.MapPost("/repositories/{repositoryId:guid}/reconnect", ReconnectAsync).WithName("ReconnectRepository").WithTags("repositories");
        routes.MapPost("/repositories/disconnect", DisconnectManyAsync).WithName("DisconnectRepositories").WithTags("repositories");
    }

    public static void MapForms(IEndpointRouteBuilder forms)
    {
        forms.MapPost("/repositories/{repositoryId:guid}/disconnect", DisconnectFormAsync);
        forms.MapPost("/repositories/{repositoryId:guid}/reconnect", ReconnectFormAsync);
        forms.MapPost("/repositories/disconnect", DisconnectManyFormAsync);
    }

    internal static Task<Results<NoContent, NotFound, ProblemHttpResult>> DisconnectAsync(
        Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        ChangeAsync(repositoryId, connect: false, user, db, jobs, cancellationToken);

    internal static Task<Results<NoContent, NotFound, ProblemHttpResult>> ReconnectAsync(
        Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        ChangeAsync(repositoryId, connect: true, user, db, jobs, cancellationToken);

    /// <summary>Each for itself: one that is not the caller's to disconnect keeps no other connected.</summary>
    internal static async Task<Ok<Response>> DisconnectManyAsync(Request request, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                List<Result> results = [];
                foreach (var id in request.RepositoryIds.Distinct())
                {
                    var (isVisible, isAllowed) = await ChangeAsync(connection, id, connect: false, user, jobs);
                    results.Add(new Result(id, !isVisible ? "There is no such repository." : isAllowed ? null : Refusal));
                }

                return new Response(results);
            },
            cancellationToken));

    internal static async Task<IResult> DisconnectFormAsync(Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        Shown(repositoryId, await DisconnectAsync(repositoryId, user, db, jobs, cancellationToken));

    internal static async Task<IResult> ReconnectFormAsync(Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        Shown(repositoryId, await ReconnectAsync(repositoryId, user, db, jobs, cancellationToken));

    /// <summary>The boxes of the page: the field <c>repository_id</c>, once for each.</summary>
    internal static async Task<IResult> DisconnectManyFormAsync(HttpRequest form, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var fields = (await form.ReadFormAsync(cancellationToken))["repository_id"].OfType<string>().ToList();
        var ids = fields.Select(field => Guid.TryParse(field, out var id) ? id : (Guid?)null).OfType<Guid>().ToList();
        if (ids.Count is 0 or > MaxCount || ids.Count < fields.Count)
        {
            return TypedResults.Problem($"Choose 1 to {MaxCount} repositories.", statusCode: StatusCodes.Status400BadRequest);
        }

        var done = (await DisconnectManyAsync(new Request(ids), user, db, jobs, cancellationToken)).Value!.Results;
        return done.All(result => result.Problem is null) ? new SeeOther("/repositories")
            : done.Any(result => result.Problem == Refusal) ? TypedResults.Problem(Refusal, statusCode: StatusCodes.Status403Forbidden)
            : TypedResults.NotFound();
    }

    private static IResult Shown(Guid repositoryId, Results<NoContent, NotFound, ProblemHttpResult> answer) =>
        answer.Result is NoContent ? new SeeOther($"/repositories/{repositoryId}") : answer.Result;

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid repositoryId, bool connect, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken)
    {
        var (isVisible, isAllowed) = await db.InTransactionAsync(
            user.Caller, connection => ChangeAsync(connection, repositoryId, connect, user, jobs), cancellationToken);
        return !isVisible ? TypedResults.NotFound()
            : isAllowed ? TypedResults.NoContent()
            : TypedResults.Problem(Refusal, statusCode: StatusCodes.Status403Forbidden);
    }

    private static async Task<(bool IsVisible, bool IsAllowed)> ChangeAsync(NpgsqlConnection connection, Guid repositoryId, bool connect, CurrentUser user, JobQueue jobs)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { repositoryId });
        if (row is { MayManage: true } && await connection.ExecuteAsync(Sql.Change, new { repositoryId, connect }) == 1)
        {
            var action = connect ? "repository.connected" : "repository.disconnected";
            await connection.ExecuteAsync(Sql.Audit, new { row.OrganizationId, action, target = repositoryId.ToString() });
            if (row.Source == "github" && connect)
            {
                await GitHubRows.FollowAsync(connection, jobs, row.OrganizationId, user.Id, repositoryId, row.HasInstallation);
            }
            else if (row.Source == "github")
            {
                await GitHubRows.HookAsync(connection, jobs, row.OrganizationId, user.Id, repositoryId, isWanted: false);
            }
        }

        return (row is not null, row is { MayManage: true });
    }

    private sealed record Row(Guid OrganizationId, string Source, bool HasInstallation, bool MayManage);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", source AS "Source", installation_id IS NOT NULL AS "HasInstallation",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage"
            FROM repositories WHERE id = @repositoryId::uuid
            """;

        public const string Change = """
            UPDATE repositories SET disconnected_at = CASE WHEN @connect::boolean THEN NULL ELSE now() END
            WHERE id = @repositoryId::uuid AND (disconnected_at IS NULL) <> @connect::boolean
            """;

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, @action, @target, '{}')";
    }
}
