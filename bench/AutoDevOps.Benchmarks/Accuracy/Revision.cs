using System.Diagnostics;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Which commit of a suite was measured.</summary>
internal static class Revision
{
    /// <returns>The commit and its day, as git tells them.</returns>
    public static (string Commit, string Day) Of(string folder)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, "log", "-1", "--format=%H %cs"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return words is [var commit, var day] ? (commit, day) : throw new InvalidOperationException($"'{folder}' is no clone: git does not tell its commit.");
    }
}
