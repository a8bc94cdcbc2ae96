using System.Diagnostics;
using System.Globalization;

namespace AutoDevOps.Benchmarks;

/// <summary>How long whole programs take, and how a few such times are told.</summary>
internal static class Timing
{
    /// <summary>Milliseconds from start to end; what it prints is thrown away.</summary>
    /// <param name="maxExitCode">Scanners end with 1 when they found something.</param>
    /// <exception cref="InvalidOperationException">It ended with a larger code.</exception>
    public static double Program(string program, IEnumerable<string> arguments, int maxExitCode = 0, string? folder = null)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder ?? "" })!;
        process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
        return process.ExitCode <= maxExitCode ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    public static double Median(IReadOnlyCollection<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>The median, and in brackets the least and the most.</summary>
    public static string Show(IReadOnlyCollection<double> times) => string.Create(CultureInfo.InvariantCulture, $"{Median(times):N0} ({times.Min():N0} to {times.Max():N0})");
}
