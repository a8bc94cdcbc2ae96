using System.Diagnostics.CodeAnalysis;
using AutoDevOps.Server.Data;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>Hears on one connection what other processes notify, and passes it on as signals.</summary>
/// <remarks>A dead connection hears nothing and looks like silence. So it notifies itself now and then: what does not come back
/// within the next round means that the connection, or a pooler in between, does not deliver, and it is opened anew.</remarks>
public sealed class JobListener(Db db, JobSignals signals, TimeProvider time, ILogger<JobListener> logger) : BackgroundService
{
    private static readonly TimeSpan LivenessCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);
    private string _echo = "";
    private bool _isHeard;

    /// <summary>How often it has connected. For tests, which cut the connection.</summary>
    internal int Connections { get; private set; }

    internal TaskCompletionSource FirstConnected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on, and polling covers for it meanwhile.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = TimeSpan.Zero, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                pause = TimeSpan.FromSeconds(Math.Clamp(pause.TotalSeconds * 2, 0.25, MaxPause.TotalSeconds));
                logger.LogWarning(exception, "The connection that listens for jobs broke. Trying again in {Pause}; jobs are found by polling meanwhile.", pause);
                await Task.Delay(pause, time, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenListenerAsync(cancellationToken);
        connection.Notification += Pass;
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(Sql.Listen, cancellationToken: cancellationToken));
            connected();
            Connections++;
            FirstConnected.TrySetResult();
            // Whatever was notified while nobody listened is lost.
            signals.Wake(null);
            signals.RequestCancel(null);
            signals.AddEvents(null);
            while (true)
            {
                _echo = Guid.CreateVersion7().ToString();
                _isHeard = false;
                await connection.ExecuteAsync(new CommandDefinition(Sql.Echo, new { echo = _echo }, commandTimeout: 5, cancellationToken: cancellationToken));
                await HearAsync(connection, cancellationToken);
                if (!_isHeard)
                {
                    throw new InvalidOperationException(
                        "Notifications do not arrive. LISTEN does not work through PgBouncer in transaction mode: it needs a direct connection.");
                }
            }
        }
        finally
        {
            connection.Notification -= Pass;
        }
    }

    private async Task HearAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var round = new CancellationTokenSource(LivenessCheck, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(round.Token, cancellationToken);
        try
        {
            while (true)
            {
                await connection.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The round is over.
        }
    }

    private void Pass(object? sender, NpgsqlNotificationEventArgs notice)
    {
        switch (notice.Channel)
        {
            case JobNotifier.WakeChannel:
                signals.Wake(notice.Payload);
                break;
            case JobNotifier.CancelChannel when Guid.TryParse(notice.Payload, out var job):
                signals.RequestCancel(job);
                break;
            case JobNotifier.EventsChannel when EventNotice.Parse(notice.Payload) is { } added:
                signals.AddEvents(added);
                break;
            default:
                // Other processes' echoes arrive here too.
                _isHeard |= notice.Payload == _echo;
                break;
        }
    }

    private static class Sql
    {
        public const string Listen = "LISTEN autodevops_wake; LISTEN autodevops_cancel; LISTEN autodevops_events; LISTEN autodevops_echo";

        public const string Echo = "SELECT pg_notify('autodevops_echo', @echo)";
    }
}
