using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AutoDevOps.Server.Hosting;
using AutoDevOps.Server.Security;

namespace AutoDevOps.Server.Git;

/// <summary>Speaks https with servers that strangers named. Which address a name stands for is decided once, checked, and connected to,
/// so that no second answer of a name server can lead elsewhere. No proxy, no cookies, no credentials, no redirects.</summary>
internal sealed class GuardedHttp : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly GitNetwork _network;
    private readonly TimeProvider _time;
    private readonly bool _allowPrivate;
    private readonly HttpClient _client;

    /// <param name="allowPrivate">Whether servers may lie in private networks.</param>
    public GuardedHttp(GitNetwork network, bool allowPrivate, TimeProvider time)
    {
        (_network, _time, _allowPrivate) = (network, time, allowPrivate);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = ConnectAsync,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = CheckCertificate;
        if (network.TrustedRoots is { } roots)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        // Several hosts answer with pages for people unless the name begins like this.
        _client.DefaultRequestHeaders.UserAgent.ParseAdd($"git/2.45 ({Product.Name}/{Product.Version})");
    }

    /// <summary>Sends a request and answers when the headers are there.</summary>
    /// <param name="patience">How long they may take.</param>
    /// <exception cref="GitException">They did not come.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GitException(GitFailure.TimedOut, inner: exception);
        }
        catch (HttpRequestException exception)
        {
            throw Translate(exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private static GitException Translate(HttpRequestException exception) => exception switch
    {
        { InnerException: GitException known } => known,
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException.InnerException: GitException known } => known,
        { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } => new GitException(GitFailure.Tls, inner: exception),
        { HttpRequestError: HttpRequestError.NameResolutionError } => new GitException(GitFailure.NameNotFound, inner: exception),
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => new GitException(GitFailure.NotGit, inner: exception),
        { HttpRequestError: HttpRequestError.ConnectionError } => new GitException(GitFailure.Unreachable, inner: exception),
        _ => new GitException(GitFailure.Interrupted, inner: exception),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => NetworkAddress.Classify(address) switch
        {
            NetworkReach.Public => true,
            NetworkReach.Private => _allowPrivate,
            _ => false,
        }).ToList();
        if (allowed.Count == 0)
        {
            throw new GitException(GitFailure.ForbiddenNetwork);
        }

        Exception? last = null;
        foreach (var address in allowed)
        {
            using var timeout = new CancellationTokenSource(ConnectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await _network.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), either.Token);
            }
            catch (Exception exception) when (exception is SocketException || (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested))
            {
                last = exception;
            }
        }

        throw new GitException(GitFailure.Unreachable, inner: last);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await _network.ResolveAsync(host, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new GitException(GitFailure.NameNotFound, inner: exception);
        }
    }

    private static bool CheckCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        var flaws = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        throw new GitException(
            GitFailure.Certificate,
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "it has none"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is for another name"
            : flaws.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "it has expired or is not valid yet"
            : flaws.HasFlag(X509ChainStatusFlags.UntrustedRoot) || flaws.HasFlag(X509ChainStatusFlags.PartialChain) ? "no authority that this machine trusts has signed it"
            : "it is not in order");
    }
}
