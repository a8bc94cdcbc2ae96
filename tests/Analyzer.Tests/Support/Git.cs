using System.Diagnostics;

namespace AutoDevOps.Analyzer.Tests.Support;

/// <summary>The git on this machine: the judge of what git does.</summary>
internal static class Git
{
    public static void Init(string folder) => Run(folder, "init", "--quiet");

    public static string Run(string folder, params string[] arguments) => RunWith(folder, "", arguments);

    /// <summary>The files that git would add.</summary>
    public static IReadOnlyList<string> Addable(string folder) =>
        [.. Run(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Whether the tool takes this text as a patch of this folder.</summary>
    public static void Apply(string folder, string patch) => RunWith(folder, patch, "apply", "-");

    private static string RunWith(string folder, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
            StandardOutputEncoding = new System.Text.UTF8Encoding(false),
        };
        foreach (var argument in (string[])["-c", "core.excludesFile=/dev/null", "-c", "safe.directory=*", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
        return output;
    }
}
