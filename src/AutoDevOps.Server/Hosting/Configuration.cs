using Npgsql;

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

    /// <summary>A connection string; null when it is not set.</summary>
    /// <exception cref="StartException">It is set to something else.</exception>
    public static string? ConnectionString(IConfiguration configuration, string name)
    {
        if (configuration.GetConnectionString(name) is not { Length: > 0 } value)
        {
            return null;
        }

        try
        {
            _ = new NpgsqlConnectionStringBuilder(value);
            return value;
        }
        catch (ArgumentException exception)
        {
            throw new StartException($"ConnectionStrings:{name} is no connection string ({exception.Message.TrimEnd('.')}). It looks like Host=db;Database=autodevops;Username=...;Password=...");
        }
    }

    /// <exception cref="StartException">It is not set, or no connection string.</exception>
    public static string Require(IConfiguration configuration, string name, string form) =>
        ConnectionString(configuration, name)
            ?? throw new StartException($"ConnectionStrings:{name} is not set. Give it in the environment variable ConnectionStrings__{name}: {form}");
}
