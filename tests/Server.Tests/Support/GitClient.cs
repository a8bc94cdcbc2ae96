using System.Security.Cryptography.X509Certificates;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Git;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>What a worker reads git repositories with, over a test's network.</summary>
internal sealed class GitClient : IDisposable
{
    public const string Address = "https://git.example.com/bare.git";

    private readonly GuardedHttp _http;
    private readonly GitSource _source;

    /// <param name="trusted">The certificate that is trusted; else those that the machine trusts.</param>
    public GitClient(GitServer? server, string cache, RepositoryOptions? options = null, X509Certificate2? trusted = null, TimeProvider? time = null)
    {
        options ??= new RepositoryOptions();
        Folder = cache;
        Network = new TestNetwork(server, trusted);
        _http = new GuardedHttp(Network, options.AllowPrivateNetworks, time ?? TimeProvider.System);
        Cache = new GitCache(cache, TimeProvider.System, NullLogger<GitCache>.Instance);
        _source = new GitSource(new GitRemote(_http, time ?? TimeProvider.System), Cache, Options.Create(options));
    }

    /// <summary>Where its cache lies.</summary>
    public string Folder { get; }

    public TestNetwork Network { get; }

    public GitCache Cache { get; }

    public static RepositoryPlace Place(string address = Address) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), "git", address, Caller.Anonymous);

    public Task<RepositoryFiles> ReadAsync(RepositoryPlace? place = null, string? reference = null, CancellationToken cancellationToken = default) =>
        _source.ReadAsync(place ?? Place(), reference, cancellationToken);

    /// <summary>Reads what cannot be read.</summary>
    public async Task<RepositoryUnreadableException> FailAsync(RepositoryPlace? place = null, string? reference = null) =>
        await Assert.ThrowsAsync<RepositoryUnreadableException>(() => ReadAsync(place, reference));

    public void Dispose() => _http.Dispose();
}
