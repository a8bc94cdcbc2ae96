using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoDevOps.Server.Hosting;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.GitHub;

/// <summary>Speaks GitHub's REST API: sends with a token, follows what moved, remembers answers by their ETag, obeys limits, and turns every
/// refusal into a <see cref="GitHubException"/>.</summary>
/// <remarks>Source: https://docs.github.com/en/rest. Paths are relative to <see cref="GitHubOptions.ApiAddress"/>, without a slash at the beginning,
/// and built with <see cref="GitHubPath"/> so that a name cannot lead elsewhere.</remarks>
internal sealed class GitHubClient : IDisposable
{
    /// <summary>The largest answer that is read whole, in bytes. A tree of 100,000 files is about 20 MB.</summary>
    public const int MaxBodyBytes = 64 * 1024 * 1024;

    private const int MaxRedirects = 5;
    private const int MaxPages = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BodyPatience = TimeSpan.FromMinutes(2);

    private readonly GitHubOptions _options;
    private readonly GitHubLimits _limits;
    private readonly GitHubAnswers _answers;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public GitHubClient(IOptions<GitHubOptions> options, GitHubLimits limits, GitHubAnswers answers, TimeProvider time)
    {
        (_options, _limits, _answers, _time) = (options.Value, limits, answers, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        // GitHub refuses requests without a name.
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"{Product.Name}/{Product.Version}");
    }

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

            next = answer.Next is { } address && IsApi(address) ? address : null;
        }
    }

    /// <summary>Reads bytes as they come, such as an archive or a file.</summary>
    /// <param name="accept">The media type, such as <c>application/vnd.github.raw+json</c>.</param>
    /// <param name="read">Reads the body; it ends when this does.</param>
    /// <exception cref="GitHubException">It was not answered, or broke off.</exception>
    public async Task<T> DownloadAsync<T>(
        GitHubToken token, string path, string accept, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(token, HttpMethod.Get, Address(path), null, request => request.Headers.Accept.ParseAdd(accept), cancellationToken);
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
        using var response = await SendAsync(token, method, Address(path), body, null, cancellationToken);
        var answer = await BodyAsync(response, cancellationToken);
        return Read<T>(answer.Length == 0 ? "null"u8.ToArray() : answer);
    }

    /// <inheritdoc cref="SendAsync{T}(GitHubToken, HttpMethod, string, object?, CancellationToken)"/>
    public async Task SendAsync(GitHubToken token, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(token, method, Address(path), body, null, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

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

    private Uri Address(string path) => new(_options.ApiRoot, path);

    private bool IsApi(Uri address) => address.Authority == _options.ApiRoot.Authority && address.Scheme == _options.ApiRoot.Scheme;

    private async Task<GitHubAnswers.Answer> GetAsync(GitHubToken token, Uri address, CancellationToken cancellationToken)
    {
        var known = _answers.Find(token.Identity, address);
        using var response = await SendAsync(
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

        var answer = new GitHubAnswers.Answer(response.Headers.ETag!, await BodyAsync(response, cancellationToken), LinkHeader.Next(response));
        if (response.Headers.ETag is not null)
        {
            _answers.Keep(token.Identity, address, answer);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(
        GitHubToken token, HttpMethod method, Uri address, object? body, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            _limits.Check(token.Identity);
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
            if (IsApi(address) && token.Value.Length > 0)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            }

            prepare?.Invoke(request);
            if (request.Headers.Accept.Count == 0)
            {
                request.Headers.Accept.ParseAdd("application/vnd.github+json");
            }

            if (body is not null)
            {
                request.Content = JsonContent.Create(body, body.GetType(), options: GitHubJson.Options);
            }

            var response = await SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                && response.Headers.Location is { } location && redirects < MaxRedirects)
            {
                response.Dispose();
                address = Redirected(address, location, method);
                continue;
            }

            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            {
                _limits.Learn(token.Identity, response, "");
                return response;
            }

            using (response)
            {
                throw await RefusalAsync(token, response, cancellationToken);
            }
        }
    }

    // To the API itself; or, for reading, to where GitHub keeps archives. Never a token to anybody else.
    private Uri Redirected(Uri from, Uri location, HttpMethod method)
    {
        var to = new Uri(from, location);
        var web = _options.WebAddress;
        var isOurs = IsApi(to)
            || (method == HttpMethod.Get && to.Scheme == web.Scheme
                && (to.Authority == web.Authority || to.Host.EndsWith("." + web.Host, StringComparison.OrdinalIgnoreCase)
                    || to.Host.EndsWith(".githubusercontent.com", StringComparison.OrdinalIgnoreCase)));
        return isOurs ? to : throw Malformed($"GitHub leads to {to.Host}, which does not belong to it.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubFailure.Unavailable, $"GitHub did not answer within {Patience.TotalSeconds:0} seconds.", inner: exception);
        }
        catch (HttpRequestException exception)
        {
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub cannot be reached.", inner: exception);
        }
    }

    private async Task<GitHubException> RefusalAsync(GitHubToken token, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = System.Text.Encoding.UTF8.GetString(await BodyAsync(response, cancellationToken));
        var why = GitHubJson.MessageOf(body);
        if (_limits.Learn(token.Identity, response, why) is { } until)
        {
            return GitHubLimits.Refused(until);
        }

        var said = why.Length == 0 ? "" : $" It says: {why}";
        return (int)response.StatusCode switch
        {
            401 => new GitHubException(GitHubFailure.Unauthorized, $"GitHub no longer accepts the token.{said}"),
            403 => new GitHubException(GitHubFailure.Forbidden, $"GitHub does not allow this with the token.{said}"),
            404 or 410 => new GitHubException(GitHubFailure.NotFound, "On GitHub it does not exist, or not for this token."),
            409 => new GitHubException(GitHubFailure.Conflict, $"GitHub could not do it in the state that things are in.{said}"),
            451 => new GitHubException(GitHubFailure.Blocked, $"GitHub has taken it down.{said}"),
            >= 500 => new GitHubException(GitHubFailure.Unavailable, $"GitHub answered with an error of its own ({(int)response.StatusCode})."),
            var status => new GitHubException(GitHubFailure.Rejected, $"GitHub refused the request ({status}).{said}"),
        };
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(BodyPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            using var memory = new MemoryStream();
            var buffer = new byte[81920];
            for (int count; (count = await stream.ReadAsync(buffer, either.Token)) > 0;)
            {
                if (memory.Length + count > MaxBodyBytes)
                {
                    throw new GitHubException(GitHubFailure.TooLarge, $"An answer of GitHub has more than {MaxBodyBytes >> 20} MiB.");
                }

                memory.Write(buffer, 0, count);
            }

            return memory.ToArray();
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubFailure.Unavailable, $"GitHub's answer did not come to its end within {BodyPatience.TotalSeconds:0} seconds.", inner: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new GitHubException(GitHubFailure.Unavailable, "GitHub broke off in the middle of an answer.", inner: exception);
        }
    }

    private static GitHubException Malformed(string message, Exception? inner = null) => new(GitHubFailure.Malformed, message, inner: inner);
}
