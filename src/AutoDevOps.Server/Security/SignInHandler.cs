using System.Security.Claims;
using System.Text.Encodings.Web;
using AutoDevOps.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Security;

/// <summary>Tells who a request comes from: an API token in its header, else the session in its cookie.</summary>
internal sealed class SignInHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Sessions sessions, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "AutoDevOps";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // A request that shows a token is judged by the token alone: a bad one is refused, also beside a good cookie.
        var authorization = Request.Headers.Authorization.ToString();
        var user = authorization.Length == 0 ? await sessions.FindAsync(Context, Context.RequestAborted)
            : authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? await tokens.FindAsync(authorization[Bearer.Length..].Trim(), Context.RequestAborted)
                : null;
        if (user is null)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(user);
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, user.Id.ToString()), new(ClaimTypes.Name, user.Login)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.IsForPeople())
        {
            var back = HttpMethods.IsGet(Request.Method) ? Request.PathBase + Request.Path + Request.QueryString : "/";
            Response.Redirect($"/sign-in?return_to={Uri.EscapeDataString(back)}");
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, "Sign in first, or send an API token.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, StatusCodes.Status403Forbidden, "Your role does not allow this.");
}
