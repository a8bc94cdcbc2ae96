using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Hosting;
using Dapper;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace AutoDevOps.Server.Security;

/// <summary>Signs people in and knows them again: a signed cookie that names a row, so that a session can be ended at once.</summary>
internal sealed class Sessions(
    Db db, SigningKey key, IOptions<SessionOptions> options, IOptions<HttpOptions> http, TimeProvider time)
{
    private const string Issuer = "autodevops";
    private const string SessionClaim = "sid";
    private const string Created = "session.created";
    private const string Ended = "session.ended";

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    private readonly SymmetricSecurityKey _key = new(key.Value);

    /// <summary>Makes a session of a sign-in link. The link works once.</summary>
    /// <returns>Who signed in, or null when the link is unknown, used or too old.</returns>
    public async Task<Guid?> RedeemLinkAsync(HttpContext context, string token, CancellationToken cancellationToken)
    {
        var session = New(context);
        var user = await db.InTransactionAsync(
            Caller.Anonymous,
            connection => connection.ExecuteScalarAsync<Guid?>(
                Sql.RedeemLink, new { hash = RandomToken.Hash(token), session = session.Id, session.UserAgent, session.Lifetime }),
            cancellationToken);
        if (user is { } id)
        {
            await BeginAsync(context, session, id, cancellationToken);
        }

        return user;
    }

    /// <summary>What a way of signing in stores of the session that it makes, together with what it proves.</summary>
    public NewSession New(HttpContext context) =>
        new(Guid.CreateVersion7(), context.Request.Headers.UserAgent.ToString(), options.Value.MaxLifetime);

    /// <summary>Gives the browser a session that was stored. The one that it had before ends.</summary>
    public async Task BeginAsync(HttpContext context, NewSession session, Guid user, CancellationToken cancellationToken)
    {
        if (context.Features.Get<CurrentUser>() is { SessionId: { } former } before)
        {
            await RevokeAsync(before, former, cancellationToken);
        }

        await db.InTransactionAsync(
            Caller.User(user), connection => connection.ExecuteAsync(Sql.Audit, new { action = Created, target = session.Id.ToString() }), cancellationToken);
        SetCookie(context, session.Id, user);
    }

    /// <summary>Who the request's cookie names, if the session lives. Renews the cookie in the second half of its life.</summary>
    public async Task<CurrentUser?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Cookies[CookieName] is not { Length: > 0 and < 2048 } cookie)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(cookie, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Issuer,
            IssuerSigningKey = _key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        if (!result.IsValid
            || !Guid.TryParse(result.Claims[JwtRegisteredClaimNames.Sub] as string, CultureInfo.InvariantCulture, out var user)
            || !Guid.TryParse(result.Claims[SessionClaim] as string, CultureInfo.InvariantCulture, out var session))
        {
            return null;
        }

        var found = await db.InTransactionAsync(
            Caller.Anonymous,
            connection => connection.QuerySingleOrDefaultAsync<CurrentUserRow>(Sql.Find, new { session, user, idle = options.Value.IdleTimeout }),
            cancellationToken);
        if (found is null)
        {
            return null;
        }

        if (result.SecurityToken.ValidTo - time.GetUtcNow().UtcDateTime < options.Value.IdleTimeout / 2)
        {
            SetCookie(context, session, user);
        }

        return new CurrentUser(found.Id, found.Login, found.IsOperator) { SessionId = session };
    }

    /// <summary>Ends the session at once, wherever its cookie is.</summary>
    public async Task EndAsync(HttpContext context, CurrentUser user, CancellationToken cancellationToken)
    {
        if (user.SessionId is { } session)
        {
            await RevokeAsync(user, session, cancellationToken);
        }

        context.Response.Cookies.Delete(CookieName, Cookie(null));
    }

    /// <summary>Ends one of the person's own sessions at once, wherever it is.</summary>
    /// <returns>False when it is not theirs, or over already.</returns>
    public Task<bool> RevokeAsync(CurrentUser user, Guid session, CancellationToken cancellationToken) =>
        db.InTransactionAsync(user.Caller, connection => RevokeAsync(connection, session), cancellationToken);

    /// <summary>Ends all of the person's sessions but the one that asks.</summary>
    /// <returns>How many.</returns>
    public Task<int> RevokeOthersAsync(CurrentUser user, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var ended = 0;
                foreach (var session in await connection.QueryAsync<Guid>(Sql.Others, new { session = user.SessionId }))
                {
                    ended += await RevokeAsync(connection, session) ? 1 : 0;
                }

                return ended;
            },
            cancellationToken);

    private static async Task<bool> RevokeAsync(NpgsqlConnection connection, Guid session)
    {
        var isEnded = await connection.ExecuteScalarAsync<bool>(Sql.Revoke, new { session });
        if (isEnded)
        {
            await connection.ExecuteAsync(Sql.Audit, new { action = Ended, target = session.ToString() });
        }

        return isEnded;
    }

    // Browsers keep one set of cookies for all ports of a host; the port in the name keeps two installations apart.
    private string CookieName =>
        http.Value.IsHttps ? "__Host-autodevops" : string.Create(CultureInfo.InvariantCulture, $"autodevops-{http.Value.PublicAddress.Port}");

    private void SetCookie(HttpContext context, Guid session, Guid user)
    {
        var now = time.GetUtcNow();
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            IssuedAt = now.UtcDateTime,
            Expires = (now + options.Value.IdleTimeout).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = user.ToString(),
                [SessionClaim] = session.ToString(),
            },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
        context.Response.Cookies.Append(CookieName, token, Cookie(options.Value.IdleTimeout));
    }

    private CookieOptions Cookie(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = maxAge,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Value.IsHttps,
    };

    /// <summary>A session about to be stored.</summary>
    internal sealed record NewSession(Guid Id, string UserAgent, TimeSpan Lifetime);

    internal sealed record CurrentUserRow(Guid Id, string Login, bool IsOperator);

    private static class Sql
    {
        public const string RedeemLink = "SELECT app.redeem_sign_in_link(@hash::bytea, @session::uuid, @UserAgent, @Lifetime::interval)";

        public const string Find = """
            SELECT id AS "Id", login AS "Login", is_operator AS "IsOperator"
            FROM app.person_of_session(@session::uuid, @user::uuid, @idle::interval)
            """;

        public const string Revoke = "SELECT app.revoke_session(@session::uuid)";

        public const string Others = "SELECT id FROM sessions WHERE revoked_at IS NULL AND expires_at > now() AND id <> @session::uuid ORDER BY id";

        // Who signs in does so for every organization they are a member of; each has its own chain.
        public const string Audit = """
            SELECT app.write_audit(organization_id, @action, @target, '{}')
            FROM organization_members WHERE user_id = app.caller_user()
            ORDER BY organization_id
            """;
    }
}
