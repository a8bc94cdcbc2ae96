using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    private readonly Lock _hooksLock = new();

    /// <summary>Hooks of repositories.</summary>
    public List<Hook> Hooks { get; } = [];

    private void MapHookAdmin(IEndpointRouteBuilder repository)
    {
        repository.MapPost("/hooks", CreateHookAsync);
        repository.MapGet("/hooks", (HttpContext context) => Page(context, Hooks.Where(hook => hook.Repository == Of(context)).Select(Describe)));
        repository.MapPatch("/hooks/{hook:long}", EditHookAsync);
        repository.MapDelete("/hooks/{hook:long}", (HttpContext context, long hook) => HookOf(context, hook) is { } found && Hooks.Remove(found) ? Results.NoContent() : Message(404, "Not Found"));
    }

    private Hook? HookOf(HttpContext context, long id) => Hooks.SingleOrDefault(hook => hook.Id == id && hook.Repository == Of(context));

    private async Task<IResult> CreateHookAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var config = body.RootElement.GetProperty("config");
        var address = config.GetProperty("url").GetString()!;
        lock (_hooksLock)
        {
            if (Hooks.Any(hook => hook.Repository == Of(context) && hook.Address.AbsoluteUri == address))
            {
                return Results.Json(new { message = "Validation Failed", errors = new[] { new { resource = "Hook", code = "custom", message = "Hook already exists on this repository" } } }, statusCode: 422);
            }

            var hook = new Hook(NextId(), Of(context), new Uri(address), config.GetProperty("secret").GetString()!, [.. body.RootElement.GetProperty("events").EnumerateArray().Select(name => name.GetString()!)]);
            Hooks.Add(hook);
            return Results.Json(Describe(hook), statusCode: 201);
        }
    }

    private async Task<IResult> EditHookAsync(HttpContext context, long hook)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        if (HookOf(context, hook) is not { } found)
        {
            return Message(404, "Not Found");
        }

        found.Secret = body.RootElement.GetProperty("config").GetProperty("secret").GetString()!;
        return Results.Json(Describe(found));
    }

    private static object Describe(Hook hook) => new
    {
        type = "Repository",
        id = hook.Id,
        name = "web",
        active = true,
        events = hook.Events,
        config = new { content_type = "json", insecure_ssl = "0", url = hook.Address, secret = "********" },
    };

    internal sealed class Hook(long id, GitHubRepository? repository, Uri address, string secret, string[] events)
    {
        public long Id => id;

        public GitHubRepository? Repository => repository;

        public Uri Address => address;

        public string Secret { get; set; } = secret;

        public IReadOnlyList<string> Events => events;
    }
}
