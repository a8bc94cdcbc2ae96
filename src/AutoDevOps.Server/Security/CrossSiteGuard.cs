using AutoDevOps.Server.Hosting;

namespace AutoDevOps.Server.Security;

/// <summary>Refuses what another site makes a browser send: every request that changes something must come from our own pages.</summary>
/// <remarks>Browsers say where a request comes from in <c>Sec-Fetch-Site</c>, and in <c>Origin</c> with every POST; a page cannot
/// forge either. A request with an API token carries nothing that a browser adds by itself, so it is not asked; nor is what comes to the
/// webhooks, where only a signature counts. Forms have antiforgery tokens besides. See https://www.w3.org/TR/fetch-metadata/ and RFC 6454.</remarks>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || request.Headers.Authorization.Count > 0 || request.Path.StartsWithSegments("/webhooks", StringComparison.Ordinal) || IsOurs(request))
        {
            return next(context);
        }

        return Problems.WriteAsync(
            context, StatusCodes.Status403Forbidden,
            "The request does not say that it comes from this site. A program should send an API token (Authorization: Bearer), not a cookie.");
    }

    private static bool IsOurs(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        // "null" is what a browser sends for a page it does not trust.
        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
