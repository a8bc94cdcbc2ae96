using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>PostgreSQL as the carrier: NOTIFY and LISTEN.</summary>
internal sealed class PostgresSignals(Db db, TimeProvider time) : ISignalCarrier
{
    public string Name => "postgresql";

    public string WhySilent => "Notifications do not arrive. LISTEN does not work through PgBouncer in transaction mode: it needs a direct connection.";

    public Task SendAsync(IReadOnlyCollection<Signal> signals, CancellationToken cancellationToken) => db.QueryAsync<object>(
        Caller.Anonymous, Sql.Notify,
        new { channels = signals.Select(signal => signal.Channel).ToArray(), payloads = signals.Select(signal => signal.About).ToArray() },
        cancellationToken);

    public async Task<ISignalEar> ListenAsync(Action<Signal> hear, CancellationToken cancellationToken)
    {
        var connection = await db.OpenListenerAsync(cancellationToken);
        var ear = new Ear(connection, hear, time);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(Sql.Listen, cancellationToken: cancellationToken));
            return ear;
        }
        catch
        {
            await ear.DisposeAsync();
            throw;
        }
    }

    private sealed class Ear : ISignalEar
    {
        private readonly NpgsqlConnection _connection;
        private readonly Action<Signal> _hear;
        private readonly TimeProvider _time;

        public Ear(NpgsqlConnection connection, Action<Signal> hear, TimeProvider time)
        {
            (_connection, _hear, _time) = (connection, hear, time);
            _connection.Notification += Pass;
        }

        public Task EchoAsync(Signal echo, CancellationToken cancellationToken) => _connection.ExecuteAsync(
            new CommandDefinition(Sql.Echo, new { echo = echo.About }, commandTimeout: 5, cancellationToken: cancellationToken));

        public async Task HearAsync(TimeSpan duration, CancellationToken cancellationToken)
        {
            using var round = new CancellationTokenSource(duration, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(round.Token, cancellationToken);
            try
            {
                while (true)
                {
                    await _connection.WaitAsync(either.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The round is over.
            }
        }

        public async ValueTask DisposeAsync()
        {
            _connection.Notification -= Pass;
            await _connection.DisposeAsync();
        }

        private void Pass(object? sender, NpgsqlNotificationEventArgs notice) => _hear(new Signal(notice.Channel, notice.Payload));
    }

    private static class Sql
    {
        public const string Notify = """
            SELECT set_config('synchronous_commit', 'off', true) FROM unnest(@channels::text[], @payloads::text[]) AS notice (channel, payload), pg_notify(notice.channel, notice.payload)
            """;

        public const string Listen = "LISTEN autodevops_wake; LISTEN autodevops_cancel; LISTEN autodevops_events; LISTEN autodevops_echo";

        public const string Echo = "SELECT pg_notify('autodevops_echo', @echo)";
    }
}
