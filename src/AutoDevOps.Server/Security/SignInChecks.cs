using AutoDevOps.Server.Data;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Security;

/// <summary>Asks again, during a long answer, whether what its request was signed in with still holds.</summary>
internal sealed class SignInChecks(Db db, IOptions<SessionOptions> options)
{
    /// <summary>Whether the session or the API token lives. Does not count as being seen: an open page alone keeps nobody signed in.</summary>
    public async Task<bool> IsSignedInAsync(CurrentUser user, CancellationToken cancellationToken) =>
        (await db.QueryAsync<bool>(
            user.Caller, Sql.Lives, new { session = user.SessionId, token = user.TokenId, idle = options.Value.IdleTimeout }, cancellationToken))[0];

    private static class Sql
    {
        public const string Lives = """
            SELECT EXISTS (
                SELECT FROM sessions
                WHERE id = @session::uuid AND revoked_at IS NULL AND expires_at > now() AND last_seen_at > now() - @idle::interval)
            OR EXISTS (
                SELECT FROM api_tokens WHERE id = @token::uuid AND revoked_at IS NULL AND expires_at > now())
            """;
    }
}
