using System.Net;
using Npgsql;
using StackExchange.Redis;

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

    /// <summary>The Redis that <c>ConnectionStrings:Redis</c> names, to be connected to anew after each failure; null when it is not set.</summary>
    /// <exception cref="StartException">It is set to something else. What it is set to is not told: it may hold a password.</exception>
    public static ConfigurationOptions? Redis(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Redis") is not { Length: > 0 } value)
        {
            return null;
        }

        try
        {
            var redis = ConfigurationOptions.Parse(value);
            if (redis.EndPoints.Count > 0 && redis.EndPoints.All(IsAddress))
            {
                redis.ClientName ??= Product.Program;
                (redis.AbortOnConnectFail, redis.ConnectRetry, redis.BacklogPolicy) = (true, 1, BacklogPolicy.FailFast);
                return redis;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Told below. Its message repeats parts of the value.
        }

        throw new StartException(
            "ConnectionStrings:Redis is no connection string of StackExchange.Redis. It looks like redis:6379,user=...,password=...,ssl=true (not like redis://...).");
    }

    // What a URL leaves behind would be taken for a name, and be told with every failure.
    private static bool IsAddress(EndPoint address) => address is not DnsEndPoint named || Uri.CheckHostName(named.Host) != UriHostNameType.Unknown;
}
