using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>Reads a stream of events as a browser does.</summary>
internal sealed class SseClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private SseClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _items = SseParser.Create(body).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
    }

    public static async Task<SseClient> OpenAsync(HttpClient client, string address, string? lastId = null)
    {
        var response = await SendAsync(client, address, lastId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        return new SseClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Only asks: for answers that are no stream.</summary>
    public static Task<HttpResponseMessage> SendAsync(HttpClient client, string address, string? lastId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next event; null when the server has ended the stream.</summary>
    public async Task<SseEvent?> NextAsync() =>
        await _items.MoveNextAsync() ? new SseEvent(_items.Current.EventId!, _items.Current.EventType, JsonElement.Parse(_items.Current.Data)) : null;

    /// <summary>The id that a stream gives before its first event. Of a stream that nothing else is read of.</summary>
    public async Task<string> PositionAsync()
    {
        using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync(), leaveOpen: true);
        while (await reader.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                return line[4..];
            }
        }

        throw new InvalidOperationException("The stream gave no id.");
    }

    public async Task<List<SseEvent>> TakeAsync(int count)
    {
        List<SseEvent> events = [];
        while (events.Count < count && await NextAsync() is { } item)
        {
            events.Add(item);
        }

        return events;
    }

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }
}

internal sealed record SseEvent(string Id, string Kind, JsonElement Data)
{
    public Guid JobId => Data.GetProperty("job_id").GetGuid();

    public int Seq => Data.GetProperty("seq").GetInt32();

    public string? State => Data.GetProperty("to_state").GetString();
}
