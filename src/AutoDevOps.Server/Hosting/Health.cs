using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;

namespace AutoDevOps.Server.Hosting;

/// <summary>Probes: <c>/health</c> says that the process runs, <c>/ready</c> that it can do its work, or why not.</summary>
internal static class Health
{
    public sealed record Live(string Status, string Version);

    public sealed record Ready(string Status, IReadOnlyList<string> Reasons);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", () => new Live("live", Product.Version)).WithName("Health").AllowAnonymous();
        routes.MapGet("/ready", HandleAsync).WithName("Ready").AllowAnonymous().Produces<Ready>().Produces<Ready>(StatusCodes.Status503ServiceUnavailable);
    }

    public static bool IsProbe(HttpRequest request) => request.Path == "/health" || request.Path == "/ready";

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the database answers instead of rows, the process is not ready.")]
    internal static async Task<IResult> HandleAsync(Db db, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        List<string> reasons = [];
        try
        {
            if (await SchemaVersion.ProblemAsync(db, either.Token) is { } problem)
            {
                reasons.Add(problem);
            }
        }
        catch (UnboundRoleException exception)
        {
            reasons.Add(exception.Message);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            reasons.Add("The database does not answer.");
        }

        return reasons.Count == 0
            ? TypedResults.Ok(new Ready("ready", []))
            : TypedResults.Json(new Ready("not_ready", reasons), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
