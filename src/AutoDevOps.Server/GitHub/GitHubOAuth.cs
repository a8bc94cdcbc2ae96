using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Server.Hosting;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.GitHub;

/// <summary>Gets people's tokens from GitHub: the authorization code grant with PKCE.</summary>
/// <remarks>Sources: RFC 6749 sections 4.1 and 6, RFC 7636,
/// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps</remarks>
internal sealed class GitHubOAuth(IOptions<GitHubOptions> options, TimeProvider time, ILogger<GitHubOAuth> logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1 << 20,
    };

    /// <summary>Where the browser is sent.</summary>
    /// <param name="callback">Where GitHub sends it back to.</param>
    public Uri Authorize(string state, string verifier, Uri callback)
    {
        var query = new QueryBuilder
        {
            { "client_id", options.Value.ClientId },
            { "redirect_uri", callback.AbsoluteUri },
            { "scope", options.Value.Scopes },
            { "state", state },
            { "code_challenge", Challenge(verifier) },
            { "code_challenge_method", "S256" },
        };
        return new Uri(options.Value.WebAddress, "/login/oauth/authorize" + query.ToQueryString());
    }

    /// <summary>Changes the code that the browser brought for a token.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Rejected"/>: the code is wrong, used or too old; or GitHub is not there.</exception>
    public Task<OAuthToken> ExchangeAsync(string code, string verifier, Uri callback, CancellationToken cancellationToken) =>
        AskAsync(
            new()
            {
                ["code"] = code,
                ["redirect_uri"] = callback.AbsoluteUri,
                ["code_verifier"] = verifier,
            },
            cancellationToken);

    /// <summary>Gets a new token for one that expires.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Rejected"/>: the person must sign in again; or GitHub is not there.</exception>
    public Task<OAuthToken> RefreshAsync(string refreshToken, CancellationToken cancellationToken) =>
        AskAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancellationToken);

    /// <summary>Has GitHub end a token. What it does not end is worth nothing to anybody here, who do not have it any more.</summary>
    /// <returns>Whether GitHub says that it is ended, or knew none such.</returns>
    public async Task<bool> TryRevokeAsync(string token, CancellationToken cancellationToken)
    {
        // https://docs.github.com/en/rest/apps/oauth-applications#delete-an-app-token
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(options.Value.ApiRoot, GitHubPath.Of($"applications/{options.Value.ClientId}/token")))
        {
            Content = JsonContent.Create(new Ending(token), options: GitHubJson.Options),
        };
        request.Headers.UserAgent.ParseAdd($"{Product.Name}/{Product.Version}");
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Value.ClientId}:{options.Value.ReadClientSecret()}")));
        try
        {
            using var response = await SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound)
            {
                return true;
            }

            logger.LogWarning("GitHub did not end a token that is not used any more: it answered {Status}.", (int)response.StatusCode);
        }
        catch (GitHubException exception)
        {
            logger.LogWarning("GitHub did not end a token that is not used any more: {Why}", exception.Message);
        }

        return false;
    }

    public void Dispose() => _http.Dispose();

    internal static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private async Task<OAuthToken> AskAsync(Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        form["client_id"] = options.Value.ClientId;
        form["client_secret"] = options.Value.ReadClientSecret();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.WebAddress, "/login/oauth/access_token")) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (int)response.StatusCode >= 500
            ? throw new GitHubException(GitHubFailure.Unavailable, $"GitHub answered with an error of its own ({(int)response.StatusCode}).")
            : Read(body);
    }

    // With its body, which is short.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubFailure.Unavailable, $"GitHub did not answer within {Patience.TotalSeconds:0} seconds.", inner: exception);
        }
        catch (HttpRequestException exception)
        {
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub cannot be reached.", inner: exception);
        }
    }

    // What is wrong comes with status 200.
    private OAuthToken Read(byte[] body)
    {
        var answer = GitHubClient.Read<Answer>(body);
        if (answer.Error is { Length: > 0 })
        {
            throw new GitHubException(GitHubFailure.Rejected, $"GitHub gave no token ({answer.Error}).");
        }

        if (answer.AccessToken is not { Length: > 0 } || !string.Equals(answer.TokenType, "bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new GitHubException(GitHubFailure.Malformed, "GitHub gave no token, and did not say why.");
        }

        var now = time.GetUtcNow();
        return new OAuthToken(
            answer.AccessToken, answer.Scope ?? "", answer.ExpiresIn is { } seconds ? now.AddSeconds(seconds) : null,
            answer.RefreshToken, answer.RefreshTokenExpiresIn is { } later ? now.AddSeconds(later) : null);
    }

    private sealed record Ending(string AccessToken)
    {
        public override string ToString() => "a token to be ended";
    }

    private sealed record Answer(
        string? AccessToken = null, string? TokenType = null, string? Scope = null, long? ExpiresIn = null, string? RefreshToken = null,
        long? RefreshTokenExpiresIn = null, string? Error = null);
}

/// <summary>What GitHub gave.</summary>
/// <param name="ExpiresAt">Null: not by itself.</param>
internal sealed record OAuthToken(string Value, string Scopes, DateTimeOffset? ExpiresAt, string? RefreshToken, DateTimeOffset? RefreshExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => "a token of GitHub";
}
