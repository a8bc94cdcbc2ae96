using System.Diagnostics;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <param name="ExitCode">Null: it was ended because it took too long.</param>
internal sealed record ShellResult(int? ExitCode, string FirstLine, IReadOnlyList<string> LastLines);

/// <summary>Runs a script as a hosted runner does: written to a file, <c>/bin/bash -e</c>.</summary>
internal static class Shell
{
    private const int LinesKept = 25;

    /// <param name="jobFolder">Where the script and what it says are kept.</param>
    public static async Task<ShellResult> RunAsync(string script, string workingDirectory, string jobFolder, Dictionary<string, string> environment, TimeSpan limit)
    {
        var (file, log) = (Path.Combine(jobFolder, "step.sh"), Path.Combine(jobFolder, "step.log"));
        await File.WriteAllTextAsync(file, script);
        // To a file, not to us: a process that a step leaves behind would keep a pipe open.
        var start = new ProcessStartInfo("/bin/bash", ["-c", "exec /bin/bash -e \"$0\" > \"$1\" 2>&1 < /dev/null", file, log]) { WorkingDirectory = workingDirectory };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(limit);
        int? exitCode;
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            exitCode = process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            exitCode = null;
        }

        // Where a program was when it failed says less than what it said.
        var lines = File.Exists(log) ? File.ReadLines(log).Where(line => !string.IsNullOrWhiteSpace(line) && !line.StartsWith("    at ", StringComparison.Ordinal)).ToList() : [];
        return new(exitCode, lines.FirstOrDefault() ?? "", [.. lines.TakeLast(LinesKept)]);
    }
}
