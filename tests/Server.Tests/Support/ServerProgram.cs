using System.Diagnostics;
using System.Threading.Channels;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>The program itself as a process of its own, with what it says, line by line.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _said = [];
    private int _ended;

    private ServerProgram(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything so far, for a message.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join('\n', _said);
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="user">As this account, which only root can.</param>
    /// <param name="before">A command that runs the rest of its arguments.</param>
    /// <param name="folder">Where the program lies; by default beside the tests, which another account may not be able to enter.</param>
    public static ServerProgram Start(string[] arguments, (string Name, string Value)[]? environment = null, string? user = null, string? folder = null, string[]? before = null)
    {
        string[] program = [Dotnet, Path.Combine(folder ?? AppContext.BaseDirectory, "autodevops-server.dll"), .. arguments];
        string[] command = [.. before ?? [], .. user is null ? (string[])[] : ["/usr/bin/setpriv", $"--reuid={user}", "--regid=nogroup", "--clear-groups"], .. program];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return new ServerProgram(start);
    }

    /// <summary>A copy of the program where every account can read it.</summary>
    public static string CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json" or ".xml" or ".so"))
        {
            File.Copy(file, Path.Combine(Directory.CreateDirectory(folder).FullName, Path.GetFileName(file)));
        }

        return folder;
    }

    /// <summary>Waits for a line with this text.</summary>
    /// <exception cref="InvalidOperationException">The program ended without it.</exception>
    public async Task<string> WaitForAsync(string text)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without saying '{text}'. It said: {Said}");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task<int> InterruptAsync()
    {
        Server.Data.Embedded.Posix.Signal(_process.Id, Server.Data.Embedded.Posix.Interrupt);
        return await EndAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            // Both streams end so.
            if (line is null)
            {
                if (++_ended == 2)
                {
                    _lines.Writer.TryComplete();
                }

                return;
            }

            _said.Add(line);
        }

        _lines.Writer.TryWrite(line);
    }
}
