using System.Diagnostics.CodeAnalysis;

namespace AutoDevOps.Server.Jobs;

/// <summary>Work in the background that is done again and again while the process runs, and goes on when what it needs is back.</summary>
internal static class Repeatedly
{
    /// <param name="atOnce">The first time now; else after one period.</param>
    /// <param name="tell">Of what failed, each time that it does. What fails while the process stops is not told: it is taken up by others.</param>
    public static async Task RunAsync(
        TimeProvider time, TimeSpan period, bool atOnce, Func<CancellationToken, Task> work, Action<Exception> tell, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            if (atOnce)
            {
                await TryAsync(work, tell, stoppingToken);
            }

            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(work, tell, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the host would take it for a failure when it is disposed without being stopped first.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Told, and tried again.")]
    private static async Task TryAsync(Func<CancellationToken, Task> work, Action<Exception> tell, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
        }
        catch (Exception exception)
        {
            stoppingToken.ThrowIfCancellationRequested();
            tell(exception);
        }
    }
}
