using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AutoDevOps.Server.Tests.Support.GitHub;

internal sealed partial class GitHubDouble
{
    private const string Api = "/api/v3";

    /// <summary>Where each request to the API and its answer is noted as a line of JSON; null: nowhere.</summary>
    public ConcurrentQueue<string>? Record { get; set; }

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        if (Record is not { } record || !request.Path.StartsWithSegments(Api))
        {
            await next(context);
            return;
        }

        request.EnableBuffering();
        var asked = await TextAsync(request.Body);
        request.Body.Position = 0;
        var (wire, memory) = (response.Body, new MemoryStream());
        response.Body = memory;
        var isAnswered = false;
        try
        {
            await next(context);
            isAnswered = true;
        }
        finally
        {
            // What it did not expect, the double throws at: that is to be told, too.
            memory.Position = 0;
            var answer = await TextAsync(memory);
            record.Enqueue(Line(context, asked, isAnswered ? response.StatusCode : StatusCodes.Status500InternalServerError, answer));
            response.Body = wire;
        }

        memory.Position = 0;
        await memory.CopyToAsync(wire);
    }

    private static string Line(HttpContext context, string asked, int status, string answer) => JsonSerializer.Serialize(new
    {
        method = context.Request.Method,
        // As it was sent: what was escaped stays so.
        path = context.Features.Get<IHttpRequestFeature>()!.RawTarget[Api.Length..],
        headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
        body = asked.Length == 0 ? null : asked,
        status,
        contentType = context.Response.ContentType,
        answer = answer.Length > 0 && context.Response.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true ? answer : null,
    });

    private static async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
