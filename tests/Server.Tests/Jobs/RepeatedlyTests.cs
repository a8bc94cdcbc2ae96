using AutoDevOps.Server.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Jobs;

public sealed class RepeatedlyTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _told = [];

    [Theory]
    [InlineData(true, 1, 3)]
    [InlineData(false, 0, 2)]
    public async Task What_fails_is_told_and_done_again_in_the_next_period(bool atOnce, int atFirst, int afterTwoPeriods)
    {
        using var stop = new CancellationTokenSource();
        var count = 0;
        var running = RunAsync(atOnce, _ => throw new IOException($"{++count}"), stop.Token);

        Assert.Equal(atFirst, count);
        _clock.Advance(Period);
        _clock.Advance(Period);
        Assert.Equal(afterTwoPeriods, count);
        Assert.Equal(afterTwoPeriods, _told.Count);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_database_that_goes_away_while_the_process_stops_is_no_failure_of_the_process()
    {
        using var stop = new CancellationTokenSource();
        var broken = new TaskCompletionSource();
        var running = RunAsync(atOnce: true, _ => broken.Task, stop.Token);

        await stop.CancelAsync();
        broken.SetException(new IOException("terminating connection"));

        await running;
        Assert.Empty(_told);
    }

    private Task RunAsync(bool atOnce, Func<CancellationToken, Task> work, CancellationToken stop) =>
        Repeatedly.RunAsync(_clock, Period, atOnce, work, exception => _told.Add(exception.Message), stop);
}
