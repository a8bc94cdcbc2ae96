using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using AutoDevOps.Server.Data.Embedded;

namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>A worker process, from outside.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class WorkerProcess : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int Terminate = 15;

    private readonly Process _process;
    private int _dropped;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Who it is to the database.</summary>
    public Guid Id { get; private set; }

    /// <summary>How often it said that a lease was lost and a result dropped.</summary>
    public int Dropped => Volatile.Read(ref _dropped);

    /// <summary>Starts one and waits until it works.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public static async Task<WorkerProcess> StartAsync(string database, WorkerOptions options, TextWriter log)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Started as a program of its own, or by dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WorkerProcess).Assembly.Location);
        }

        foreach (var argument in (string[])["chaos-worker", database, JsonSerializer.Serialize(options)])
        {
            start.ArgumentList.Add(argument);
        }

        var worker = new WorkerProcess(Process.Start(start)!);
        worker._process.ErrorDataReceived += (_, line) => worker.Hear(line.Data, log);
        worker._process.BeginErrorReadLine();
        while (await worker._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ChaosWorker.Ready, StringComparison.Ordinal))
            {
                worker.Id = Guid.Parse(line[ChaosWorker.Ready.Length..], CultureInfo.InvariantCulture);
                return worker;
            }
        }

        throw new InvalidOperationException("A worker ended before it was ready; its messages are in workers.log.");
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Freeze() => Posix.Signal(_process.Id, Stop);

    public void Thaw() => Posix.Signal(_process.Id, Continue);

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit code; null: it did not end in time and was killed.</returns>
    public async Task<int?> TerminateAsync(TimeSpan patience)
    {
        Posix.Signal(_process.Id, Terminate);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Hear(string? line, TextWriter log)
    {
        if (line is null)
        {
            return;
        }

        if (line.Contains("the result is dropped", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _dropped);
        }

        log.WriteLine(line);
    }
}
