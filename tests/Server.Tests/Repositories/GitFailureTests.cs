using AutoDevOps.Server.Features.Repositories;
using AutoDevOps.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AutoDevOps.Server.Tests.Repositories;

/// <summary>Whatever is wrong with a server, people are told what it is, in their words, and it is tried again only if that can help.</summary>
public sealed class GitFailureTests : IClassFixture<ServedRepository>, IDisposable
{
    private readonly ServedRepository _served;
    private readonly GitWorkshop _workshop;
    private readonly GitServer _server;
    private readonly GitClient _client;

    public GitFailureTests(ServedRepository served)
    {
        (_served, _workshop, _server) = (served, served.Workshop, served.Server);
        served.Reset();
        _client = served.Client();
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_name_that_does_not_exist_is_named_and_tried_again() =>
        IsTransient("The name nowhere.example.com was not found.", await _client.FailAsync(GitClient.Place("https://nowhere.example.com/a/b")));

    [Fact]
    public async Task A_server_that_is_not_running_is_tried_again()
    {
        using var client = new GitClient(server: null, _workshop.Beside("none"));

        IsTransient("Nothing answers at git.example.com:8443.", await client.FailAsync(GitClient.Place("https://git.example.com:8443/a/b")));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        using var client = _served.Client(trust: false);

        IsFinal("no authority that this machine trusts has signed it", await client.FailAsync());
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused() =>
        IsFinal("it is for another name", await _client.FailAsync(GitClient.Place("https://other.example.com/bare.git")));

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        await using var server = await GitServer.StartAsync(_workshop.Beside(""), expired: true);
        using var client = new GitClient(server, _workshop.Beside("expired"), trusted: server.Certificate);

        IsFinal("it has expired", await client.FailAsync());
    }

    [Theory]
    [InlineData(401, true, "or it is private")]
    [InlineData(403, true, "or it is private")]
    [InlineData(404, true, "or it is private")]
    [InlineData(410, true, "or it is private")]
    [InlineData(400, true, "not as a git server")]
    [InlineData(429, false, "too many requests")]
    [InlineData(500, false, "a problem of its own")]
    [InlineData(503, false, "a problem of its own")]
    public async Task A_status_says_whether_trying_again_helps(int status, bool isFinal, string message)
    {
        Always(context => context.Response.StatusCode = status);

        Is(isFinal, message, await _client.FailAsync());
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_said_to_be() =>
        IsFinal("no repository at this address", await _client.FailAsync(GitClient.Place("https://git.example.com/nothing.git")));

    [Theory]
    [InlineData("text/html", "<html>A page for people</html>")]
    [InlineData("application/x-git-upload-pack-advertisement", "<html>A page for people</html>")]
    [InlineData("application/x-git-upload-pack-advertisement", "0000")]
    [InlineData("application/x-git-upload-pack-advertisement", "zzzz")]
    [InlineData("application/x-git-upload-pack-advertisement", "0002")]
    [InlineData("application/x-git-upload-pack-advertisement", "000anothing0000")]
    public async Task What_does_not_speak_git_is_said_not_to(string type, string body)
    {
        Always(context => Write(context, type, body));

        var exception = await _client.FailAsync();

        Assert.True(exception.IsFinal);
        Assert.Matches("not as a git server does|no commits yet", exception.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repository_without_commits_is_said_to_have_none(bool version2)
    {
        _server.SpeaksVersion2 = version2;
        GitWorkshop.GitIn(_workshop.Beside(""), null, "init", "--quiet", "--bare", "--initial-branch", "trunk", _workshop.Beside("empty.git"));

        IsFinal(version2 ? "default branch trunk has no commits yet" : "no commits yet", await _client.FailAsync(GitClient.Place("https://git.example.com/empty.git")));
    }

    [Theory]
    [InlineData(true, "nothing")]
    [InlineData(false, "nothing")]
    [InlineData(true, "1234567")]
    [InlineData(true, "1111111111111111111111111111111111111111")]
    [InlineData(false, "1111111111111111111111111111111111111111")]
    public async Task A_ref_that_is_not_there_is_named(bool version2, string reference)
    {
        _server.SpeaksVersion2 = version2;

        IsFinal($"no branch, tag or commit {reference}.", await _client.FailAsync(reference: reference));
    }

    [Fact]
    public async Task A_tag_of_something_that_is_no_commit_is_refused()
    {
        _workshop.Git("tag", "blob", _workshop.WriteObject("blob", "text"u8.ToArray()));
        _workshop.Git("push", "--quiet", _workshop.Beside("bare.git"), "blob");

        IsFinal("no branch, tag or commit blob", await _client.FailAsync(reference: "blob"));
    }

    [Fact]
    public async Task A_repository_of_sha256_is_said_to_be_one()
    {
        using var other = new GitWorkshop(initialise: false);
        other.Git("init", "--quiet", "--object-format=sha256", "--initial-branch", "main");
        other.Commit("a", "a");
        GitWorkshop.GitIn(_workshop.Beside(""), null, "clone", "--quiet", "--bare", other.Tree, _workshop.Beside("sha256.git"));

        IsFinal("SHA-256", await _client.FailAsync(GitClient.Place("https://git.example.com/sha256.git")));
    }

    [Fact]
    public async Task A_repository_that_is_larger_than_allowed_is_refused_and_nothing_of_it_is_kept()
    {
        using var client = _served.Client(new RepositoryOptions { MaxFetchBytes = 1 << 20 });

        IsFinal("Repositories:MaxFetchBytes is 1 MiB", await client.FailAsync());
        Assert.Empty(Directory.GetFiles(client.Folder, "pack-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_pack_without_an_end_is_stopped()
    {
        using var client = _served.Client(new RepositoryOptions { MaxFetchBytes = 1 << 20 });
        OnFetch(async context =>
        {
            await WriteAsync(context, "000dpackfile\n");
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await WriteAsync(context, "0009\u0001PACK0005\u0001");
            }
        });

        IsFinal("more than is fetched", await client.FailAsync());
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_tried_again_and_then_works()
    {
        var place = GitClient.Place();
        OnFetch(async context =>
        {
            await WriteAsync(context, "000dpackfile\n00ff\u0001PACK");
            context.Abort();
        });
        IsTransient("broke off", await _client.FailAsync(place));

        _server.Answer = _ => Task.FromResult(false);
        Assert.Equal(ServedRepository.Files, (await _client.ReadAsync(place)).Snapshot.Entries.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000dpackfile\n")]
    [InlineData("000dpackfile\n0000")]
    [InlineData("000dpackfile\n000a\u0001PACK\u00000000")]
    public async Task An_answer_that_ends_early_is_no_pack(string body)
    {
        OnFetch(context => WriteAsync(context, body));

        Assert.False((await _client.FailAsync()).IsFinal);
        Assert.Empty(Directory.GetDirectories(_client.Folder, "snapshots", SearchOption.AllDirectories).SelectMany(Directory.GetFiles));
    }

    [Fact]
    public async Task An_error_of_the_server_stays_in_the_log()
    {
        OnFetch(context => WriteAsync(context, "0027ERR the disk of /srv/git/7 is full\n"));

        var exception = await _client.FailAsync();

        IsTransient("a problem of its own", exception);
        Assert.DoesNotContain("/srv", exception.Message, StringComparison.Ordinal);
        Assert.Contains("/srv", exception.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        var arrived = new TaskCompletionSource();
        var time = new FakeTimeProvider();
        using var client = _served.Client(time: time);
        _server.Answer = async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var failing = client.FailAsync();
        await arrived.Task;
        time.Advance(TimeSpan.FromSeconds(61));

        IsTransient("stopped answering", await failing);
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_the_middle_is_given_up()
    {
        var arrived = new TaskCompletionSource();
        var time = new FakeTimeProvider();
        using var client = _served.Client(time: time);
        OnFetch(async context =>
        {
            await WriteAsync(context, "000dpackfile\n00ff\u0001PACK");
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var failing = client.FailAsync();
        await arrived.Task;
        while (!failing.IsCompleted)
        {
            // Until the client waits for what does not come.
            time.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        IsTransient("stopped answering", await failing);
    }

    [Fact]
    public async Task Who_is_told_to_stop_stops_at_once()
    {
        using var stop = new CancellationTokenSource();
        _server.Answer = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.ReadAsync(cancellationToken: stop.Token));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_said_to_be_ours()
    {
        await File.WriteAllTextAsync(_workshop.Beside("no-folder"), "");
        using var client = new GitClient(_server, _workshop.Beside("no-folder"), trusted: _server.Certificate);

        var exception = await client.FailAsync();

        IsTransient("cannot be kept", exception);
        Assert.DoesNotContain("no-folder", exception.Message, StringComparison.Ordinal);
    }

    private void Always(Action<HttpContext> answer) => _server.Answer = context =>
    {
        answer(context);
        return Task.FromResult(true);
    };

    /// <summary>Answers the request for the pack; what comes before, git answers.</summary>
    private void OnFetch(Func<HttpContext, Task> answer) => _server.Answer = async context =>
    {
        if (_server.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)) < 2)
        {
            return false;
        }

        context.Response.ContentType = "application/x-git-upload-pack-result";
        await answer(context);
        return true;
    };

    private static void Write(HttpContext context, string type, string body)
    {
        context.Response.ContentType = type;
        context.Response.Body.WriteAsync(System.Text.Encoding.Latin1.GetBytes(body)).AsTask().GetAwaiter().GetResult();
    }

    private static async Task WriteAsync(HttpContext context, string body)
    {
        await context.Response.Body.WriteAsync(System.Text.Encoding.Latin1.GetBytes(body));
        await context.Response.Body.FlushAsync();
    }

    private static void IsFinal(string message, RepositoryUnreadableException exception) => Is(true, message, exception);

    private static void IsTransient(string message, RepositoryUnreadableException exception) => Is(false, message, exception);

    private static void Is(bool isFinal, string message, RepositoryUnreadableException exception)
    {
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(isFinal, exception.IsFinal);
    }
}
