using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AutoDevOps.Benchmarks.Webhooks;

/// <summary>Sends pushes, each with an id of its own, at a steady rate whatever the answers do: a delivery's time counts from when it was due.</summary>
internal static class Deliveries
{
    private static readonly byte[] Payload = Push();
    private static readonly string Signature =
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhooksBenchmark.Secret), Payload))}";

    public static int Bytes => Payload.Length;

    public static async Task<DeliveryTimes> SendAsync(Uri address, int rate, int seconds)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64, UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        var count = rate * seconds;
        var sending = new Task<double?>[count];
        var start = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / rate);
            if (due - Stopwatch.GetElapsedTime(start) is { } wait && wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait);
            }

            sending[number] = SendAsync(client, start, due);
        }

        var times = await Task.WhenAll(sending);
        return new DeliveryTimes(count, [.. times.OfType<double>().Order()]);
    }

    private static async Task<double?> SendAsync(HttpClient client, long start, TimeSpan due)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/github") { Content = new ByteArrayContent(Payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "GitHub-Hookshot/044aadd");
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", Signature);
        try
        {
            using var answer = await client.SendAsync(request);
            return answer.StatusCode == HttpStatusCode.Accepted ? (Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    // As large as those that GitHub sends for a few commits.
    private static byte[] Push()
    {
        var commits = Enumerable.Range(0, 8).Select(number => new
        {
            id = number.ToString("x40", CultureInfo.InvariantCulture),
            message = $"Change number {number}, with a message of the usual length that says why",
            author = new { name = "A person", email = "person@example.com", username = "person" },
            added = Enumerable.Range(0, 4).Select(file => $"src/folder{number}/added{file}.cs"),
            removed = Array.Empty<string>(),
            modified = Enumerable.Range(0, 8).Select(file => $"src/folder{number}/modified{file}.cs"),
        });
        var links = Enumerable.Range(0, 40).ToDictionary(number => $"link{number}_url", number => $"https://api.github.com/repos/octo/bench/link{number}{{/sha}}");
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            @ref = "refs/heads/main",
            before = new string('0', 40),
            after = new string('1', 40),
            deleted = false,
            repository = new { id = WebhooksBenchmark.Repository, full_name = "octo/bench", name = "bench", default_branch = "main", links },
            commits,
            installation = new { id = 1 },
        });
    }
}

/// <param name="Times">Of those that were answered with 202, in milliseconds, sorted.</param>
internal sealed record DeliveryTimes(int Sent, double[] Times)
{
    public int Answered => Times.Length;

    /// <summary>What was not answered took for ever.</summary>
    public double At(double part) => (int)Math.Ceiling(part * Sent) - 1 is var index && index < Times.Length ? Times[index] : double.PositiveInfinity;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Answered} of {Sent}, p50 {At(0.5):0.0} ms, p95 {At(0.95):0.0} ms, p99 {At(0.99):0.0} ms");
}
