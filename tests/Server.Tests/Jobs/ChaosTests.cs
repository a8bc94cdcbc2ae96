using System.Diagnostics;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>The short form of the chaos: docs/chaos.md has the long one.</summary>
public sealed class ChaosTests
{
    // Beside the tests, in the same configuration: a program of its own, which starts others.
    private static readonly DirectoryInfo Configuration = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
    private static readonly string Program = Path.Combine(Configuration.Parent!.Parent!.FullName, "AutoDevOps.Benchmarks", Configuration.Name, "AutoDevOps.Benchmarks");

    [Fact]
    public async Task Workers_killed_and_frozen_and_a_database_torn_down_lose_no_job_and_double_no_effect()
    {
        var start = new ProcessStartInfo(Program, ["chaos", "--short"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var chaos = Process.Start(start)!;
        var (report, progress) = (chaos.StandardOutput.ReadToEndAsync(), chaos.StandardError.ReadToEndAsync());
        await chaos.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(chaos.ExitCode == 0, $"It ended with {chaos.ExitCode}.\n{await progress}\n{await report}");
        Assert.Contains("| jobs enqueued | 200 |", await report, StringComparison.Ordinal);
        TestContext.Current.SendDiagnosticMessage(await report);
    }
}
