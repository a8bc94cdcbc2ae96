using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Disconnects a repository: nothing new is analysed, its history stays, and it can be connected again.</summary>
public static class DisconnectRepository
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/repositories/{repositoryId:guid}", DisconnectAsync).WithName(nameof(DisconnectRepository)).WithTags("repositories");
        routes.MapPost("/repositories/{repositoryId:guid}/reconnect", ReconnectAsync).WithName("ReconnectRepository").WithTags("repositories");
    }

    public static void MapForms(IEndpointRouteBuilder forms)
    {
        forms.MapPost("/repositories/{repositoryId:guid}/disconnect", DisconnectFormAsync);
        forms.MapPost("/repositories/{repositoryId:guid}/reconnect", ReconnectFormAsync);
    }

    internal static Task<Results<NoContent, NotFound, ProblemHttpResult>> DisconnectAsync(
        Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        ChangeAsync(repositoryId, connect: false, user, db, cancellationToken);

    internal static Task<Results<NoContent, NotFound, ProblemHttpResult>> ReconnectAsync(
        Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        ChangeAsync(repositoryId, connect: true, user, db, cancellationToken);

    internal static async Task<IResult> DisconnectFormAsync(Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        Shown(repositoryId, await DisconnectAsync(repositoryId, user, db, cancellationToken));

    internal static async Task<IResult> ReconnectFormAsync(Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        Shown(repositoryId, await ReconnectAsync(repositoryId, user, db, cancellationToken));

    private static IResult Shown(Guid repositoryId, Results<NoContent, NotFound, ProblemHttpResult> answer) =>
        answer.Result is NoContent ? new SeeOther($"/repositories/{repositoryId}") : answer.Result;

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> ChangeAsync(
        Guid repositoryId, bool connect, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var (isVisible, isAllowed) = await db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { repositoryId });
                if (row is { MayManage: true } && await connection.ExecuteAsync(Sql.Change, new { repositoryId, connect }) == 1)
                {
                    var action = connect ? "repository.connected" : "repository.disconnected";
                    await connection.ExecuteAsync(Sql.Audit, new { row.OrganizationId, action, target = repositoryId.ToString() });
                }

                return (row is not null, row is { MayManage: true });
            },
            cancellationToken);
        return !isVisible ? TypedResults.NotFound()
            : isAllowed ? TypedResults.NoContent()
            : TypedResults.Problem("Only admins of the organization connect and disconnect repositories.", statusCode: StatusCodes.Status403Forbidden);
    }

    private sealed record Row(Guid OrganizationId, bool MayManage);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId",
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
