using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AutoDevOps.Server.GitHub;

/// <summary>Speaks as the GitHub App: for itself, and for one repository at a time with a token that its installation gives.</summary>
/// <remarks>Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app</remarks>
internal sealed class GitHubApp(GitHubClient client, IOptions<GitHubOptions> options, TimeProvider time) : IDisposable
{
    // GitHub takes at most ten minutes; its clock may be behind ours.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(60);

    /// <summary>A token is not used any more when it ends within this time: a request must not outlive it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly ConcurrentDictionary<(long Installation, long Repository, string Purpose), (GitHubToken Token, DateTimeOffset ExpiresAt)> _tokens = new();
    private readonly Lazy<RSA> _key = new(() => ReadKey(options.Value.AppPrivateKeyFile));

    /// <summary>What the App asks its own questions with.</summary>
    public GitHubToken Token()
    {
        var now = time.GetUtcNow();
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.AppId.ToString(CultureInfo.InvariantCulture),
            IssuedAt = (now - Behind).UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key.Value), SecurityAlgorithms.RsaSha256)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
        });
        return new GitHubToken("app", token);
    }

    /// <summary>A token of the installation that reaches this repository alone, for this purpose alone.</summary>
    /// <param name="granted">The permissions that the installation has, as far as they are known.</param>
    /// <exception cref="GitHubException">There is no such installation, it is suspended, or it does not reach the repository.</exception>
    public async Task<GitHubToken> TokenAsync(long installation, long repository, GitHubPurpose purpose, string? granted, CancellationToken cancellationToken)
    {
        if (_tokens.TryGetValue((installation, repository, purpose.Name), out var known) && known.ExpiresAt - time.GetUtcNow() > Margin)
        {
            return known.Token;
        }

        var given = await GiveAsync(installation, repository, purpose.Within(granted), cancellationToken);
        var token = new GitHubToken(string.Create(CultureInfo.InvariantCulture, $"installation:{installation}"), given.Token);
        _tokens[(installation, repository, purpose.Name)] = (token, given.ExpiresAt);
        foreach (var (key, value) in _tokens)
        {
            if (value.ExpiresAt <= time.GetUtcNow())
            {
                _tokens.TryRemove(key, out _);
            }
        }

        return token;
    }

    /// <summary>A token did not work though it should have: the next is a new one.</summary>
    public void Forget(long installation, long repository, GitHubPurpose purpose) => _tokens.TryRemove((installation, repository, purpose.Name), out _);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private async Task<Given> GiveAsync(long installation, long repository, IReadOnlyDictionary<string, string>? permissions, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(installation, repository, permissions, cancellationToken);
        }
        catch (GitHubException exception) when (Why(exception.Failure) is { } why)
        {
            throw new GitHubException(exception.Failure, why, inner: exception) { IsOfToken = true };
        }
    }

    private static string? Why(GitHubFailure failure) => failure switch
    {
        GitHubFailure.Rejected =>
            "The GitHub App does not reach the repository any more, or not with the permissions it needs: whoever owns the repository must allow it on GitHub, or an admin here have it read with their own account.",
        GitHubFailure.NotFound =>
            "The GitHub App is not installed any more where the repository is: its owner must install it again, or an admin here have the repository read with their own account.",
        GitHubFailure.Forbidden =>
            "The GitHub App is suspended where the repository is: its owner must allow it again, or an admin here have the repository read with their own account.",
        GitHubFailure.Unauthorized =>
            "GitHub does not know the GitHub App by its key: whoever runs this installation must look at GitHub:AppId and GitHub:AppPrivateKeyFile, and at the clock.",
        _ => null,
    };

    private async Task<Given> AskAsync(long installation, long repository, IReadOnlyDictionary<string, string>? permissions, CancellationToken cancellationToken)
    {
        var path = GitHubPath.Of($"app/installations/{installation}/access_tokens");
        try
        {
            return await client.SendAsync<Given>(Token(), HttpMethod.Post, path, new { repository_ids = new[] { repository }, permissions }, cancellationToken);
        }
        catch (GitHubException exception) when (permissions is not null && exception.Failure == GitHubFailure.Rejected)
        {
            // What is known of its permissions may be older than they are.
            return await client.SendAsync<Given>(Token(), HttpMethod.Post, path, new { repository_ids = new[] { repository } }, cancellationToken);
        }
    }

    private static RSA ReadKey(string path)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new GitHubException(GitHubFailure.Unauthorized, "The private key of the GitHub App cannot be read (GitHub:AppPrivateKeyFile).", inner: exception);
        }
    }

    private sealed record Given(string Token, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => "a token of an installation";
    }
}
