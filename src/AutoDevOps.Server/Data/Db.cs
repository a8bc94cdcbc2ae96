using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>The one door to the database: a transaction, entered as a caller.</summary>
/// <remarks>The caller is set with <c>set_config(…, true)</c>, which ends with the transaction: a setting of the session would
/// reach the next user of a pooled connection.</remarks>
public sealed class Db(NpgsqlDataSource source)
{
    /// <summary>Runs the work in one transaction and commits it; an exception rolls back and goes on.</summary>
    public async Task<T> InTransactionAsync<T>(Caller caller, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await EnterAsync(connection, caller, cancellationToken);
        var result = await work(connection);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public Task InTransactionAsync(Caller caller, Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) =>
        InTransactionAsync(
            caller,
            async connection =>
            {
                await work(connection);
                return true;
            },
            cancellationToken);

    private static Task<int> EnterAsync(NpgsqlConnection connection, Caller caller, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            Sql.Enter,
            new
            {
                userId = caller.UserId?.ToString() ?? "",
                organizationId = caller.OrganizationId?.ToString() ?? "",
                jobId = caller.JobId?.ToString() ?? "",
                workerId = caller.WorkerId?.ToString() ?? "",
                attempt = caller.Attempt?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
                nodeId = caller.NodeId?.ToString() ?? "",
            },
            cancellationToken: cancellationToken));

    private static class Sql
    {
        public const string Enter = """
            SELECT set_config('app.user_id', @userId, true), set_config('app.organization_id', @organizationId, true),
                   set_config('app.job_id', @jobId, true),
                   set_config('app.worker_id', @workerId, true), set_config('app.attempt', @attempt, true),
                   set_config('app.node_id', @nodeId, true)
            """;
    }
}
