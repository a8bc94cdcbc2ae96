using System.Globalization;
using System.Runtime.CompilerServices;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>The one door to the database: a transaction, entered as a caller.</summary>
/// <remarks>The caller is set with <c>set_config(…, true)</c>, which ends with the transaction: a setting of the session would
/// reach the next user of a pooled connection.</remarks>
public sealed class Db(NpgsqlDataSource source, [FromKeyedServices(Db.DirectKey)] NpgsqlDataSource? direct = null)
{
    /// <summary>The key of the data source for what needs a connection of its own to the server, past any pooler.</summary>
    public const string DirectKey = "direct";

    private static readonly ConditionalWeakTable<NpgsqlConnection, List<Action>> Followers = [];

    /// <summary>Runs the work in one transaction and commits it; an exception rolls back and goes on.</summary>
    /// <remarks>A transaction begun inside the work is another one, on another connection, and does not see this one's changes.</remarks>
    /// <exception cref="LeaseLostException">The caller is a job whose lease another worker has, or nobody.</exception>
    public async Task<T> InTransactionAsync<T>(Caller caller, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<Action> followers = [];
        Followers.AddOrUpdate(connection, followers);
        try
        {
            await EnterAsync(connection, caller, cancellationToken);
            var result = await work(connection);
            cancellationToken.ThrowIfCancellationRequested();
            // Not given up once it is sent: nobody could say then whether it happened, and the followers would not be told.
            await transaction.CommitAsync(CancellationToken.None);
            followers.ForEach(action => action());
            return result;
        }
        finally
        {
            Followers.Remove(connection);
        }
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

    /// <summary>Runs one statement as the caller, in its own transaction and one round trip.</summary>
    /// <exception cref="LeaseLostException">The caller is a job whose lease another worker has, or nobody.</exception>
    public Task<IReadOnlyList<T>> QueryAsync<T>(Caller caller, string sql, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<T>>(caller, sql, parameters, async results => (await results.ReadAsync<T>()).AsList(), cancellationToken);

    /// <summary>Runs some statements as the caller, in a transaction of their own and one round trip.</summary>
    /// <exception cref="LeaseLostException">The caller is a job whose lease another worker has, or nobody.</exception>
    public async Task<T> ReadAsync<T>(
        Caller caller, string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // The statements go out together, and the server makes them one transaction.
        var together = $"{Sql.Enter};\n{(caller.JobId is null ? "" : $"{Sql.HoldsLease};\n")}{sql}";
        await using var results = await connection.QueryMultipleAsync(
            new CommandDefinition(together, Parameters(caller, parameters), cancellationToken: cancellationToken));
        await results.ReadAsync();
        if (caller.JobId is { } job && !await results.ReadSingleAsync<bool>())
        {
            throw new LeaseLostException(job);
        }

        return await read(results);
    }

    /// <summary>Does something once the transaction of this connection has committed; never if it rolls back.</summary>
    /// <param name="connection">The one that <see cref="InTransactionAsync{T}"/> gave.</param>
    /// <param name="action">Must be quick and not fail: the commit is done.</param>
    /// <exception cref="InvalidOperationException">The connection is in no transaction of this class.</exception>
    public static void AfterCommit(NpgsqlConnection connection, Action action)
    {
        if (!Followers.TryGetValue(connection, out var followers))
        {
            throw new InvalidOperationException("This connection is in no transaction that Db began.");
        }

        followers.Add(action);
    }

    /// <summary>A connection to LISTEN on: straight to the server, as a pooler would hand it to somebody else. The caller closes it.</summary>
    public ValueTask<NpgsqlConnection> OpenListenerAsync(CancellationToken cancellationToken) =>
        (direct ?? source).OpenConnectionAsync(cancellationToken);

    /// <summary>A connection that its user keeps, so that neither an exhausted pool nor a starved thread pool can come between. The
    /// caller closes it.</summary>
    public NpgsqlConnection OpenKept() => source.OpenConnection();

    private static async Task EnterAsync(NpgsqlConnection connection, Caller caller, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(Sql.Enter, Parameters(caller, null), cancellationToken: cancellationToken));
        // Without its lease a job sees no rows: an update would change nothing and say nothing. Better to say it.
        if (caller.JobId is { } job
            && !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Sql.HoldsLease, cancellationToken: cancellationToken)))
        {
            throw new LeaseLostException(job);
        }
    }

    private static DynamicParameters Parameters(Caller caller, object? others)
    {
        var parameters = new DynamicParameters(others);
        parameters.Add("callerUser", caller.UserId?.ToString() ?? "");
        parameters.Add("callerOrganization", caller.OrganizationId?.ToString() ?? "");
        parameters.Add("callerJob", caller.JobId?.ToString() ?? "");
        parameters.Add("callerWorker", caller.WorkerId?.ToString() ?? "");
        parameters.Add("callerFence", caller.Fence?.ToString(CultureInfo.InvariantCulture) ?? "");
        parameters.Add("callerNode", caller.NodeId?.ToString() ?? "");
        return parameters;
    }

    private static class Sql
    {
        public const string Enter = """
            SELECT set_config('app.user_id', @callerUser, true), set_config('app.organization_id', @callerOrganization, true),
                   set_config('app.job_id', @callerJob, true),
                   set_config('app.worker_id', @callerWorker, true), set_config('app.fence', @callerFence, true),
                   set_config('app.node_id', @callerNode, true)
            """;

        public const string HoldsLease = "SELECT EXISTS (SELECT FROM app.organizations_of_caller())";
    }
}
