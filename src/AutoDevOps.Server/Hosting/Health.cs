using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;

namespace AutoDevOps.Server.Hosting;

/// <summary>Probes: <c>/health</c> says that the process runs, <c>/ready</c> that it can do its work, or why not.</summary>
internal static class Health
{
    public sealed record Live(string Status, string Version);

    /// <param name="Reasons">Why it is not ready.</param>
    /// <param name="Warnings">What makes it worse than it should be, ready or not.</param>
    public sealed record Ready(string Status, IReadOnlyList<string> Reasons, IReadOnlyList<string> Warnings);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", () => new Live("live", Product.Version)).WithName("Health").AllowAnonymous();
        routes.MapGet("/ready", HandleAsync).WithName("Ready").AllowAnonymous().Produces<Ready>().Produces<Ready>(StatusCodes.Status503ServiceUnavailable);
    }

    public static bool IsProbe(HttpRequest request) => request.Path == "/health" || request.Path == "/ready";

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the database answers instead of rows, the process is not ready.")]
    internal static async Task<IResult> HandleAsync(Db db, CarrierWatch carriers, TimeProvider time, CancellationToken cancellationToken)
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

        string[] warnings = carriers.Trouble is { } trouble ? [trouble] : [];
        return reasons.Count == 0
            ? TypedResults.Ok(new Ready("ready", [], warnings))
            : TypedResults.Json(new Ready("not_ready", reasons, warnings), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
