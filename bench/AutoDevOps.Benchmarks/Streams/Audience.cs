using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AutoDevOps.Benchmarks.Streams;

/// <summary>Clients that watch all jobs of their organization, each over a connection of its own.</summary>
internal sealed class Audience(Uri server) : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _listening = [];
    private readonly List<HttpResponseMessage> _responses = [];
    private readonly Lock _lock = new();
    private List<double>? _waits;

    /// <summary>Opens one more stream.</summary>
    /// <param name="isDeaf">It asks, and never reads.</param>
    public async Task OpenAsync(string token, bool isDeaf)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _over.Token);
        response.EnsureSuccessStatusCode();
        _responses.Add(response);
        if (!isDeaf)
        {
            _listening.Add(ListenAsync(response));
        }
    }

    /// <summary>From now on the waits count.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _waits = [];
        }
    }

    /// <returns>The waits since the beginning, in milliseconds, sorted.</returns>
    public List<double> End()
    {
        lock (_lock)
        {
            var waits = _waits!;
            _waits = null;
            waits.Sort();
            return waits;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_listening);
        _responses.ForEach(response => response.Dispose());
        _client.Dispose();
        _over.Dispose();
    }

    private async Task ListenAsync(HttpResponseMessage response)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(_over.Token);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(_over.Token))
            {
                var wait = (DateTime.UtcNow - JsonElement.Parse(item.Data).GetProperty("at").GetDateTime()).TotalMilliseconds;
                lock (_lock)
                {
                    _waits?.Add(wait);
                }
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (IOException) when (_over.IsCancellationRequested)
        {
            // The same.
        }
    }
}
