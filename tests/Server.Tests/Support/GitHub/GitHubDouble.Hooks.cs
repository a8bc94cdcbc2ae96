using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    private readonly Lock _hooksLock = new();

    /// <summary>Hooks of repositories, and the App's, whose repository is null.</summary>
    public List<Hook> Hooks { get; } = [];

    /// <summary>Takes deliveries to where hooks point; as long as it is null, nobody is reached.</summary>
    public HttpClient? Carrier { get; set; }

    /// <summary>When deliveries are made.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>How many deliveries are shown at once at most.</summary>
    public int MaxDeliveriesPerPage { get; set; } = 100;

    public Hook AddHook(GitHubRepository? repository, string address, string secret, params string[] events)
    {
        var hook = new Hook(NextId(), repository, new Uri(address), secret, events.Length == 0 ? ["*"] : events);
        lock (_hooksLock)
        {
            Hooks.Add(hook);
        }

        return hook;
    }

    /// <summary>Something happened: each hook that asked for it gets a delivery. A delivery that is not taken is not sent again.</summary>
    public async Task<IReadOnlyList<HookDelivery>> SendAsync(GitHubRepository? repository, string name, object payload)
    {
        List<HookDelivery> sent = [];
        foreach (var hook in Hooks.Where(hook => hook.Repository == repository && hook.IsActive && (hook.Events.Contains("*") || hook.Events.Contains(name) || name == "ping")).ToList())
        {
            sent.Add(await DeliverAsync(hook, Guid.NewGuid().ToString(), name, JsonSerializer.SerializeToUtf8Bytes(payload), isAgain: false));
        }

        return sent;
    }

    /// <summary>One delivery, signed, with the headers that GitHub sends.</summary>
    public static HttpRequestMessage Signed(Uri address, string? secret, string name, string guid, byte[] body, string contentType = "application/json", long hook = 1)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", "GitHub-Hookshot/044aadd");
        request.Headers.Add("Accept", "*/*");
        request.Headers.Add("X-GitHub-Event", name);
        request.Headers.Add("X-GitHub-Delivery", guid);
        request.Headers.Add("X-GitHub-Hook-ID", hook.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-GitHub-Hook-Installation-Target-Type", "repository");
        request.Headers.Add("X-GitHub-Hook-Installation-Target-ID", "1");
        if (secret is not null)
        {
            var key = Encoding.UTF8.GetBytes(secret);
#pragma warning disable CA5350 // GitHub sends the old signature beside the new one.
            request.Headers.Add("X-Hub-Signature", $"sha1={Convert.ToHexStringLower(HMACSHA1.HashData(key, body))}");
#pragma warning restore CA5350
            request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}");
        }

        return request;
    }

    private void MapHooks(IEndpointRouteBuilder hooked, IEndpointRouteBuilder routes)
    {
        // Who may not administer it is told that there is no such thing.
        var repository = hooked.MapGroup("").AddEndpointFilter(async (invocation, next) =>
            Of(invocation.HttpContext).MayAdminister ? await next(invocation) : Message(404, "Not Found"));
        repository.MapPost("/hooks", (Delegate)CreateHookAsync);
        repository.MapGet("/hooks", (HttpContext context) => Page(context, Hooks.Where(hook => hook.Repository == Of(context)).Select(Describe)));
        repository.MapGet("/hooks/{hook:long}", (HttpContext context, long hook) => HookOf(context, hook) is { } found ? Tagged(context, Describe(found)) : Message(404, "Not Found"));
        repository.MapPatch("/hooks/{hook:long}", EditHookAsync);
        repository.MapDelete("/hooks/{hook:long}", (HttpContext context, long hook) => HookOf(context, hook) is { } found && Hooks.Remove(found) ? Results.NoContent() : Message(404, "Not Found"));
        repository.MapPost("/hooks/{hook:long}/pings", async (HttpContext context, long hook) =>
        {
            if (HookOf(context, hook) is not { } found)
            {
                return Message(404, "Not Found");
            }

            await PingAsync(found);
            return Results.NoContent();
        });
        repository.MapGet("/hooks/{hook:long}/deliveries", (HttpContext context, long hook) => HookOf(context, hook) is { } found ? Deliveries(context, found) : Message(404, "Not Found"));
        repository.MapPost("/hooks/{hook:long}/deliveries/{delivery:long}/attempts", (HttpContext context, long hook, long delivery) => AgainAsync(HookOf(context, hook), delivery));
        routes.MapGet("/api/v3/app/hook/deliveries", (HttpContext context) => AppHook(context) is { } found ? Deliveries(context, found) : Message(401, "A JSON web token could not be decoded"));
        routes.MapPost("/api/v3/app/hook/deliveries/{delivery:long}/attempts", (HttpContext context, long delivery) => AgainAsync(AppHook(context), delivery));
    }

    private Hook? HookOf(HttpContext context, long id) => Hooks.SingleOrDefault(hook => hook.Id == id && hook.Repository == Of(context));

    private Hook? AppHook(HttpContext context) => Identity(context.Request) == "app" ? Hooks.SingleOrDefault(hook => hook.Repository is null) : null;

    private async Task<IResult> CreateHookAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var config = body.RootElement.GetProperty("config");
        var (address, secret) = (config.GetProperty("url").GetString()!, config.TryGetProperty("secret", out var given) ? given.GetString()! : "");
        if (Hooks.Any(hook => hook.Repository == Of(context) && hook.Address.AbsoluteUri == address))
        {
            return Results.Json(new { message = "Validation Failed", errors = new[] { new { resource = "Hook", code = "custom", message = "Hook already exists on this repository" } } }, statusCode: 422);
        }

        string[] events = body.RootElement.TryGetProperty("events", out var listed) ? [.. listed.EnumerateArray().Select(name => name.GetString()!)] : ["push"];
        var hook = AddHook(Of(context), address, secret, events);
        await PingAsync(hook);
        return Results.Json(Describe(hook), statusCode: 201);
    }

    private async Task<IResult> EditHookAsync(HttpContext context, long hook)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        if (HookOf(context, hook) is not { } found)
        {
            return Message(404, "Not Found");
        }

        var root = body.RootElement;
        found.IsActive = !root.TryGetProperty("active", out var active) || active.GetBoolean();
        if (root.TryGetProperty("config", out var config) && config.TryGetProperty("secret", out var secret))
        {
            found.Secret = secret.GetString()!;
        }

        return Results.Json(Describe(found));
    }

    private Task<HookDelivery> PingAsync(Hook hook) => DeliverAsync(
        hook, Guid.NewGuid().ToString(), "ping",
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            zen = "Design for failure.",
            hook_id = hook.Id,
            hook = new { type = "Repository", id = hook.Id, name = "web", active = true, events = hook.Events },
            repository = hook.Repository is null ? null : Describe(hook.Repository),
        }),
        isAgain: false);

    private static object Describe(Hook hook) => new
    {
        type = "Repository",
        id = hook.Id,
        name = "web",
        active = hook.IsActive,
        events = hook.Events,
        config = new { content_type = "json", insecure_ssl = "0", url = hook.Address, secret = "********" },
        last_response = new { code = (int?)null, status = "unused", message = (string?)null },
    };

    // By a cursor, which is the id of the last one shown, and not by number, as more may come meanwhile.
    private IResult Deliveries(HttpContext context, Hook hook)
    {
        var size = Math.Min(MaxDeliveriesPerPage, int.Parse(context.Request.Query["per_page"].FirstOrDefault() ?? "30", CultureInfo.InvariantCulture));
        var cursor = long.Parse(context.Request.Query["cursor"].FirstOrDefault() ?? long.MaxValue.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var rest = hook.Deliveries.Where(delivery => delivery.Id < cursor).OrderByDescending(delivery => delivery.Id).ToList();
        var page = rest.Take(size).ToList();
        if (rest.Count > page.Count)
        {
            context.Response.Headers.Link = $"<{Address}{context.Request.Path}?per_page={size}&cursor={page[^1].Id}>; rel=\"next\"";
        }

        return Tagged(context, page.Select(delivery => new
        {
            id = delivery.Id,
            guid = delivery.Guid,
            delivered_at = delivery.At,
            redelivery = delivery.IsAgain,
            duration = 0.27,
            status = delivery.Status is >= 200 and < 300 ? "OK" : delivery.Status == 0 ? "failed to connect to host" : "Invalid HTTP Response",
            status_code = delivery.Status,
            @event = delivery.Event,
            action = (string?)null,
            installation_id = (long?)null,
            repository_id = hook.Repository?.Id,
        }));
    }

    private async Task<IResult> AgainAsync(Hook? hook, long id)
    {
        if (hook?.Deliveries.SingleOrDefault(delivery => delivery.Id == id) is not { } delivery)
        {
            return Message(404, "Not Found");
        }

        await DeliverAsync(hook, delivery.Guid, delivery.Event, delivery.Body, isAgain: true);
        return Results.Json(new { }, statusCode: 202);
    }

    private async Task<HookDelivery> DeliverAsync(Hook hook, string guid, string name, byte[] body, bool isAgain)
    {
        var status = 0;
        if (Carrier is { } carrier)
        {
            using var request = Signed(hook.Address, hook.Secret, name, guid, body, hook: hook.Id);
            using var answer = await carrier.SendAsync(request);
            status = (int)answer.StatusCode;
        }

        var delivery = new HookDelivery(NextId(), guid, name, body, Clock.GetUtcNow(), isAgain, status);
        hook.Deliveries.Enqueue(delivery);
        return delivery;
    }

    internal sealed class Hook(long id, GitHubRepository? repository, Uri address, string secret, string[] events)
    {
        public long Id => id;

        public GitHubRepository? Repository => repository;

        public Uri Address => address;

        public string Secret { get; set; } = secret;

        public IReadOnlyList<string> Events => events;

        public bool IsActive { get; set; } = true;

        public ConcurrentQueue<HookDelivery> Deliveries { get; } = new();
    }

    /// <param name="Status">What was answered; 0: nobody was reached.</param>
    internal sealed record HookDelivery(long Id, string Guid, string Event, byte[] Body, DateTimeOffset At, bool IsAgain, int Status);
}
