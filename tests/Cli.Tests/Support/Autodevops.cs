using System.Diagnostics;

namespace AutoDevOps.Cli.Tests.Support;

/// <summary>The built program, run as a process: what a person and a script get.</summary>
internal static class Autodevops
{
    internal sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Skips the test on a developer's machine that has no such program; in CI its absence is a failure.</summary>
    public static void Need(string program) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("CI") is not null
        || Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed.");

    public static async Task<Outcome> RunAsync(string folder, params string[] arguments) => await RunWithAsync(folder, [], arguments);

    public static Task<Outcome> RunWithAsync(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        StartAsync("dotnet", folder, environment, [Program, .. arguments]);

    /// <summary>Run by a shell, with <c>autodevops</c> standing for the program.</summary>
    public static Task<Outcome> RunInShellAsync(string folder, string script, params string[] arguments) =>
        StartAsync("bash", folder, [], ["-c", $"{Function}\n{script}", "bash", .. arguments]);

    /// <summary>Run in a terminal of its own, so that it sees a person in front of it.</summary>
    public static async Task<Outcome> RunInTerminalAsync(string folder, Dictionary<string, string> environment, string command)
    {
        Need("script");
        return await StartAsync("script", folder, new(environment) { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/bash" }, ["-qec", $"{Function}\n{command}", "/dev/null"]);
    }

    /// <summary>Run as somebody who is not the administrator, who may read everything.</summary>
    public static async Task<Outcome> RunAsNobodyAsync(string folder, params string[] arguments)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await RunAsync(folder, arguments);
        }

        Need("setpriv");
        return await StartAsync("setpriv", folder, new() { ["HOME"] = "/tmp", ["DOTNET_CLI_HOME"] = "/tmp" }, ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", Copy.Value, .. arguments]);
    }

    // Where every account may enter, which the folder of a clone may not be.
    private static readonly Lazy<string> Copy = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("autodevops-cli-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return Path.Combine(folder, "autodevops.dll");
    });

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "autodevops.dll");

    private static string Function { get; } = $"autodevops() {{ dotnet '{Program}' \"$@\"; }}";

    private static async Task<Outcome> StartAsync(string program, string folder, Dictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("NO_COLOR");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }
}

/// <summary>A folder of files that ends with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(params (string Path, string Text)[] files)
    {
        Root = Directory.CreateTempSubdirectory("autodevops-cli-").FullName;
        foreach (var (path, text) in files)
        {
            Write(path, text);
        }
    }

    public string Root { get; }

    public void Write(string path, string text)
    {
        var target = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, text);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
