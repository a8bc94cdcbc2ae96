namespace AutoDevOps.Server.Features;

/// <summary>The whole API on one screen.</summary>
public static class Endpoints
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1");
        _ = api;
    }
}
