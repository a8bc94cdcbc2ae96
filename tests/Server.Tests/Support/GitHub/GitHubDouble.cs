using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>A GitHub on a port of this machine, with people, organizations, repositories and their objects; what it does is what GitHub's
/// documentation says, and what fails can be told. Each group of addresses is a file of its own.</summary>
/// <remarks>Real where tests need it to be: ids of objects are git's, ETags are checked, pages are cut, deliveries are signed.</remarks>
internal sealed partial class GitHubDouble : IAsyncDisposable
{
    public const string ClientId = "Iv1.double";
    public const string ClientSecret = "a secret of the double";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Fault> _faults = new();
    private long _ids = 1000;

    private GitHubDouble()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.Use(NoteAsync);
        _app.Use(RecordAsync);
        _app.UseRouting();
        MapSignIn(_app);
        MapRepositories(_app);
        MapWrites(_app);
        _app.MapFallback(() => Message(404, "Not Found"));
    }

    /// <summary>Without a slash at the end.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>What is asked at the API, in order: method, path with query, and whose token it carried.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public List<Person> People { get; } = [];

    public List<GitHubOrganization> Organizations { get; } = [];

    public List<GitHubRepository> Repositories { get; } = [];

    /// <summary>Token to the login of its person, or <c>installation:ID</c>.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Settings that lead the program here.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("GitHub:WebAddress", Address), ("GitHub:ApiAddress", $"{Address}/api/v3"), ("GitHub:ClientId", ClientId), ("GitHub:ClientSecret", ClientSecret),
    ];

    public static async Task<GitHubDouble> StartAsync()
    {
        var github = new GitHubDouble();
        await github._app.StartAsync();
        return github;
    }

    public Person AddPerson(string login)
    {
        var person = new Person(NextId(), login, login.ToUpperInvariant());
        People.Add(person);
        return person;
    }

    /// <summary>A token that works at once, as if its person had signed in.</summary>
    public string TokenOf(Person person)
    {
        var token = $"gho_{person.Login}{NextId()}";
        Tokens[token] = person.Login;
        return token;
    }

    /// <summary>The next requests whose path contains the text are answered so, instead of being done.</summary>
    /// <param name="times">How many of them.</param>
    public void Fail(string pathContains, int status, string body = "{}", int times = 1, params (string Name, string Value)[] headers)
    {
        for (var time = 0; time < times; time++)
        {
            _faults.Enqueue(new Fault(pathContains, status, body, headers));
        }
    }

    /// <summary>The next request whose path contains the text is never answered.</summary>
    /// <returns>Ends when it has come.</returns>
    public Task HangAsync(string pathContains)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Enqueue(new Fault(pathContains, 0, "", []) { Arrived = arrived });
        return arrived.Task;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var path = request.Path + request.QueryString;
        if (request.Path.StartsWithSegments("/api/v3"))
        {
            Requests.Enqueue(new Asked(request.Method, path["/api/v3/".Length..], Identity(request)));
            if (await IsLostAsync(context, next))
            {
                return;
            }
        }

        if (TakeFault(path) is { } fault)
        {
            if (fault.Arrived is { } arrived)
            {
                var gone = new TaskCompletionSource();
                await using var registration = context.RequestAborted.Register(gone.SetResult);
                arrived.SetResult();
                await gone.Task;
                return;
            }

            foreach (var (name, value) in fault.Headers)
            {
                context.Response.Headers[name] = value;
            }

            context.Response.StatusCode = fault.Status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(fault.Body);
            return;
        }

        await next(context);
    }

    private Fault? TakeFault(string path)
    {
        for (var count = _faults.Count; count > 0 && _faults.TryDequeue(out var fault); count--)
        {
            if (path.Contains(fault.PathContains, StringComparison.Ordinal))
            {
                return fault;
            }

            _faults.Enqueue(fault);
        }

        return null;
    }

    private long NextId() => Interlocked.Increment(ref _ids);

    /// <summary>Whose token the request carries: a login, <c>installation:ID</c>, <c>app</c>, or null.</summary>
    private string? Identity(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal)
            ? Tokens.GetValueOrDefault(header["Bearer ".Length..], header.Count(letter => letter == '.') == 2 ? "app" : "")
            : null;

    private Person? PersonOf(HttpRequest request) => People.SingleOrDefault(person => person.Login == Identity(request));

    private static IResult Message(int status, string message) => Results.Json(new { message, documentation_url = "https://docs.github.com/rest" }, statusCode: status);

    /// <summary>Answers with an ETag, or 304 when the question carries it.</summary>
    private static IResult Tagged(HttpContext context, object body)
    {
        var text = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body);
        var tag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(304) : Results.Bytes(text, "application/json; charset=utf-8");
    }

    /// <summary>One page of a list, with where the next is.</summary>
    private IResult Page<T>(HttpContext context, IEnumerable<T> items, Func<List<object>, object>? wrap = null)
    {
        var size = int.Parse(context.Request.Query["per_page"].FirstOrDefault() ?? "30", CultureInfo.InvariantCulture);
        var number = int.Parse(context.Request.Query["page"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture);
        var all = items.ToList();
        if (number * size < all.Count)
        {
            context.Response.Headers.Link = $"<{Address}{context.Request.Path}?per_page={size}&page={number + 1}>; rel=\"next\", <{Address}{context.Request.Path}?per_page={size}&page=99>; rel=\"last\"";
        }

        List<object> page = [.. all.Skip((number - 1) * size).Take(size).Cast<object>()];
        return Tagged(context, wrap?.Invoke(page) ?? page);
    }

    internal sealed record Asked(string Method, string Path, string? Identity);

    internal sealed record Person(long Id, string Login, string Name);

    internal sealed record GitHubOrganization(long Id, string Login)
    {
        /// <summary>Login to <c>admin</c> or <c>member</c>.</summary>
        public Dictionary<string, string> Members { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Fault(string PathContains, int Status, string Body, (string Name, string Value)[] Headers)
    {
        /// <summary>Set when there is no answer: tells that the request has come.</summary>
        public TaskCompletionSource? Arrived { get; init; }
    }
}
