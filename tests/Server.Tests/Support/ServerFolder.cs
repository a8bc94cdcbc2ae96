using AutoDevOps.Server.Data.Embedded;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A data directory for a server of a test's own, removed after it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class ServerFolder : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Path { get; } = $"/var/tmp/autodevops-embedded-{Guid.CreateVersion7():N}";

    /// <summary>PostgreSQL's own directory below it.</summary>
    public string Data => DataFolders.DataOf(Path);

    public PostmasterFile Postmaster => new(Data);

    public Task<EmbeddedPostgres> StartAsync(IPostgresSource? source = null, string? folder = null, Dictionary<string, string>? settings = null, CancellationToken? cancellationToken = null) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = folder ?? Path,
                Sources = source is null ? null : [source],
                Settings = settings ?? [],
            },
            NullLogger.Instance,
            TimeProvider.System,
            cancellationToken ?? Stop);

    public static async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = await ConnectAsync(server);
        await connection.ExecuteAsync(sql);
    }

    public static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = await ConnectAsync(server);
        return await connection.ExecuteScalarAsync(sql);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static async Task<NpgsqlConnection> ConnectAsync(EmbeddedPostgres server)
    {
        var connection = new NpgsqlConnection(server.ConnectionStringFor("postgres", "postgres") + ";Pooling=false");
        await connection.OpenAsync(Stop);
        return connection;
    }
}
