using System.Net;
using System.Net.Http.Headers;
using AutoDevOps.Server.Hosting;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.GitHub;

/// <summary>Sends requests to GitHub: with the token for GitHub alone, within its limits, along its redirects; what it refuses is a
/// <see cref="GitHubException"/>.</summary>
internal sealed class GitHubTransport(IOptions<GitHubOptions> options, GitHubLimits limits, TimeProvider time) : IDisposable
{
    /// <summary>The largest answer that is read whole, in bytes. A tree of 100,000 files is about 20 MB.</summary>
    public const int MaxBodyBytes = 64 * 1024 * 1024;

    private const int MaxRedirects = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BodyPatience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = Create();

    /// <summary>Whether an address is one of the API's.</summary>
    public bool IsApi(Uri address) => address.Authority == options.Value.ApiRoot.Authority && address.Scheme == options.Value.ApiRoot.Scheme;

    /// <summary>Sends a request and follows where it leads. The caller disposes of the answer.</summary>
    /// <param name="prepare">Adds headers.</param>
    /// <exception cref="GitHubException">It was not answered, or with a refusal.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        GitHubToken token, HttpMethod method, Uri address, object? body, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            limits.Check(token.Identity);
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
                limits.Learn(token.Identity, response, "");
                return response;
            }

            using (response)
            {
                throw await RefusalAsync(token, response, cancellationToken);
            }
        }
    }

    /// <summary>The whole body of an answer.</summary>
    /// <exception cref="GitHubException">It broke off, took too long, or is larger than <see cref="MaxBodyBytes"/>.</exception>
    public async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(BodyPatience, time);
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

    public void Dispose() => _http.Dispose();

    // To the API itself; or, for reading, to where GitHub keeps archives. Never a token to anybody else.
    private Uri Redirected(Uri from, Uri location, HttpMethod method)
    {
        var to = new Uri(from, location);
        var web = options.Value.WebAddress;
        var isOurs = IsApi(to)
            || (method == HttpMethod.Get && to.Scheme == web.Scheme
                && (to.Authority == web.Authority || to.Host.EndsWith("." + web.Host, StringComparison.OrdinalIgnoreCase)
                    || to.Host.EndsWith(".githubusercontent.com", StringComparison.OrdinalIgnoreCase)));
        return isOurs ? to : throw new GitHubException(GitHubFailure.Malformed, $"GitHub leads to {to.Host}, which does not belong to it.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
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
        if (limits.Learn(token.Identity, response, why) is { } until)
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

    private static HttpClient Create()
    {
        var client = new HttpClient(new SocketsHttpHandler
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
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"{Product.Name}/{Product.Version}");
        return client;
    }
}
