using AutoDevOps.Server.Hosting;
using Microsoft.AspNetCore.Routing.Template;

namespace AutoDevOps.Server.Features;

/// <summary>Answers programs that ask for an address of the API that does not exist, or with a method it does not know. Without it
/// the pages' own answer, which is for people, would match.</summary>
internal static class UnknownAddress
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.Map("/api/{**rest}", HandleAsync).AllowAnonymous().ExcludeFromDescription();

    internal static Task HandleAsync(HttpContext context, EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true && Matches(endpoint, context.Request.Path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
        {
            return Problems.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such address. /openapi/v1.json lists those there are.");
        }

        if (methods.Contains(context.Request.Method))
        {
            if (context.Request is { ContentLength: not (null or 0), HasFormContentType: false } or { HasFormContentType: true } && !context.Request.HasJsonContentType())
            {
                return Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, ExceptionAnswers.NotJson);
            }

            // The address has the right form but for an id that is none.
            return Problems.WriteAsync(context, StatusCodes.Status404NotFound, "The address holds something else where an id belongs: ids are UUIDs.");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, $"This address answers to {string.Join(", ", methods)}.");
    }

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
