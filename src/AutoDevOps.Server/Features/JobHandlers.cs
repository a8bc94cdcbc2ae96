namespace AutoDevOps.Server.Features;

/// <summary>Every kind of job there is.</summary>
public static class JobHandlers
{
    public static void AddJobHandlers(this IServiceCollection services)
    {
        _ = services;
    }
}
