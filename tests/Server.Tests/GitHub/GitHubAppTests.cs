using System.Security.Cryptography;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AutoDevOps.Server.Tests.GitHub;

/// <summary>The App says who it is as GitHub asks for it, and asks for tokens no more often than it must.</summary>
public sealed class GitHubAppTests : IAsyncLifetime
{
    private readonly string _pem = Path.GetTempFileName();
    private readonly RSA _key = RSA.Create(2048);
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private GitHubDouble _github = null!;
    private GitHubTransport _transport = null!;
    private GitHubApp _app = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_pem, _key.ExportPkcs8PrivateKeyPem());
        _github = await GitHubDouble.StartAsync();
        _github.AppClock = _clock;
        var options = Options.Create(new GitHubOptions
        {
            ApiAddress = new Uri($"{_github.Address}/api/v3"),
            WebAddress = new Uri(_github.Address),
            AppId = GitHubDouble.AppId,
            AppPrivateKeyFile = _pem,
        });
        _transport = new GitHubTransport(options, new GitHubLimits(_clock), _clock);
        _app = new GitHubApp(new GitHubClient(_transport, new GitHubAnswers(), options, NullLogger<GitHubClient>.Instance), options, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _app.Dispose();
        _transport.Dispose();
        _key.Dispose();
        File.Delete(_pem);
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task The_Apps_own_token_is_signed_with_its_key_and_lives_less_than_ten_minutes()
    {
        var token = _app.Token().Value;

        var handler = new JsonWebTokenHandler();
        var checkedToken = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = $"{GitHubDouble.AppId}",
            ValidateAudience = false,
            IssuerSigningKey = new RsaSecurityKey(_key.ExportParameters(false)),
            ValidAlgorithms = ["RS256"],
            ValidateLifetime = false,
        });
        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        var read = handler.ReadJsonWebToken(token);
        var now = _clock.GetUtcNow().UtcDateTime;
        Assert.InRange((read.IssuedAt - now).TotalSeconds, -61, -59);
        Assert.InRange((read.ValidTo - now).TotalMinutes, 8, 10);
        Assert.Equal(["exp", "iat", "iss"], read.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_token_of_an_installation_is_asked_for_once_until_shortly_before_it_ends_and_is_for_one_repository()
    {
        var (shop, other) = (_github.AddRepository("ada", "shop"), _github.AddRepository("ada", "other"));
        var installation = _github.Install("ada", shop, other);

        var first = await TokenAsync(installation.Id, shop.Id);
        _clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal(first, await TokenAsync(installation.Id, shop.Id));
        Assert.NotEqual(first, await TokenAsync(installation.Id, other.Id));
        Assert.Equal(2, _github.Requests.Count);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEqual(first, await TokenAsync(installation.Id, shop.Id));
        Assert.Equal(3, _github.Requests.Count);
        Assert.All(_github.Requests, request => Assert.Equal("app", request.Identity));
        Assert.Equal($"installation:{installation.Id}", first.Identity);
        Assert.DoesNotContain(first.Value, $"{first}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_installation_that_is_gone_and_a_repository_out_of_its_reach_are_told_apart()
    {
        var shop = _github.AddRepository("ada", "shop");
        var installation = _github.Install("ada");

        Assert.Equal(GitHubFailure.Rejected, (await Assert.ThrowsAsync<GitHubException>(() => TokenAsync(installation.Id, shop.Id))).Failure);
        Assert.Equal(GitHubFailure.NotFound, (await Assert.ThrowsAsync<GitHubException>(() => TokenAsync(1, shop.Id))).Failure);
    }

    [Fact]
    public async Task A_token_may_do_what_it_is_for_and_no_more_whatever_the_App_was_allowed()
    {
        var shop = _github.AddRepository("ada", "shop");
        var installation = _github.Install("ada", shop);
        installation.Permissions = new(StringComparer.Ordinal) { ["contents"] = "write", ["metadata"] = "read", ["checks"] = "write", ["statuses"] = "read", ["pull_requests"] = "write" };

        var reading = await TokenAsync(installation.Id, shop.Id, GitHubPurpose.Reading, installation.Granted);
        var publishing = await TokenAsync(installation.Id, shop.Id, GitHubPurpose.Publishing, installation.Granted);
        var proposing = await TokenAsync(installation.Id, shop.Id, GitHubPurpose.Proposing, installation.Granted);

        Assert.Equal("contents: read, metadata: read", _github.PermissionsOf(reading.Value));
        Assert.Equal("checks: write, contents: read, metadata: read, statuses: read", _github.PermissionsOf(publishing.Value));
        Assert.Equal("contents: write, metadata: read, pull_requests: write", _github.PermissionsOf(proposing.Value));
        Assert.Equal(reading, await TokenAsync(installation.Id, shop.Id, GitHubPurpose.Reading, installation.Granted));
        Assert.Equal(3, _github.Requests.Count);
    }

    [Fact]
    public async Task Of_an_installation_that_has_less_than_is_known_it_gets_what_there_is()
    {
        var shop = _github.AddRepository("ada", "shop");
        var installation = _github.Install("ada", shop);

        var token = await TokenAsync(installation.Id, shop.Id, GitHubPurpose.Publishing, """{"checks": "write", "contents": "write"}""");

        Assert.Equal("contents: write, metadata: read", _github.PermissionsOf(token.Value));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_said_without_the_key()
    {
        await File.WriteAllTextAsync(_pem, "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n", Stop);

        var exception = Assert.Throws<GitHubException>(() => _app.Token());

        Assert.Contains("GitHub:AppPrivateKeyFile", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", exception.Message, StringComparison.Ordinal);
    }

    private Task<GitHubToken> TokenAsync(long installation, long repository, GitHubPurpose? purpose = null, string? granted = null) =>
        _app.TokenAsync(installation, repository, purpose ?? GitHubPurpose.Reading, granted, Stop);
}

/// <summary>Whose token a repository is asked about with, and what is known of it afterwards.</summary>
public sealed class GitHubAccessTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly GitHubWorld _world = new(postgres);

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_token_of_an_installation_that_stopped_working_is_fetched_anew_once()
    {
        var ada = await _world.AddPersonAsync("ada");
        var shop = _world.GitHub.AddRepository("ada", "shop");
        var installation = _world.GitHub.Install("ada", shop);
        var id = await _world.ConnectAsync(ada, shop, installation.Id);
        await _world.Database.ExecuteAsync(
            "INSERT INTO github_installations (organization_id, installation_id, account_id, account_login, account_type) VALUES (@OrganizationId, @Id, 1, 'ada', 'User')",
            new { ada.OrganizationId, installation.Id });
        var worker = _world.StartWorker();
        await worker.RunAsync(ada, new SyncRepository.Args(id));
        _world.GitHub.Tokens.Clear();

        await worker.RunAsync(ada, new SyncRepository.Args(id));

        Assert.Equal(2, _world.GitHub.Requests.Count(request => request.Path.EndsWith("/access_tokens", StringComparison.Ordinal)));
        Assert.Equal(2, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE state = 'completed'"));
    }

    [Fact]
    public async Task Who_is_no_member_any_more_lends_their_token_to_nobody()
    {
        var ada = await _world.AddPersonAsync("ada");
        var id = await _world.ConnectAsync(ada, _world.GitHub.AddRepository("ada", "shop"));
        var other = await _world.Database.AddMemberAsync(ada.OrganizationId, "owner");
        await _world.Database.ExecuteAsync("DELETE FROM organization_members WHERE user_id = @UserId", ada);

        var refusal = await Assert.ThrowsAsync<GitHubException>(() => _world.StartWorker().Get<GitHubAccess>().ForRepositoryAsync(
            Caller.User(other), id, _ => Task.FromResult(true), TestContext.Current.CancellationToken));

        Assert.Equal(GitHubFailure.Unauthorized, refusal.Failure);
        Assert.Empty(_world.GitHub.Requests);
    }
}
