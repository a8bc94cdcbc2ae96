using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.SignIn;

/// <summary>Lists the browsers that whoever asks is signed in with, the one that asks first.</summary>
public static class ListSessions
{
    internal const string NotForTokens = "An API token does not see or end the sessions of its person. Sign in with a browser.";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/sessions", HandleAsync).WithName(nameof(ListSessions)).WithTags("sessions").WithEntityTag();

    internal static async Task<Results<Ok<IReadOnlyList<SessionResponse>>, ProblemHttpResult>> HandleAsync(
        CurrentUser user, Db db, IOptions<Security.SessionOptions> options, CancellationToken cancellationToken) =>
        user.SessionId is null ? TypedResults.Problem(NotForTokens, statusCode: StatusCodes.Status403Forbidden)
            : TypedResults.Ok(await ReadSessions.ListAsync(db, user, options.Value.IdleTimeout, cancellationToken));
}
