using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    private readonly ConcurrentDictionary<string, (string Login, string Challenge, string Callback)> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refreshTokens = new(StringComparer.Ordinal);
    private (TaskCompletionSource Arrived, Task Until)? _heldRefresh;

    /// <summary>Those that were given and not used.</summary>
    public IEnumerable<string> RefreshTokens => _refreshTokens.Keys;

    /// <summary>None of them works any more.</summary>
    public void ForgetRefreshTokens() => _refreshTokens.Clear();

    /// <summary>Who sits at the browser and allows what is asked; null: they deny it.</summary>
    public string? AtTheBrowser { get; set; }

    /// <summary>How long tokens work; null: until they are revoked, as those of OAuth apps.</summary>
    public TimeSpan? TokenLifetime { get; set; }

    /// <summary>How often a token was asked for with one that is spent or unknown.</summary>
    public int RefusedRefreshes { get; private set; }

    /// <summary>The next refresh is answered only when the given task ends; GitHub has taken the former token back by then.</summary>
    /// <returns>Ends when it was asked for.</returns>
    public Task HoldRefreshAsync(Task until)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _heldRefresh = (arrived, until);
        return arrived.Task;
    }

    private void MapSignIn(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login/oauth/authorize", Authorize);
        routes.MapPost("/login/oauth/access_token", GiveTokenAsync);
        routes.MapDelete("/api/v3/applications/{client}/token", EndTokenAsync);
        routes.MapGet("/api/v3/user", (HttpContext context) => PersonOf(context.Request) is { } person
            ? Tagged(context, new { id = person.Id, login = person.Login, name = person.Name, avatar_url = $"{Address}/avatars/{person.Id}", type = "User" })
            : Message(401, "Bad credentials"));
        routes.MapGet("/api/v3/user/memberships/orgs", (HttpContext context) => PersonOf(context.Request) is { } person
            ? Page(context, Organizations.Where(organization => organization.Members.ContainsKey(person.Login)).Select(organization => new
            {
                state = "active",
                role = organization.Members[person.Login],
                organization = new { id = organization.Id, login = organization.Login },
            }))
            : Message(401, "Bad credentials"));
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        var (callback, state) = (query["redirect_uri"].ToString(), query["state"].ToString());
        if (query["client_id"] != ClientId || query["code_challenge_method"] != "S256")
        {
            return Results.Text("The client or the way of the challenge is unknown.", statusCode: 404);
        }

        if (AtTheBrowser is null)
        {
            return Results.Redirect($"{callback}?error=access_denied&error_description=The+user+has+denied+your+application+access.&state={Uri.EscapeDataString(state)}");
        }

        var code = $"code{NextId()}";
        _codes[code] = (AtTheBrowser, query["code_challenge"].ToString(), callback);
        return Results.Redirect($"{callback}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private async Task<IResult> GiveTokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Results.Json(new { error = "incorrect_client_credentials", error_description = "The client_id and/or client_secret passed are incorrect." });
        }

        string login;
        if (form["grant_type"] == "refresh_token")
        {
            if (!_refreshTokens.TryRemove(form["refresh_token"].ToString(), out login!))
            {
                RefusedRefreshes++;
                return Results.Json(new { error = "bad_refresh_token", error_description = "The refresh token passed is incorrect or expired." });
            }
        }
        else if (!_codes.TryRemove(form["code"].ToString(), out var given) || given.Callback != form["redirect_uri"]
            || given.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
        {
            return Results.Json(new { error = "bad_verification_code", error_description = "The code passed is incorrect or expired." });
        }
        else
        {
            login = given.Login;
        }

        if (form["grant_type"] == "refresh_token" && _heldRefresh is { } held)
        {
            _heldRefresh = null;
            held.Arrived.SetResult();
            await held.Until;
        }

        var token = TokenOf(People.Single(person => person.Login == login));
        if (TokenLifetime is not { } lifetime)
        {
            return Results.Json(new { access_token = token, token_type = "bearer", scope = "repo,workflow,read:org" });
        }

        var refresh = $"ghr_{login}{NextId()}";
        _refreshTokens[refresh] = login;
        return Results.Json(new
        {
            access_token = token,
            token_type = "bearer",
            scope = "",
            expires_in = (long)lifetime.TotalSeconds,
            refresh_token = refresh,
            refresh_token_expires_in = 15_897_600,
        });
    }

    private async Task<IResult> EndTokenAsync(HttpRequest request, string client)
    {
        if (client != ClientId || request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"))}" || request.Headers.UserAgent.Count == 0)
        {
            return Message(401, "Bad credentials");
        }

        using var body = await System.Text.Json.JsonDocument.ParseAsync(request.Body);
        return Tokens.TryRemove(body.RootElement.GetProperty("access_token").GetString()!, out _) ? Results.NoContent() : Message(404, "Not Found");
    }
}
