using System.Security.Cryptography;
using System.Text.Json;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features;

/// <summary>Makes a POST safe to send again: the key that came with it gives the first answer, and nothing is done twice.</summary>
/// <remarks>After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.</remarks>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const int MaxLength = 200;
    public const string ConflictDetail = "This Idempotency-Key came with another request before. Use a new key for a new request.";

    /// <summary>Does the work, unless the key was used: then answers as then.</summary>
    /// <param name="connection">The transaction of the work, so that the key is used if and only if the work is done.</param>
    /// <param name="key">Null: always does the work.</param>
    /// <param name="operation">The same key of two operations would be two requests.</param>
    /// <returns>The answer; or null and a conflict, when the key came with another request before.</returns>
    public static async Task<(T? Answer, bool Conflict)> OnceAsync<T>(
        NpgsqlConnection connection, Guid organizationId, Guid userId, string? key, string operation, object request, Func<Task<T>> work)
        where T : class
    {
        if (string.IsNullOrEmpty(key))
        {
            return (await work(), false);
        }

        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { operation, request }, JobJson.Options));
        // A second request with the key waits here for the first one's transaction.
        if (await connection.ExecuteAsync(Sql.Claim, new { organizationId, userId, key, hash }) == 1)
        {
            var answer = await work();
            await connection.ExecuteAsync(
                Sql.Keep, new { organizationId, userId, key, response = JsonSerializer.Serialize(answer, JobJson.Options) });
            return (answer, false);
        }

        var earlier = await connection.QuerySingleAsync<Earlier>(Sql.Find, new { organizationId, userId, key });
        return earlier.Hash.AsSpan().SequenceEqual(hash)
            ? (JsonSerializer.Deserialize<T>(earlier.Response, JobJson.Options), false)
            : (null, true);
    }

    private sealed record Earlier(byte[] Hash, string Response);

    private static class Sql
    {
        public const string Claim = """
            INSERT INTO idempotency_keys (organization_id, user_id, key, request_hash)
            VALUES (@organizationId, @userId, @key, @hash)
            ON CONFLICT DO NOTHING
            """;

        public const string Keep = """
            UPDATE idempotency_keys SET response = @response::jsonb
            WHERE organization_id = @organizationId AND user_id = @userId AND key = @key
            """;

        public const string Find = """
            SELECT request_hash AS "Hash", response::text AS "Response" FROM idempotency_keys
            WHERE organization_id = @organizationId AND user_id = @userId AND key = @key
            """;
    }
}
