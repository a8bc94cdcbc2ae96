namespace AutoDevOps.Server.GitHub;

/// <summary>Everything that speaks with GitHub.</summary>
internal static class GitHubSetup
{
    public static void AddGitHub(this IServiceCollection services)
    {
        services.AddSingleton<GitHubLimits>();
        services.AddSingleton<GitHubAnswers>();
        services.AddSingleton<GitHubTransport>();
        services.AddSingleton<GitHubClient>();
        services.AddSingleton<GitHubOAuth>();
        services.AddSingleton<GitHubApp>();
        services.AddSingleton<GitHubAccess>();
        services.AddSingleton<GitHubHooks>();
        services.AddSingleton<GitHubInstallations>();
    }
}
