using System.Net.Http.Headers;
using System.Text.Json;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>The whole program over a test's database, as <c>up</c> puts it together unless the settings say otherwise; no workers.</summary>
public sealed class TestServerHost : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("autodevops-tests-");
    private readonly WebApplication _app;

    private TestServerHost(string database, Dictionary<string, string?> settings)
    {
        var defaults = new Dictionary<string, string?> { ["AutoDevOps:Repositories:AllowLocalFolders"] = "true", ["AutoDevOps:Http:MetricsPort"] = "0" };
        _app = ServerHost.Build(
            new ServerRole(database, DataDirectory.Open(_data.FullName), Pages: true, Workers: false, IsLocal: true, defaults, settings),
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.AddProvider(Logs);
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            });
    }

    /// <summary>The program's clock; the database has its own.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    internal RecordedLogs Logs { get; } = new();

    public IServiceProvider Services => _app.Services;

    public static async Task<TestServerHost> StartAsync(TestDatabase database, params (string Key, string? Value)[] settings) =>
        await StartAsync(database.ConnectionString, settings);

    public static async Task<TestServerHost> StartAsync(string connectionString, params (string Key, string? Value)[] settings)
    {
        var host = new TestServerHost(connectionString, settings.ToDictionary(
            setting => setting.Key.StartsWith("ConnectionStrings:", StringComparison.Ordinal) ? setting.Key : $"AutoDevOps:{setting.Key}", setting => setting.Value));
        await host._app.StartAsync();
        return host;
    }

    /// <summary>Somebody without cookie or token, whose browser says that it is on our own page.</summary>
    public HttpClient Stranger(bool saysWhereFrom = true)
    {
        var client = _app.GetTestServer().CreateClient();
        client.BaseAddress = new Uri("http://localhost:5080");
        if (saysWhereFrom)
        {
            client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        }

        return client;
    }

    /// <summary>A browser that this person signed in with.</summary>
    public async Task<HttpClient> SignInAsync(Guid user)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(user));
        return client;
    }

    /// <summary>The cookie of a new session, as a browser sends it.</summary>
    public async Task<string> CookieAsync(Guid user)
    {
        using var client = Stranger();
        using var response = await client.PostAsync($"/auth/link/{await LinkAsync(user)}", null);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public Task<string> LinkAsync(Guid user) => Services.GetRequiredService<SignInLinks>().CreateAsync(user, CancellationToken.None);

    public HttpClient WithToken(string token)
    {
        var client = Stranger(saysWhereFrom: false);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

internal static class HttpAssertions
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

    /// <summary>The detail of problem details, after a look that they are whole.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.JsonAsync();
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("trace_id").GetString()!);
        return problem.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
    }
}
