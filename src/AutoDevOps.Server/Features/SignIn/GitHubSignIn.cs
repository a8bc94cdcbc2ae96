using System.Globalization;
using System.Security.Cryptography;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Signs people in with GitHub: remembers who went there, and makes a session of what they come back with.</summary>
/// <remarks>RFC 6749, section 4.1, with PKCE (RFC 7636) and as RFC 9700 asks for: the state serves once, for ten minutes, in the browser that
/// it was made for. Stored are hashes of the state and of the browser's secret; the verifier is sealed for its state.</remarks>
internal sealed class GitHubSignIn(Db db, Sealer sealer, GitHubOAuth oauth, GitHubClient client, Sessions sessions, IOptions<HttpOptions> http)
{
    public const string VerifierPurpose = "github-verifier";

    private const int SecretLength = 43;

    /// <summary>How long somebody may take at GitHub.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private Uri Callback => new(http.Value.PublicAddress, FinishGitHubSignIn.Address);

    private string CookieName =>
        http.Value.IsHttps ? "__Host-autodevops-github" : string.Create(CultureInfo.InvariantCulture, $"autodevops-github-{http.Value.PublicAddress.Port}");

    /// <summary>Begins a sign-in of this browser.</summary>
    /// <param name="returnTo">A path of this site.</param>
    /// <returns>Where the browser must go.</returns>
    public async Task<Uri> BeginAsync(HttpContext context, string returnTo, CancellationToken cancellationToken)
    {
        var (state, verifier) = (RandomToken.Create(), RandomToken.Create());
        // Two tabs that sign in at once share the browser's secret; each has a state of its own.
        var browser = Browser(context) ?? RandomToken.Create();
        var hash = RandomToken.Hash(state);
        await db.InTransactionAsync(
            CallerOf(context),
            connection => connection.ExecuteAsync(Sql.Begin, new
            {
                state = hash,
                browser = RandomToken.Hash(browser),
                verifier = sealer.Seal(verifier, VerifierPurpose, hash),
                returnTo,
                lifetime = Lifetime,
            }),
            cancellationToken);
        context.Response.Cookies.Append(CookieName, browser, Cookie(Lifetime));
        return oauth.Authorize(state, verifier, Callback);
    }

    /// <summary>Takes a sign-in that was begun in this browser, by whoever is signed in to it now. It can be taken once.</summary>
    /// <returns>Null when there is none: the state is unknown, used, too old, or another browser's.</returns>
    public async Task<Taken?> TakeAsync(HttpContext context, string state, CancellationToken cancellationToken)
    {
        if (state.Length != SecretLength || Browser(context) is not { } browser)
        {
            return null;
        }

        var (hash, browserHash) = (RandomToken.Hash(state), RandomToken.Hash(browser));
        var row = await db.InTransactionAsync(
            CallerOf(context),
            connection => connection.QuerySingleOrDefaultAsync<TakenRow>(Sql.Take, new { state = hash, browser = browserHash }),
            cancellationToken);
        if (row is null)
        {
            return null;
        }

        try
        {
            return new Taken(hash, browserHash, sealer.Open(row.Verifier, VerifierPurpose, hash), row.ReturnTo);
        }
        catch (CryptographicException)
        {
            // The keys were replaced meanwhile. It is spent; the next one is sealed with a key that is there.
            return null;
        }
    }

    /// <summary>Changes the code that the browser brought for a token, and asks whose it is. Stores nothing.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Rejected"/>: the code is not of this sign-in; else GitHub did not answer as it should.</exception>
    public async Task<(GitHubAccount Account, OAuthToken Token)> IdentifyAsync(Taken taken, string code, CancellationToken cancellationToken)
    {
        var token = await oauth.ExchangeAsync(code, taken.Verifier, Callback, cancellationToken);
        // Whose limits these are is not known yet; no other sign-in shares them.
        var asking = new GitHubToken($"sign-in:{Guid.CreateVersion7():N}", token.Value);
        return (await GitHubPeople.AccountAsync(client, asking, cancellationToken), token);
    }

    /// <summary>Makes the person, their organization and their session, and keeps the token: all of it or nothing.</summary>
    /// <returns>Null when the sign-in is over by now.</returns>
    public async Task<Completed?> CompleteAsync(HttpContext context, Taken taken, GitHubAccount account, OAuthToken token, CancellationToken cancellationToken)
    {
        var (session, tokenId) = (sessions.New(context), Guid.CreateVersion7());
        var completed = await db.InTransactionAsync(
            CallerOf(context),
            connection => connection.QuerySingleOrDefaultAsync<Completed>(Sql.Complete, new
            {
                state = taken.StateHash,
                browser = taken.BrowserHash,
                user = Guid.CreateVersion7(),
                organization = Guid.CreateVersion7(),
                githubId = account.Id,
                account.Login,
                name = StoredJson.Clean(account.Name ?? account.Login),
                account.AvatarUrl,
                tokenId,
                envelope = sealer.Seal(token.Value, GitHubAccess.TokenPurpose, tokenId),
                token.Scopes,
                token.ExpiresAt,
                refreshEnvelope = token.RefreshToken is { } refresh ? sealer.Seal(refresh, GitHubAccess.RefreshPurpose, tokenId) : null,
                token.RefreshExpiresAt,
                session = session.Id,
                session.UserAgent,
                session.Lifetime,
            }),
            cancellationToken);
        if (completed?.Person is { } person)
        {
            await sessions.BeginAsync(context, session, person, cancellationToken);
            context.Response.Cookies.Delete(CookieName, Cookie(null));
        }

        return completed;
    }

    // An API token speaks for its person in one organization: it must not become a session of them.
    private static Caller CallerOf(HttpContext context) =>
        context.Features.Get<CurrentUser>() is { SessionId: not null } user ? user.Caller : Caller.Anonymous;

    private string? Browser(HttpContext context) => context.Request.Cookies[CookieName] is { Length: SecretLength } secret ? secret : null;

    private CookieOptions Cookie(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = maxAge,
        Path = "/",
        // GitHub sends the browser back by a link, which such a cookie goes with.
        SameSite = SameSiteMode.Lax,
        Secure = http.Value.IsHttps,
    };

    /// <summary>A sign-in that its browser came back with.</summary>
    internal sealed record Taken(byte[] StateHash, byte[] BrowserHash, string Verifier, string ReturnTo)
    {
        public override string ToString() => "a sign-in under way";
    }

    /// <param name="Outcome">signed_in; linked: the account belongs to the local person from now on; taken: it belongs to somebody else already; closed:
    /// the installation is somebody's alone.</param>
    /// <param name="Person">Whose session it is; null where there is none.</param>
    internal sealed record Completed(string Outcome, Guid? Person);

    private sealed record TakenRow(byte[] Verifier, string ReturnTo);

    private static class Sql
    {
        public const string Begin =
            "SELECT app.begin_github_sign_in(@state::bytea, @browser::bytea, @verifier::bytea, @returnTo, @lifetime::interval)";

        public const string Take = """
            SELECT verifier AS "Verifier", return_to AS "ReturnTo" FROM app.take_github_sign_in(@state::bytea, @browser::bytea)
            """;

        public const string Complete = """
            SELECT outcome AS "Outcome", person AS "Person"
            FROM app.complete_github_sign_in(
                @state::bytea, @browser::bytea, @user::uuid, @organization::uuid, @githubId::bigint, @Login, @name, @AvatarUrl,
                @tokenId::uuid, @envelope::bytea, @Scopes, @ExpiresAt::timestamptz, @refreshEnvelope::bytea, @RefreshExpiresAt::timestamptz,
                @session::uuid, @UserAgent, @Lifetime::interval)
            """;
    }
}
