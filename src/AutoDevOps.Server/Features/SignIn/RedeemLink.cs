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

        return Page(await links.IsLiveAsync(token, cancellationToken));
    }

    internal static async Task<IResult> HandleAsync(string token, HttpContext context, Sessions sessions, CancellationToken cancellationToken) =>
        await sessions.RedeemLinkAsync(context, token, cancellationToken) is null ? Page(isLive: false) : new SeeOther("/");

    private static RazorComponentResult<LinkPage> Page(bool isLive) =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(LinkPage.IsLive)] = isLive })
        {
            StatusCode = isLive ? StatusCodes.Status200OK : StatusCodes.Status410Gone,
        };
}
