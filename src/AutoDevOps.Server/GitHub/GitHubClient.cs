using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.GitHub;

/// <summary>Speaks GitHub's REST API: reads and writes JSON, walks through pages, and remembers answers by their ETag. Every refusal is a
/// <see cref="GitHubException"/>.</summary>
/// <remarks>Source: https://docs.github.com/en/rest. Paths are relative to <see cref="GitHubOptions.ApiAddress"/>, without a slash at the beginning,
/// and built with <see cref="GitHubPath"/> so that a name cannot lead elsewhere.</remarks>
internal sealed class GitHubClient(GitHubTransport transport, GitHubAnswers answers, IOptions<GitHubOptions> options, ILogger<GitHubClient> logger)
{
    private const int MaxPages = 100;

    /// <summary>Reads one thing. What GitHub says has not changed comes from memory, and costs nothing of the limit.</summary>
    /// <exception cref="GitHubException">It was not answered.</exception>
    public async Task<T> GetAsync<T>(GitHubToken token, string path, CancellationToken cancellationToken) =>
        Read<T>((await GetAsync(token, Address(path), cancellationToken)).Body);

    /// <summary>Reads the items of a list, page after page, as long as they are asked for.</summary>
    /// <param name="items">The property that holds them, where a page is an object; null where it is an array.</param>
    /// <exception cref="GitHubException">A page was not answered.</exception>
    public async IAsyncEnumerable<T> ListAsync<T>(
        GitHubToken token, string path, string? items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Uri? next = Address(path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "per_page=100");
        for (var page = 0; next is not null && page < MaxPages; page++)
        {
            var answer = await GetAsync(token, next, cancellationToken);
            var body = Read<JsonElement>(answer.Body);
            if (items is not null && (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(items, out body)))
            {
                throw Malformed($"A page of {path} has no \"{items}\".");
            }

            if (body.ValueKind != JsonValueKind.Array)
            {
                throw Malformed($"A page of {path} is no list.");
            }

            foreach (var item in body.EnumerateArray())
            {
                yield return Read<T>(item);
            }

            next = answer.Next is { } address && transport.IsApi(address) ? address : null;
        }

        if (next is not null)
        {
            logger.LogWarning("GitHub's list {Path} has more than {Pages} pages. What stands on the others was not read.", path, MaxPages);
        }
    }

    /// <summary>Reads bytes as they come, such as an archive or a file.</summary>
    /// <param name="accept">The media type, such as <c>application/vnd.github.raw+json</c>.</param>
    /// <param name="read">Reads the body; it ends when this does.</param>
    /// <exception cref="GitHubException">It was not answered, or broke off.</exception>
    public async Task<T> DownloadAsync<T>(
        GitHubToken token, string path, string accept, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(token, HttpMethod.Get, Address(path), null, request => request.Headers.Accept.ParseAdd(accept), cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await read(stream, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException { InnerException: System.Net.Sockets.SocketException } or HttpIOException or EndOfStreamException)
        {
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub broke off in the middle of an answer.", inner: exception);
        }
    }

    /// <summary>Asks GitHub to do something.</summary>
    /// <param name="body">Written as JSON with names_like_this; null for none.</param>
    /// <exception cref="GitHubException">It was not done.</exception>
    public async Task<T> SendAsync<T>(GitHubToken token, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(token, method, Address(path), body, null, cancellationToken);
        var answer = await transport.BodyAsync(response, cancellationToken);
        return Read<T>(answer.Length == 0 ? "null"u8.ToArray() : answer);
    }

    /// <inheritdoc cref="SendAsync{T}(GitHubToken, HttpMethod, string, object?, CancellationToken)"/>
    public async Task SendAsync(GitHubToken token, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(token, method, Address(path), body, null, cancellationToken);
    }

    internal static T Read<T>(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body.Span, GitHubJson.Options) ?? throw Malformed("An answer of GitHub is empty.");
        }
        catch (JsonException exception)
        {
            throw Malformed("An answer of GitHub is not what its documentation says.", exception);
        }
    }

    private static T Read<T>(JsonElement item)
    {
        try
        {
            return item.Deserialize<T>(GitHubJson.Options) ?? throw Malformed("A part of an answer of GitHub is empty.");
        }
        catch (JsonException exception)
        {
            throw Malformed("An answer of GitHub is not what its documentation says.", exception);
        }
    }

    private Uri Address(string path) => new(options.Value.ApiRoot, path);

    private async Task<GitHubAnswers.Answer> GetAsync(GitHubToken token, Uri address, CancellationToken cancellationToken)
    {
        var known = answers.Find(token.Identity, address);
        using var response = await transport.SendAsync(
            token, HttpMethod.Get, address, null,
            request =>
            {
                if (known is not null)
                {
                    request.Headers.IfNoneMatch.Add(known.Tag);
                }
            },
            cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return known ?? throw Malformed("GitHub answered 304 to a question without an ETag.");
        }

        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub is still computing the answer.");
        }

        var answer = new GitHubAnswers.Answer(response.Headers.ETag!, await transport.BodyAsync(response, cancellationToken), LinkHeader.Next(response));
        if (response.Headers.ETag is not null)
        {
            answers.Keep(token.Identity, address, answer);
        }

        return answer;
    }

    private static GitHubException Malformed(string message, Exception? inner = null) => new(GitHubFailure.Malformed, message, inner: inner);
}
