using System.Diagnostics;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>GitHub's own description of its API (tests/acceptance/schemas/github-openapi.json), held against what a double noted.</summary>
internal static class GitHubDescription
{
    private static readonly string Checks = Path.Combine(SourceTree.Root, "tests", "acceptance");

    /// <summary>Skips a test where nobody installed what it needs; in CI it fails then.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(
        (Directory.Exists(Path.Combine(Checks, "node_modules", "ajv")) && OnPath("node")) || Environment.GetEnvironmentVariable("CI") is not null,
        "tests/acceptance is not installed; ./test does that.");

    /// <param name="record">What <see cref="GitHubDouble.Record"/> holds.</param>
    /// <returns>What is wrong, and the operations that were asked for, as <c>GET /user</c>.</returns>
    public static async Task<(IReadOnlyList<string> Complaints, IReadOnlyList<string> Asked)> CheckAsync(IEnumerable<string> record)
    {
        var noted = record.ToArray();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, noted);
            using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Checks, "openapi.mjs"), "check", file]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var trouble = node.StandardError.ReadToEndAsync();
            var lines = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            // The last line says that it came to its end.
            Assert.True(node.ExitCode == 0 && lines[^1] == $"{noted.Length} requests", await trouble);
            return (After(lines, "complaint: "), After(lines, "asked: "));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<string> After(string[] lines, string prefix) =>
        [.. lines.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..])];

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
