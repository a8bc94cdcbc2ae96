using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Tests.Support.GitHub;

/// <summary>The program's side of GitHub, put together over a test's database and a double: one process of the installation.</summary>
internal sealed class GitHubParts : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly GitHubTransport _transport;
    private readonly bool _isOwner;

    /// <param name="beside">Another process, whose keys this one shares.</param>
    public GitHubParts(TestDatabase database, GitHubDouble github, TimeProvider? time = null, GitHubParts? beside = null, RepositoryOptions? options = null)
    {
        (Database, GitHub, _isOwner) = (database, github, beside is null);
        var clock = time ?? TimeProvider.System;
        _folder = beside?._folder ?? Directory.CreateTempSubdirectory("autodevops-github-");
        var key = Path.Combine(_folder.FullName, "app.pem");
        File.WriteAllText(key, AppKey.Pem);
        Options = Microsoft.Extensions.Options.Options.Create(new GitHubOptions
        {
            WebAddress = new Uri(github.Address),
            ApiAddress = new Uri($"{github.Address}/api/v3"),
            ClientId = GitHubDouble.ClientId,
            ClientSecret = GitHubDouble.ClientSecret,
            AppId = GitHubDouble.AppId,
            AppPrivateKeyFile = key,
        });
        Sealer = new Sealer(EncryptionKeys.LoadOrCreate(Path.Combine(_folder.FullName, "encryption.keys")));
        Limits = new GitHubLimits(clock);
        _transport = new GitHubTransport(Options, Limits, clock);
        Client = new GitHubClient(_transport, new GitHubAnswers(), Options, NullLogger<GitHubClient>.Instance);
        OAuth = new GitHubOAuth(Options, clock, NullLogger<GitHubOAuth>.Instance);
        App = new GitHubApp(Client, Options, clock);
        Access = new GitHubAccess(
            database.Db, Sealer, OAuth, App, Limits, new ProcessIdentity(Guid.CreateVersion7()), clock, NullLogger<GitHubAccess>.Instance);
        CacheFolder = Path.Combine(_folder.FullName, $"cache-{Guid.CreateVersion7():N}");
        Source = new GitHubSource(
            Access, Client, new GitCache(CacheFolder, clock, NullLogger<GitCache>.Instance), Microsoft.Extensions.Options.Options.Create(options ?? new RepositoryOptions()),
            NullLogger<GitHubSource>.Instance);
    }

    public TestDatabase Database { get; }

    public GitHubDouble GitHub { get; }

    public IOptions<GitHubOptions> Options { get; }

    public Sealer Sealer { get; }

    public GitHubLimits Limits { get; }

    public GitHubClient Client { get; }

    public GitHubOAuth OAuth { get; }

    public GitHubApp App { get; }

    public GitHubAccess Access { get; }

    public GitHubSource Source { get; }

    public string CacheFolder { get; }

    /// <summary>Gives a person here the token of one there, as signing in does.</summary>
    /// <returns>The token.</returns>
    public async Task<string> GiveTokenAsync(Guid user, GitHubDouble.Person person)
    {
        var (id, token) = (Guid.CreateVersion7(), GitHub.TokenOf(person));
        await Database.ExecuteAsync(
            "DELETE FROM github_tokens WHERE user_id = @user; INSERT INTO github_tokens (id, user_id, envelope) VALUES (@id, @user, @envelope)",
            new { id, user, envelope = Sealer.Seal(token, GitHubAccess.TokenPurpose, id) });
        return token;
    }

    /// <summary>Connects a repository, past the program.</summary>
    public async Task<Guid> ConnectAsync(Guid organization, Guid user, GitHubRepository repository)
    {
        var id = Guid.CreateVersion7();
        await Database.ExecuteAsync(
            """
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, connected_by)
            VALUES (@id, @organization, 'github', @FullName, @github, @Name, @user)
            """,
            new { id, organization, repository.FullName, github = repository.Id, repository.Name, user });
        return id;
    }

    public void Dispose()
    {
        _transport.Dispose();
        OAuth.Dispose();
        App.Dispose();
        if (_isOwner)
        {
            _folder.Delete(recursive: true);
        }
    }
}
