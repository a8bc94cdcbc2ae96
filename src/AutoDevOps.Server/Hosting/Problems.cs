using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace AutoDevOps.Server.Hosting;

/// <summary>Answers an error as RFC 9457 describes: what happened, in words for people, and a trace id to find it in the logs.</summary>
internal static class Problems
{
    private static readonly PathString[] ForPrograms = ["/api", "/webhooks", "/openapi", "/health", "/ready"];

    /// <summary>Writes the problem as the response, unless that has begun.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = new ProblemDetails { Status = status, Detail = detail } })
            .AsTask();
    }

    /// <summary>Whether a person will see the answer in a browser; programs get problem details instead of a page.</summary>
    public static bool IsForPeople(this HttpRequest request) =>
        !ForPrograms.Any(prefix => request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
