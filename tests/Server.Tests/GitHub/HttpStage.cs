using System.Collections.Concurrent;
using AutoDevOps.Server.GitHub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>A port that answers as a test says, and keeps what was asked; and clients that ask it.</summary>
internal sealed class HttpStage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Stack<GitHubTransport> _transports = new();

    private HttpStage(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.Run(async context =>
        {
            Asked.Enqueue(new Question(context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await answer(context);
        });
    }

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<Question> Asked { get; } = new();

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public static async Task<HttpStage> StartAsync(RequestDelegate answer)
    {
        var stage = new HttpStage(answer);
        await stage._app.StartAsync();
        return stage;
    }

    /// <summary>A client of one process: what it remembers and its limits are its own.</summary>
    /// <param name="path">Below what the API lies, as on a GitHub Enterprise Server.</param>
    /// <param name="web">Where people see GitHub, if that is another host.</param>
    public GitHubClient Client(string path = "", string? web = null, GitHubLimits? limits = null, ILogger<GitHubClient>? logger = null)
    {
        var options = Options.Create(new GitHubOptions { ApiAddress = new Uri(Address + path), WebAddress = new Uri(web ?? Address) });
        var transport = new GitHubTransport(options, limits ?? new GitHubLimits(Clock), Clock);
        _transports.Push(transport);
        return new GitHubClient(transport, new GitHubAnswers(), options, logger ?? NullLogger<GitHubClient>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        while (_transports.TryPop(out var transport))
        {
            transport.Dispose();
        }

        await _app.DisposeAsync();
    }

    internal sealed record Question(string Method, string Path, IReadOnlyDictionary<string, string> Headers);
}
