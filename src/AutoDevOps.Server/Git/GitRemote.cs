using System.Net;
using System.Net.Http.Headers;

namespace AutoDevOps.Server.Git;

/// <summary>Lists and fetches from a git server over https, by the "smart" protocol in its versions 2 and 0.</summary>
/// <remarks>https://git-scm.com/docs/http-protocol, protocol-v2 and gitprotocol-pack.</remarks>
internal sealed class GitRemote(GuardedHttp http, TimeProvider time)
{
    private const int MaxRedirects = 5;
    private const long MaxListBytes = 32 * 1024 * 1024;
    private const string Tail = "/info/refs";
    private const string Query = "?service=git-upload-pack";

    // While a server counts and compresses objects, it says every five seconds that it is still there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks what the repository has.</summary>
    /// <param name="address">As git clone takes it.</param>
    /// <param name="reference">What will be looked for; null: the default branch.</param>
    /// <exception cref="GitException">It cannot be asked.</exception>
    public async Task<RemoteRefs> ListAsync(Uri address, string? reference, CancellationToken cancellationToken)
    {
        var (response, found) = await OpenAsync(address, cancellationToken);
        using (response)
        {
            await using var body = await BodyAsync(response, "advertisement", MaxListBytes, cancellationToken);
            var reader = new PktReader(body);
            var kind = await reader.ReadAsync(cancellationToken);
            if (kind == PktKind.Data && reader.Text.StartsWith("# service=", StringComparison.Ordinal))
            {
                kind = await reader.ReadAsync(cancellationToken);
                kind = kind == PktKind.Flush ? await reader.ReadAsync(cancellationToken) : kind;
            }

            return kind != PktKind.Data ? throw new GitException(kind == PktKind.Flush ? GitFailure.Empty : GitFailure.NotGit)
                : reader.Text == "version 2" ? await ListVersion2Async(found, reader, reference, cancellationToken)
                : await Advertisement.ReadAsync(found, reader, cancellationToken);
        }
    }

    /// <summary>Fetches one commit, without those before it.</summary>
    /// <param name="have">Commits that were fetched in this way before: what they have is not sent again.</param>
    /// <param name="pack">Takes the objects.</param>
    /// <param name="maxBytes">What the answer may have.</param>
    /// <exception cref="GitException">It cannot be fetched.</exception>
    public async Task FetchAsync(RemoteRefs from, ObjectId want, IReadOnlyCollection<ObjectId> have, Stream pack, long maxBytes, CancellationToken cancellationToken)
    {
        var request = from.Version == 2 ? UploadPack.RequestVersion2(from, want, have) : UploadPack.RequestVersion0(from, want, have);
        using var response = await PostAsync(from, request, cancellationToken);
        await using var body = await BodyAsync(response, "result", maxBytes, cancellationToken);
        await UploadPack.ReadAsync(new PktReader(body), pack, cancellationToken);
    }

    private async Task<RemoteRefs> ListVersion2Async(Uri address, PktReader reader, string? reference, CancellationToken cancellationToken)
    {
        List<string> capabilities = [];
        while (await reader.ReadAsync(cancellationToken) == PktKind.Data)
        {
            capabilities.Add(reader.Text);
        }

        var server = new RemoteRefs(address, 2, capabilities, [], null);
        using var response = await PostAsync(server, UploadPack.RequestList(server, reference), cancellationToken);
        await using var body = await BodyAsync(response, "result", MaxListBytes, cancellationToken);
        return await UploadPack.ReadListAsync(server, new PktReader(body), cancellationToken);
    }

    /// <summary>Follows redirects to where the repository is. Later requests go there at once.</summary>
    private async Task<(HttpResponseMessage Response, Uri Address)> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var current = new Uri(address.AbsoluteUri.TrimEnd('/') + Tail + Query);
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            request.Headers.Add("Git-Protocol", "version=2");
            var response = await http.SendAsync(request, Patience, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return (response, new Uri(current.AbsoluteUri[..^(Tail + Query).Length]));
            }

            using (response)
            {
                current = Follow(current, response.Headers.Location);
            }
        }

        throw new GitException(GitFailure.Redirect, $"it redirects more than {MaxRedirects} times");
    }

    // As git has it: what follows must still be the question for the refs, or the base of the next requests would not be known.
    private static Uri Follow(Uri current, Uri? location)
    {
        if (location is null || !Uri.TryCreate(current, location, out var next))
        {
            throw new GitException(GitFailure.Redirect, "it redirects without saying where to");
        }

        return next.Scheme != Uri.UriSchemeHttps ? throw new GitException(GitFailure.Redirect, "it redirects to an address that does not begin with https://")
            : next.UserInfo.Length > 0 ? throw new GitException(GitFailure.Redirect, "it redirects to an address with a user name or password")
            : !next.AbsoluteUri.EndsWith(Tail + Query, StringComparison.Ordinal) ? throw new GitException(GitFailure.NotFound)
            : next;
    }

    private async Task<HttpResponseMessage> PostAsync(RemoteRefs to, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(to.Address.AbsoluteUri + "/git-upload-pack")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        request.Headers.Accept.ParseAdd("application/x-git-upload-pack-result");
        if (to.Version == 2)
        {
            request.Headers.Add("Git-Protocol", "version=2");
        }

        return await http.SendAsync(request, Patience, cancellationToken);
    }

    private async Task<Stream> BodyAsync(HttpResponseMessage response, string kind, long maxBytes, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.UnavailableForLegalReasons:
                throw new GitException(GitFailure.NotFound);
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError:
                throw new GitException(GitFailure.ServerError, $"status {(int)response.StatusCode}");
            default:
                throw new GitException(GitFailure.NotGit);
        }

        return response.Content.Headers.ContentType?.MediaType == $"application/x-git-upload-pack-{kind}"
            ? new MeteredStream(await response.Content.ReadAsStreamAsync(cancellationToken), maxBytes, Patience, time)
            : throw new GitException(GitFailure.NotGit);
    }
}
