using System.Diagnostics.CodeAnalysis;

namespace AutoDevOps.Server.Jobs;

/// <summary>Hears on one connection what other processes tell, and passes it on as signals.</summary>
/// <remarks>A dead connection hears nothing and looks like silence. So it tells itself something now and then: what does not come back
/// within the next round means that the connection, or a pooler in between, does not deliver, and it is opened anew.</remarks>
public sealed class JobListener(ISignalCarrier carrier, JobSignals signals, TimeProvider time, ILogger<JobListener> logger) : BackgroundService
{
    private static readonly TimeSpan LivenessCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);
    private TimeSpan _pause;
    private volatile string _echo = "";
    private volatile bool _isHeard;

    /// <summary>How often it has connected. For tests, which cut the connection.</summary>
    internal int Connections { get; private set; }

    internal TaskCompletionSource FirstConnected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [SuppressMessage("Design", "CA1031", Justification = "A background loop: it goes on, and polling covers for it meanwhile.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Once for an outage, however often it is tried.
                logger.Log(
                    _pause == TimeSpan.Zero ? LogLevel.Warning : LogLevel.Debug, exception,
                    "The connection that listens for jobs broke. It is tried again until it stands; jobs are found by polling meanwhile.");
                _pause = TimeSpan.FromSeconds(Math.Clamp(_pause.TotalSeconds * 2, 0.25, MaxPause.TotalSeconds));
                await Task.Delay(_pause, time, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var ear = await carrier.ListenAsync(Pass, cancellationToken);
        Connections++;
        FirstConnected.TrySetResult();
        // Whatever was told while nobody listened is lost.
        signals.Wake(null);
        signals.RequestCancel(null);
        signals.AddEvents(null);
        while (true)
        {
            _echo = Guid.CreateVersion7().ToString();
            _isHeard = false;
            await ear.EchoAsync(new Signal(Signal.Echo, _echo), cancellationToken);
            await ear.HearAsync(LivenessCheck, cancellationToken);
            if (!_isHeard)
            {
                throw new InvalidOperationException(carrier.WhySilent);
            }

            // A whole round went well: only now an outage is over, so that a connection that breaks at once is no news.
            if (_pause != TimeSpan.Zero)
            {
                _pause = TimeSpan.Zero;
                logger.LogInformation("The connection that listens for jobs stands again.");
            }
        }
    }

    private void Pass(Signal signal)
    {
        switch (signal.Channel)
        {
            case Signal.Wake:
                signals.Wake(signal.About == Signal.Everything ? null : signal.About);
                break;
            case Signal.Cancel when Guid.TryParse(signal.About, out var job):
                signals.RequestCancel(job);
                break;
            case Signal.Cancel when signal.About == Signal.Everything:
                signals.RequestCancel(null);
                break;
            case Signal.Events when EventNotice.Parse(signal.About) is { } added:
                signals.AddEvents(added);
                break;
            case Signal.Events when signal.About == Signal.Everything:
                signals.AddEvents(null);
                break;
            // Other processes' echoes arrive too, perhaps at the same moment.
            case Signal.Echo when signal.About == _echo:
                _isHeard = true;
                break;
        }
    }
}
