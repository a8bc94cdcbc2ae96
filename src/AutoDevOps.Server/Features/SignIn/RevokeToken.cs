using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Ends one of one's own API tokens at once, wherever it is used.</summary>
public static class RevokeToken
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/tokens/{tokenId:guid}", HandleAsync).WithName(nameof(RevokeToken)).WithTags("tokens");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/settings/tokens/{tokenId:guid}/revoke", SubmitAsync);

    // For an API token there are none.
    internal static async Task<Results<NoContent, NotFound>> HandleAsync(Guid tokenId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var isRevoked = user.SessionId is not null && await db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                if (await connection.ExecuteScalarAsync<Guid?>(Sql.Revoke, new { tokenId, userId = user.Id }) is not { } organizationId)
                {
                    return false;
                }

                await connection.ExecuteAsync(Sql.Audit, new { organizationId, target = tokenId.ToString() });
                return true;
            },
            cancellationToken);
        return isRevoked ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(Guid tokenId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var answer = await HandleAsync(tokenId, user, db, cancellationToken);
        return answer.Result is NoContent ? new SeeOther(SessionsPage.Address) : answer.Result;
    }

    private static class Sql
    {
        public const string Revoke =
            "UPDATE api_tokens SET revoked_at = now() WHERE id = @tokenId::uuid AND user_id = @userId::uuid AND revoked_at IS NULL RETURNING organization_id";

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'token.revoked', @target, '{}')";
    }
}
