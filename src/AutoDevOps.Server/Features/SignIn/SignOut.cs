using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Ends the session at once.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/auth/logout", HandleAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    internal static async Task<SeeOther> HandleAsync(HttpContext context, Sessions sessions, CancellationToken cancellationToken)
    {
        if (context.Features.Get<CurrentUser>() is { } user)
        {
            await sessions.EndAsync(context, user, cancellationToken);
        }

        return new SeeOther("/sign-in");
    }
}
