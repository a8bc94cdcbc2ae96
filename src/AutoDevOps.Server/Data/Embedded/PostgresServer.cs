using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace AutoDevOps.Server.Data.Embedded;

/// <summary>The running server: our child, or one that we took over.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PostgresServer
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(20);

    private readonly DataFolders _folders;
    private readonly TimeProvider _time;
    private readonly Process? _child;
    private readonly StringBuilder _said = new();

    private PostgresServer(DataFolders folders, TimeProvider time, Process? child)
    {
        _folders = folders;
        _time = time;
        _child = child;
    }

    /// <summary>A server that runs already and whose owner is gone.</summary>
    public static PostgresServer Adopt(DataFolders folders, TimeProvider time) => new(folders, time, null);

    public static PostgresServer Start(
        PostgresPrograms programs, DataFolders folders, ServiceAccount account, IReadOnlyDictionary<string, string> settings, TimeProvider time)
    {
        List<string> arguments = [programs.Postgres, "-D", folders.Data];
        foreach (var (name, value) in Settings(folders).Concat(settings))
        {
            arguments.Add("-c");
            arguments.Add($"{name}={value}");
        }

        // In a session of its own: Ctrl-C in the terminal is meant for us, who first let the running work end.
        var program = File.Exists("/usr/bin/setsid") ? "/usr/bin/setsid" : arguments[0];
        var start = account.Prepare(program, program == arguments[0] ? arguments.Skip(1) : arguments);
        var server = new PostgresServer(folders, time, new Process { StartInfo = start });
        server._child!.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._child.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._child.Start();
        server._child.BeginOutputReadLine();
        server._child.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until the server answers; recovery after a crash may take a while.</summary>
    /// <returns>The version it tells.</returns>
    public async Task<string> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_child!.HasExited)
            {
                throw new EmbeddedPostgresException($"PostgreSQL ended while it started. It said: {DataFolders.Last(Said())} {_folders.LogTail()}");
            }

            if (await EmbeddedPostgres.VersionAsync(_folders.Socket, cancellationToken) is { } version)
            {
                return version;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    /// <summary>Waits until the server ends, though nobody here stopped it.</summary>
    /// <returns>Why, as far as its log says.</returns>
    public async Task<string> LostAsync(CancellationToken cancellationToken)
    {
        if (_child is not null)
        {
            await _child.WaitForExitAsync(cancellationToken);
        }
        else
        {
            var file = new PostmasterFile(_folders.Data);
            while (file.IsServerAlive)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken);
            }
        }

        return _folders.LastProblem();
    }

    /// <summary>SIGINT, PostgreSQL's fast shutdown; SIGQUIT when that takes too long, which the next start recovers from.</summary>
    public async Task StopAsync()
    {
        if (ProcessId() is not { } id)
        {
            return;
        }

        Posix.Signal(id, Posix.Interrupt);
        if (!await EndedAsync(id))
        {
            Posix.Signal(id, Posix.Quit);
            await EndedAsync(id);
        }

        _child?.Dispose();
    }

    private static SortedDictionary<string, string> Settings(DataFolders folders) => new(StringComparer.Ordinal)
    {
        ["listen_addresses"] = "",
        ["unix_socket_directories"] = folders.Socket,
        ["unix_socket_permissions"] = "0700",
        ["max_connections"] = "200",
        ["shared_buffers"] = "128MB",
        ["wal_compression"] = "on",
        ["logging_collector"] = "on",
        ["log_directory"] = "log",
        ["log_filename"] = "postgres.log",
        ["log_rotation_size"] = "10MB",
        ["log_truncate_on_rotation"] = "on",
        ["log_line_prefix"] = "%m [%p] ",
        ["timezone"] = "UTC",
    };

    private int? ProcessId()
    {
        if (_child is not null)
        {
            return _child.HasExited ? null : _child.Id;
        }

        return new PostmasterFile(_folders.Data).ProcessId;
    }

    private async Task<bool> EndedAsync(int processId)
    {
        using var patience = new CancellationTokenSource(StopGrace, _time);
        try
        {
            if (_child is not null)
            {
                await _child.WaitForExitAsync(patience.Token);
                return true;
            }

            while (Directory.Exists($"/proc/{processId}") || (!Directory.Exists("/proc") && File.Exists(Path.Combine(_folders.Data, "postmaster.pid"))))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, patience.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            if (line is not null && _said.Length < 20_000)
            {
                _said.Append(line).Append('\n');
            }
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }
}
