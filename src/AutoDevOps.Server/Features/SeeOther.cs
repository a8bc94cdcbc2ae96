namespace AutoDevOps.Server.Features;

/// <summary>Leads the browser from a form to a page, so that loading the page again does not send the form again.</summary>
/// <param name="location">An address of this site.</param>
internal sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
