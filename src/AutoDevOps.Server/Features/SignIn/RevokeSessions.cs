using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Ends sessions at once, wherever their cookies are: one, or all but the one that asks.</summary>
public static class RevokeSessions
{
    /// <param name="Ended">How many sessions there were.</param>
    public sealed record Response(int Ended);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/sessions/{sessionId:guid}", RevokeAsync).WithName("RevokeSession").WithTags("sessions");
        routes.MapDelete("/sessions", RevokeOthersAsync).WithName("RevokeOtherSessions").WithTags("sessions");
    }

    public static void MapForms(IEndpointRouteBuilder forms)
    {
        forms.MapPost("/settings/sessions/{sessionId:guid}/revoke", RevokeFormAsync);
        forms.MapPost("/settings/sessions/revoke-others", RevokeOthersFormAsync);
    }

    // For an API token there are none.
    internal static async Task<Results<NoContent, NotFound>> RevokeAsync(Guid sessionId, CurrentUser user, Sessions sessions, CancellationToken cancellationToken) =>
        await sessions.RevokeAsync(user, sessionId, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> RevokeOthersAsync(
        CurrentUser user, Sessions sessions, CancellationToken cancellationToken) =>
        user.SessionId is null ? TypedResults.Problem(ListSessions.NotForTokens, statusCode: StatusCodes.Status403Forbidden)
            : TypedResults.Ok(new Response(await sessions.RevokeOthersAsync(user, cancellationToken)));

    internal static async Task<IResult> RevokeFormAsync(Guid sessionId, CurrentUser user, Sessions sessions, CancellationToken cancellationToken)
    {
        var answer = await RevokeAsync(sessionId, user, sessions, cancellationToken);
        return answer.Result is NoContent ? new SeeOther(SessionsPage.Address) : answer.Result;
    }

    internal static async Task<IResult> RevokeOthersFormAsync(CurrentUser user, Sessions sessions, CancellationToken cancellationToken)
    {
        var answer = await RevokeOthersAsync(user, sessions, cancellationToken);
        return answer.Result is Ok<Response> ? new SeeOther(SessionsPage.Address) : answer.Result;
    }
}
