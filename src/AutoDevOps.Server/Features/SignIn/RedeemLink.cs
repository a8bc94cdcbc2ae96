using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Signs in with the link that the terminal printed.</summary>
/// <remarks>Opening the link only asks: terminals, messengers and browsers fetch links ahead of a click, and would spend it. The
/// button on the page uses it.</remarks>
internal static class RedeemLink
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/link/{token:maxlength(100)}", ShowAsync).AllowAnonymous().ExcludeFromDescription();
        // Whoever has the token may use it, and the cross-site guard keeps others from having us use theirs.
        routes.MapPost("/auth/link/{token:maxlength(100)}", HandleAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    internal static async Task<IResult> ShowAsync(string token, HttpContext context, SignInLinks links, CancellationToken cancellationToken)
    {
        if (context.Features.Get<CurrentUser>() is not null)
        {
            return TypedResults.Redirect("/");
        }

        return await links.IsLiveAsync(token, cancellationToken)
            ? Page(StatusCodes.Status200OK, "Sign in to AutoDevOps", """<form method="post"><button class="button primary" type="submit" autofocus>Sign in</button></form>""")
            : Dead();
    }

    internal static async Task<IResult> HandleAsync(string token, HttpContext context, Sessions sessions, CancellationToken cancellationToken) =>
        await sessions.RedeemLinkAsync(context, token, cancellationToken) is null ? Dead() : new SeeOther("/");

    private static ContentHttpResult Dead() => Page(
        StatusCodes.Status410Gone, "This link no longer works",
        "<p>A sign-in link works once, for a few minutes. Print another in a terminal of the same machine: <code>autodevops-server link</code></p>");

    private static ContentHttpResult Page(int status, string title, string body) => TypedResults.Content(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="robots" content="noindex">
          <title>{title}</title>
          <link rel="stylesheet" href="/app.css">
          <link rel="icon" href="/favicon.svg">
        </head>
        <body class="sign-in">
          <main><h1>{title}</h1>{body}</main>
        </body>
        </html>
        """,
        "text/html; charset=utf-8",
        statusCode: status);

    /// <summary>Leads the browser from a form to a page, whatever it does with other redirects of a POST.</summary>
    private sealed class SeeOther(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
