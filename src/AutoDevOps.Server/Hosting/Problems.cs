using System.Diagnostics;
using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;

namespace AutoDevOps.Server.Hosting;

/// <summary>Answers an error as RFC 9457 describes: what happened, in words for people, and a trace id to find it in the logs.</summary>
internal static class Problems
{
    private static readonly PathString[] ForPrograms = ["/api", "/webhooks", "/openapi", "/health", "/ready"];

    /// <summary>Writes the problem as the response, unless that has begun.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        context.Response.StatusCode = status;
        var problem = new ProblemDetailsContext { HttpContext = context, ProblemDetails = new ProblemDetails { Status = status, Detail = detail } };
        var writers = context.RequestServices.GetRequiredService<IProblemDetailsService>();
        if (!await writers.TryWriteAsync(problem))
        {
            // A browser at an address for programs asks for HTML, which there is none of: RFC 9110, section 12.5.1, lets us answer all the same.
            context.Request.Headers.Accept = MediaTypeNames.Application.ProblemJson;
            await writers.WriteAsync(problem);
        }
    }

    /// <summary>What a status says where nobody said more.</summary>
    public static string? Usual(HttpContext context, int? status) => status switch
    {
        StatusCodes.Status400BadRequest => MalformedParameter.Describe(context),
        StatusCodes.Status401Unauthorized => "Sign in, or send an API token: Authorization: Bearer adt_...",
        StatusCodes.Status404NotFound => "There is no such thing, or it is not yours to see.",
        StatusCodes.Status413PayloadTooLarge => "The request is larger than this server accepts.",
        _ => null,
    };

    /// <summary>Whether a person will see the answer in a browser; programs get problem details instead of a page.</summary>
    public static bool IsForPeople(this HttpRequest request) =>
        !ForPrograms.Any(prefix => request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
