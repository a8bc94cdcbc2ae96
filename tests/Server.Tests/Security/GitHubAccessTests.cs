using System.Text.Json;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Tests.Support;
using AutoDevOps.Server.Tests.Support.GitHub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDevOps.Server.Tests.Security;

/// <summary>Tokens that expire, as those of a GitHub App do after eight hours.</summary>
public sealed class GitHubAccessTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private GitHubDouble _github = null!;
    private TestServerHost _server = null!;
    private CurrentUser _user = null!;

    private GitHubAccess Access => _server.Services.GetRequiredService<GitHubAccess>();

    private GitHubClient Client => _server.Services.GetRequiredService<GitHubClient>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _github = await GitHubDouble.StartAsync();
        _github.AddPerson("ada");
        (_github.AtTheBrowser, _github.TokenLifetime) = ("ada", TimeSpan.FromHours(8));
        _server = await TestServerHost.StartAsync(_database, _github.Settings);
        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        _user = new CurrentUser(await _database.ScalarAsync<Guid>("SELECT id FROM users"), "ada", IsOperator: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _github.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_token_with_more_than_five_minutes_is_used_as_it_is()
    {
        _server.Clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromMinutes(6));

        Assert.Equal("ada", await AskAsync());

        Assert.Single(_github.Tokens);
    }

    [Fact]
    public async Task A_token_that_ends_within_five_minutes_is_refreshed_once()
    {
        _server.Clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromMinutes(4));
        var former = _github.Tokens.Single().Key;

        Assert.Equal("ada", await AskAsync());
        Assert.Equal("ada", await AskAsync());

        Assert.Equal(2, _github.Tokens.Count);
        Assert.NotEqual(former, await Access.ForPersonAsync(_user, token => Task.FromResult(token.Value), Stop));
        Assert.Single(_github.RefreshTokens);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens WHERE revoked_at IS NULL"));
    }

    [Fact]
    public async Task Of_twenty_that_need_it_at_once_one_refreshes_it_and_all_are_answered()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync()));

        Assert.All(answers, answer => Assert.Equal("ada", answer));
        Assert.Equal(2, _github.Tokens.Count);
    }

    [Fact]
    public async Task Whoever_needed_it_being_gone_when_GitHub_answers_the_token_is_not_lost()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));
        using var gone = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var arrived = _github.HoldRefreshAsync(release.Task);
        var asking = Access.ForPersonAsync(_user, token => Task.FromResult(token.Value), gone.Token);
        await arrived;

        await gone.CancelAsync();
        release.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal("ada", await AskAsync());
        Assert.Equal((0, 1), (_github.RefusedRefreshes, _github.RefreshTokens.Count()));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens WHERE revoked_at IS NULL"));
    }

    [Fact]
    public async Task Two_processes_refresh_a_token_once()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));
        // As another process has it: nothing in memory is shared.
        var other = ActivatorUtilities.CreateInstance<GitHubAccess>(_server.Services);
        var release = new TaskCompletionSource();
        var arrived = _github.HoldRefreshAsync(release.Task);
        var first = AskAsync();
        await arrived;

        var second = other.ForPersonAsync(_user, token => Task.FromResult(token.Value), Stop);
        await WaitForOneThatWaitsAsync();
        release.SetResult();

        Assert.Equal("ada", await first);
        Assert.Equal("ada", _github.Tokens[await second]);
        Assert.Equal((0, 2), (_github.RefusedRefreshes, _github.Tokens.Count));
    }

    [Fact]
    public async Task Who_signed_in_anew_while_their_token_was_refreshed_keeps_the_new_one_and_the_other_is_ended()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));
        var release = new TaskCompletionSource();
        var arrived = _github.HoldRefreshAsync(release.Task);
        var asking = AskAsync();
        await arrived;

        using var browser = new SignInBrowser(_server);
        await browser.SignInAsync();
        var renewed = await Access.ForPersonAsync(_user, token => Task.FromResult(token.Value), Stop);
        release.SetResult();

        Assert.Equal("ada", await asking);
        Assert.Equal(renewed, await Access.ForPersonAsync(_user, token => Task.FromResult(token.Value), Stop));
        Assert.Contains(renewed, _github.Tokens.Keys);
        Assert.Equal(2, _github.Tokens.Count);
    }

    [Fact]
    public async Task A_refresh_that_is_refused_means_to_sign_in_again()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));
        _github.ForgetRefreshTokens();
        _github.Tokens.Clear();

        Assert.Equal(GitHubFailure.Unauthorized, (await Assert.ThrowsAsync<GitHubException>(AskAsync)).Failure);

        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens WHERE revoked_at IS NOT NULL"));
        var asked = _github.Requests.Count;
        Assert.Equal("Sign in with GitHub first.", (await Assert.ThrowsAsync<GitHubException>(AskAsync)).Message);
        Assert.Equal(asked, _github.Requests.Count);
    }

    [Fact]
    public async Task What_it_is_refreshed_with_ends_too()
    {
        _server.Clock.Advance(TimeSpan.FromDays(185));

        var exception = await Assert.ThrowsAsync<GitHubException>(AskAsync);

        Assert.Equal((GitHubFailure.Unauthorized, "The token of GitHub has expired. Sign in with GitHub again."), (exception.Failure, exception.Message));
    }

    [Fact]
    public async Task When_GitHub_is_down_while_refreshing_nothing_is_lost()
    {
        _server.Clock.Advance(TimeSpan.FromHours(9));
        _github.Fail("/login/oauth/access_token", 503);

        Assert.Equal(GitHubFailure.Unavailable, (await Assert.ThrowsAsync<GitHubException>(AskAsync)).Failure);

        Assert.Equal("ada", await AskAsync());
    }

    [Fact]
    public async Task A_token_that_another_process_replaced_in_the_middle_of_a_request_is_read_anew()
    {
        var tries = 0;

        var value = await Access.ForPersonAsync(
            _user,
            async token =>
            {
                if (tries++ > 0)
                {
                    return token.Value;
                }

                _server.Clock.Advance(TimeSpan.FromHours(9));
                Assert.Equal("ada", await AskAsync());
                throw new GitHubException(GitHubFailure.Unauthorized, "GitHub no longer accepts the token.");
            },
            Stop);

        Assert.Equal(2, tries);
        Assert.Equal("ada", _github.Tokens[value]);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM github_tokens WHERE revoked_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_refresh_token_does_not_open_in_the_place_of_a_token()
    {
        await _database.ExecuteAsync("UPDATE github_tokens SET envelope = refresh_envelope");

        Assert.Contains("cannot be opened", (await Assert.ThrowsAsync<GitHubException>(AskAsync)).Message, StringComparison.Ordinal);
    }

    private async Task WaitForOneThatWaitsAsync()
    {
        while (await _database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 0)
        {
            await Task.Yield();
        }
    }

    private Task<string> AskAsync() => Access.ForPersonAsync(
        _user, async token => (await Client.GetAsync<JsonElement>(token, "user", Stop)).GetProperty("login").GetString()!, Stop);
}
