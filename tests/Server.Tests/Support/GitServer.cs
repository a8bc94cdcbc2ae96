using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AutoDevOps.Server.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A real git server over https: what it answers comes from <c>git http-backend</c>, unless the test has it answer otherwise.</summary>
internal sealed class GitServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _root;

    private GitServer(WebApplication app, string root, X509Certificate2 certificate) => (_app, _root, Certificate) = (app, root, certificate);

    /// <summary>Whoever trusts it trusts this server.</summary>
    public X509Certificate2 Certificate { get; }

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>Method, path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers a request itself, and says so; else git answers.</summary>
    public Func<HttpContext, Task<bool>> Answer { get; set; } = _ => Task.FromResult(false);

    /// <summary>Whether the server speaks version 2 of the protocol; else the one from before 2018.</summary>
    public bool SpeaksVersion2 { get; set; } = true;

    /// <param name="root">The folder that the bare repositories lie in.</param>
    /// <param name="expired">Whether its certificate was valid once.</param>
    public static async Task<GitServer> StartAsync(string root, bool expired = false)
    {
        var certificate = MakeCertificate(expired);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var server = new GitServer(app, root, certificate);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Certificate.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (!await Answer(context))
        {
            await RunGitAsync(context);
        }
    }

    private async Task RunGitAsync(HttpContext context)
    {
        var request = context.Request;
        var start = GitWorkshop.StartInfo(_root, "git", ["http-backend"]);
        foreach (var (name, value) in new[]
        {
            ("GIT_PROJECT_ROOT", _root), ("GIT_HTTP_EXPORT_ALL", "1"), ("PATH_INFO", request.Path.Value!), ("QUERY_STRING", request.QueryString.Value!.TrimStart('?')),
            ("REQUEST_METHOD", request.Method), ("CONTENT_TYPE", request.ContentType ?? ""), ("REMOTE_ADDR", "127.0.0.1"),
            ("GIT_PROTOCOL", SpeaksVersion2 ? request.Headers["Git-Protocol"].ToString() : ""),
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await using var registration = context.RequestAborted.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync();
        await request.Body.CopyToAsync(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        var output = process.StandardOutput.BaseStream;
        while (await ReadLineAsync(output) is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
            {
                context.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[name] = value;
            }
        }

        await output.CopyToAsync(context.Response.Body);
        await errors;
    }

    private static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (await stream.ReadAsync(next) == 1 && next[0] != '\n')
        {
            line.Add(next[0]);
        }

        return System.Text.Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
    }

    private static X509Certificate2 MakeCertificate(bool expired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=git.example.com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("git.example.com");
        names.AddDnsName("moved.example.com");
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var end = expired ? DateTimeOffset.UnixEpoch.AddYears(40) : DateTimeOffset.UnixEpoch.AddYears(100);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(30), end);
        // Windows' TLS takes only keys that were imported.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>A network in which the test says what names stand for; every connection ends at the test's server, if one is open at all.</summary>
internal sealed class TestNetwork(GitServer? server, X509Certificate2? trusted) : GitNetwork
{
    public static readonly IPAddress Internet = IPAddress.Parse("140.82.121.4");

    /// <summary>What each name stands for, each time anew.</summary>
    public Dictionary<string, Func<IPAddress[]>> Names { get; } = new(StringComparer.Ordinal)
    {
        ["git.example.com"] = () => [Internet],
        ["moved.example.com"] = () => [IPAddress.Parse("2606:50c0:8000::153")],
        ["other.example.com"] = () => [Internet],
    };

    public ConcurrentQueue<IPEndPoint> Connections { get; } = [];

    public override X509Certificate2Collection? TrustedRoots => trusted is null ? null : [trusted];

    public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Names.TryGetValue(host, out var addresses) ? Task.FromResult(addresses()) : throw new SocketException((int)SocketError.HostNotFound);

    public override Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Connections.Enqueue(address);
        return server is null ? throw new SocketException((int)SocketError.ConnectionRefused) : base.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), cancellationToken);
    }
}
