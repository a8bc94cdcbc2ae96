using Microsoft.AspNetCore.Http.HttpResults;
using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Ui;

/// <summary>Shows a problem to a person as a page, where a program would get problem details.</summary>
internal sealed class ProblemPages : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) =>
        context.HttpContext.Request.IsForPeople()
        && context.HttpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var page = new RazorComponentResult<ProblemPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(ProblemPage.Status)] = problem.Status ?? context.HttpContext.Response.StatusCode,
            [nameof(ProblemPage.Detail)] = problem.Detail,
            [nameof(ProblemPage.Trace)] = Problems.TraceId(context.HttpContext),
        })
        {
            StatusCode = problem.Status,
        };
        await page.ExecuteAsync(context.HttpContext);
    }
}
