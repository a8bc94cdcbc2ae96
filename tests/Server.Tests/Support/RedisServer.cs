using System.Diagnostics;
using System.Net.Sockets;
using AutoDevOps.Server.Data.Embedded;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A Redis that a test may stop, freeze and start again. It keeps nothing on disk.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    // Linux's numbers.
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-redis-");
    private Process? _process;

    /// <summary>Whether it is installed; <c>./test</c> sees to it.</summary>
    public static string? Program { get; } =
        ((string[])["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"]).FirstOrDefault(File.Exists);

    /// <summary>As the program is given it, with short patience: what is frozen here does not answer in a second either.</summary>
    public string ConnectionString => $"!{Socket},connectTimeout=1000,asyncTimeout=1000";

    private string Socket => Path.Combine(_folder.FullName, "redis.sock");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Program is not null || Environment.GetEnvironmentVariable("CI") is not null, "Redis is not installed.");
        await StartAsync();
    }

    /// <param name="settings">As on its command line.</param>
    public async Task StartAsync(params string[] settings)
    {
        _process = Process.Start(new ProcessStartInfo(
            Program!, ["--port", "0", "--unixsocket", Socket, "--save", "", "--appendonly", "no", "--dir", _folder.FullName, "--loglevel", "warning", .. settings])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        while (!await AnswersAsync())
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardOutput.ReadToEndAsync() : "");
            await Task.Yield();
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
        File.Delete(Socket);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Freeze() => Posix.Signal(_process!.Id, Stop);

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Thaw() => Posix.Signal(_process!.Id, Continue);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
