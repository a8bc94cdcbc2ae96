using AutoDevOps.Server.Git;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Every kind of place that repositories come from.</summary>
internal static class RepositorySources
{
    /// <param name="cache">A folder for what can be fetched again.</param>
    public static void AddRepositorySources(this IServiceCollection services, string cache)
    {
        services.AddSingleton<SnapshotReader>();
        services.AddSingleton<IRepositorySource, LocalFolderSource>();
        services.AddSingleton<IRepositorySource, GitSource>();
        services.AddSingleton<IRepositorySource, GitHubSource>();
        services.AddSingleton<GitNetwork>();
        services.AddSingleton(provider => new GuardedHttp(
            provider.GetRequiredService<GitNetwork>(),
            provider.GetRequiredService<IOptions<RepositoryOptions>>().Value.AllowPrivateNetworks,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<GitRemote>();
        services.AddSingleton(provider => new GitCache(
            Path.Combine(cache, "git"), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<GitCache>>()));
    }
}
