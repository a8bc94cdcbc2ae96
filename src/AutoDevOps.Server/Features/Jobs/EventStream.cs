using System.Text;
using System.Text.Json;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Jobs;

/// <summary>Writes events to one browser as https://html.spec.whatwg.org/multipage/server-sent-events.html says.</summary>
/// <remarks>A stream holds one batch at a time and reads the next when its client has taken this one: a slow client costs nothing but
/// its own connection. What is sent was read from the table by the person it is sent to, a moment before.</remarks>
internal sealed class EventStream(
    EventStreams streams, SignInChecks checks, IHostApplicationLifetime lifetime, IOptions<JsonOptions> json, TimeProvider time)
{
    /// <summary>Keeps proxies from closing a quiet connection, and is when it is asked whether the person is still signed in and what they
    /// may see, however much there is to tell.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Sends what there is and what comes, until the client goes, its sign-in ends, or nothing can follow.</summary>
    public async Task WriteAsync(HttpContext context, CurrentUser user, EventBell bell, IEventReader reader)
    {
        using var place = streams.Enter(user.Id);
        if (place is null)
        {
            await Hosting.Problems.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, $"You have {streams.Limit} streams of events open here, and no more are allowed. Close a page or a program that watches jobs.");
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(context, user, bell, reader, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client went, or the program stops.
        }
        catch (NpgsqlException exception) when (exception.IsTransient)
        {
            // The database is away. The client comes back with the last id it saw, when it may be there again.
            context.Abort();
        }
    }

    private async Task SendAsync(HttpContext context, CurrentUser user, EventBell bell, IEventReader reader, CancellationToken cancellationToken)
    {
        var batch = await reader.ReadAsync(cancellationToken);
        Begin(context.Response);
        // An id without data is no event, and is where a client goes on that has seen none yet. Before events it would be ahead of them: a
        // connection cut right after it would lose them.
        await SendAsync(context, batch.Events.Count == 0 ? $"retry: 1000\nid: {batch.Position}\n\n" : $"retry: 1000\n{Format(batch)}", cancellationToken);
        var beat = time.GetTimestamp();
        while (!batch.IsOver)
        {
            var isQuiet = !batch.HasMore && !await bell.WaitAsync(TimeLeft(beat), time, cancellationToken);
            if (TimeLeft(beat) == TimeSpan.Zero)
            {
                if (!await checks.IsSignedInAsync(user, cancellationToken))
                {
                    return;
                }

                await reader.LookAroundAsync(cancellationToken);
                beat = time.GetTimestamp();
            }

            batch = await reader.ReadAsync(cancellationToken);
            var text = Format(batch);
            if (text.Length > 0 || isQuiet)
            {
                await SendAsync(context, text.Length > 0 ? text : $": alive\nid: {batch.Position}\n\n", cancellationToken);
            }
        }
    }

    /// <returns>How long it is until the next heartbeat after that one.</returns>
    private TimeSpan TimeLeft(long beat)
    {
        var left = Heartbeat - time.GetElapsedTime(beat);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static async Task SendAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static void Begin(HttpResponse response)
    {
        response.Headers.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // For nginx, which would otherwise collect.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private string Format(EventBatch batch)
    {
        var text = new StringBuilder();
        foreach (var (id, item) in batch.Events)
        {
            text.Append("id: ").Append(id).Append("\nevent: ").Append(item.Kind).Append("\ndata: ")
                .Append(JsonSerializer.Serialize(item, json.Value.SerializerOptions)).Append("\n\n");
        }

        return text.ToString();
    }
}
