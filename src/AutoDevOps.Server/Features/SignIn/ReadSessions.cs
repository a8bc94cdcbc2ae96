using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui.Text;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Reads the sessions that somebody has: those that live.</summary>
internal static class ReadSessions
{
    /// <param name="idle">How long a session lives without a request.</param>
    public static async Task<IReadOnlyList<SessionResponse>> ListAsync(Db db, CurrentUser user, TimeSpan idle, CancellationToken cancellationToken) =>
        [.. (await db.QueryAsync<Row>(user.Caller, Sql.List, new { idle, current = user.SessionId }, cancellationToken))
            .Select(row => new SessionResponse(row.Id, Device.Of(row.UserAgent), row.CreatedAt, row.LastSeenAt, row.ExpiresAt, row.Id == user.SessionId))];

    private sealed record Row(Guid Id, string? UserAgent, DateTime CreatedAt, DateTime LastSeenAt, DateTime ExpiresAt);

    private static class Sql
    {
        public const string List = """
            SELECT id AS "Id", user_agent AS "UserAgent", created_at AS "CreatedAt", last_seen_at AS "LastSeenAt", expires_at AS "ExpiresAt"
            FROM sessions
            WHERE revoked_at IS NULL AND expires_at > now() AND last_seen_at > now() - @idle::interval
            ORDER BY id = @current::uuid DESC NULLS LAST, last_seen_at DESC, id
            """;
    }
}
