namespace AutoDevOps.Server.Hosting;

/// <summary>The configuration as a verb sees it before the host is built: the program's own file, then the environment.</summary>
internal static class Configuration
{
    public static IConfiguration Read() =>
        new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .Build();

    /// <exception cref="StartException">It is not set.</exception>
    public static string Require(IConfiguration configuration, string name, string form) =>
        configuration.GetConnectionString(name) is { Length: > 0 } value
            ? value
            : throw new StartException($"ConnectionStrings:{name} is not set. Give it in the environment variable ConnectionStrings__{name}: {form}");
}
