using System.ComponentModel.DataAnnotations;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Makes an API token for a program. The token is shown in this answer and never again.</summary>
public static class CreateToken
{
    /// <param name="OrganizationId">May be left out by a member of one organization.</param>
    /// <param name="Write">Whether the token may change things; else it may only read.</param>
    public sealed record Request(
        [property: Required, StringLength(100, MinimumLength = 1)] string Name, Guid? OrganizationId = null, bool Write = false, [property: Range(1, 365)] int Days = 90);

    public sealed record Response(Guid Id, string Token, DateTime ExpiresAt);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/tokens", HandleAsync).WithName(nameof(CreateToken)).WithTags("tokens");

    internal static async Task<Results<Created<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (user.SessionId is null)
        {
            return TypedResults.Problem("An API token cannot make another. Sign in with a browser.", statusCode: StatusCodes.Status403Forbidden);
        }

        var token = RandomToken.Create(RandomToken.ApiTokenPrefix);
        var id = Guid.CreateVersion7();
        var expires = time.GetUtcNow().AddDays(request.Days).UtcDateTime;
        var made = await db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var organizations = (await connection.QueryAsync<Guid>(Sql.Organizations, new { organizationId = request.OrganizationId })).ToList();
                if (organizations.Count == 1)
                {
                    await connection.ExecuteAsync(Sql.Insert, new
                    {
                        id,
                        organizationId = organizations[0],
                        userId = user.Id,
                        request.Name,
                        hash = RandomToken.Hash(token),
                        scopes = request.Write ? new[] { ApiTokens.Read, ApiTokens.Write } : [ApiTokens.Read],
                        expires,
                    });
                    await connection.ExecuteAsync(Sql.Audit, new { organizationId = organizations[0], target = id.ToString() });
                }

                return organizations.Count;
            },
            cancellationToken);
        return made switch
        {
            1 => TypedResults.Created((string?)null, new Response(id, token, expires)),
            0 => TypedResults.NotFound(),
            _ => TypedResults.Problem("You are a member of several organizations: say which with organization_id.", statusCode: StatusCodes.Status400BadRequest),
        };
    }

    private static class Sql
    {
        public const string Organizations =
            "SELECT id FROM organizations WHERE @organizationId::uuid IS NULL OR id = @organizationId::uuid ORDER BY id LIMIT 2";

        public const string Insert = """
            INSERT INTO api_tokens (id, organization_id, user_id, name, token_hash, scopes, expires_at)
            VALUES (@id, @organizationId, @userId, @Name, @hash, @scopes, @expires)
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'token.created', @target, '{}')";
    }
}
