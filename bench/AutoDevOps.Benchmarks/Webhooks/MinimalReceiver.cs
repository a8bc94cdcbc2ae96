using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AutoDevOps.Benchmarks.Webhooks;

/// <summary>The least that can be done durably: the signature, and one row in a table without policies.</summary>
internal static class MinimalReceiver
{
    public const string Table = "CREATE TABLE IF NOT EXISTS deliveries (id uuid PRIMARY KEY, guid text NOT NULL UNIQUE, event text NOT NULL, payload bytea NOT NULL)";

    public static async Task<int> RunAsync(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        await using var source = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("BENCH_DATABASE")!);
        var secret = Encoding.UTF8.GetBytes(WebhooksBenchmark.Secret);
        app.MapGet("/ready", () => Results.Ok());
        app.MapPost("/webhooks/github", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var expected = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(secret, body.GetBuffer().AsSpan(0, (int)body.Length)))}";
            if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(request.Headers["X-Hub-Signature-256"].ToString())))
            {
                return Results.Unauthorized();
            }

            await using var command = source.CreateCommand("INSERT INTO deliveries (id, guid, event, payload) VALUES ($1, $2, $3, $4) ON CONFLICT (guid) DO NOTHING");
            command.Parameters.AddWithValue(Guid.CreateVersion7());
            command.Parameters.AddWithValue(request.Headers["X-GitHub-Delivery"].ToString());
            command.Parameters.AddWithValue(request.Headers["X-GitHub-Event"].ToString());
            command.Parameters.AddWithValue(body.ToArray());
            await command.ExecuteNonQueryAsync();
            return Results.Accepted();
        });
        await app.RunAsync($"http://localhost:{port}");
        return 0;
    }
}
