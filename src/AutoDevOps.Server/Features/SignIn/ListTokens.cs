using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Lists the API tokens that whoever asks has made and that work, the newest first.</summary>
public static class ListTokens
{
    internal const string NotForTokens = "An API token does not see or revoke the tokens of its person. Sign in with a browser.";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/tokens", HandleAsync).WithName(nameof(ListTokens)).WithTags("tokens").WithEntityTag();

    internal static async Task<Results<Ok<IReadOnlyList<TokenResponse>>, ProblemHttpResult>> HandleAsync(CurrentUser user, Db db, CancellationToken cancellationToken) =>
        user.SessionId is null ? TypedResults.Problem(NotForTokens, statusCode: StatusCodes.Status403Forbidden)
            : TypedResults.Ok(await ReadAsync(db, user, cancellationToken));

    internal static Task<IReadOnlyList<TokenResponse>> ReadAsync(Db db, CurrentUser user, CancellationToken cancellationToken) =>
        db.QueryAsync<TokenResponse>(user.Caller, Sql.List, new { userId = user.Id, write = ApiTokens.Write }, cancellationToken);

    private static class Sql
    {
        public const string List = """
            SELECT token.id AS "Id", token.name AS "Name", token.organization_id AS "OrganizationId", organization.name AS "Organization",
                   @write = ANY (token.scopes) AS "Write", token.created_at AS "CreatedAt", token.expires_at AS "ExpiresAt", token.last_used_at AS "LastUsedAt"
            FROM api_tokens AS token JOIN organizations AS organization ON organization.id = token.organization_id
            WHERE token.user_id = @userId::uuid AND token.revoked_at IS NULL AND token.expires_at > now()
            ORDER BY token.created_at DESC, token.id DESC
            """;
    }
}
