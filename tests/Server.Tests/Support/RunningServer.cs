using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>The program itself on a port of this machine.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private RunningServer(WebApplication app, Uri address, string folder) => (_app, Address, _folder) = (app, address, folder);

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningServer> StartAsync(TestDatabase database, bool workers = false, params (string Key, string? Value)[] more)
    {
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("autodevops-pages-").FullName;
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AutoDevOps:Http:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["AutoDevOps:Http:PublicAddress"] = address.ToString(),
            ["AutoDevOps:Http:MetricsPort"] = "0",
            ["AutoDevOps:Repositories:AllowLocalFolders"] = "true",
        };
        foreach (var (key, value) in more)
        {
            settings[$"AutoDevOps:{key}"] = value;
        }

        var app = ServerHost.Build(new ServerRole(database.ConnectionString, DataDirectory.Open(folder), Pages: true, Workers: workers, IsLocal: true, new Dictionary<string, string?>(StringComparer.Ordinal), settings));
        await app.StartAsync();
        return new RunningServer(app, address, folder);
    }

    /// <summary>A link that signs this person in, as the terminal prints it.</summary>
    public async Task<string> LinkAsync(Guid user) =>
        new Uri(Address, $"/auth/link/{await _app.Services.GetRequiredService<SignInLinks>().CreateAsync(user, CancellationToken.None)}").ToString();

    /// <summary>A cookie that signs this person in, as <c>name=value</c>.</summary>
    public async Task<string> SignInAsync(Guid user)
    {
        var token = await _app.Services.GetRequiredService<SignInLinks>().CreateAsync(user, CancellationToken.None);
        var context = new DefaultHttpContext { RequestServices = _app.Services };
        await _app.Services.GetRequiredService<Sessions>().RedeemLinkAsync(context, token, CancellationToken.None);
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    /// <summary>A client that follows nothing, signed in or a stranger.</summary>
    public async Task<HttpClient> ClientAsync(Guid? user = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All, UseCookies = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        if (user is { } id)
        {
            client.DefaultRequestHeaders.Add("Cookie", await SignInAsync(id));
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
