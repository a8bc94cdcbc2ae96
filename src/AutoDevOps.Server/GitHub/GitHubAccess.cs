using System.Security.Cryptography;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.GitHub;

/// <summary>Finds the token that a repository or a person is asked about with, keeps it fresh, and notes when GitHub refuses it.</summary>
internal sealed class GitHubAccess(
    Db db, Sealer sealer, GitHubOAuth oauth, GitHubApp app, GitHubLimits limits, ProcessIdentity process, TimeProvider time, ILogger<GitHubAccess> logger)
{
    public const string TokenPurpose = "github-token";
    public const string RefreshPurpose = "github-refresh-token";

    // A job's request must not outlive its token.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // For another process to be done with it, and for GitHub to answer.
    private static readonly TimeSpan RefreshPatience = TimeSpan.FromSeconds(45);

    private readonly SemaphoreSlim[] _refreshing = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Asks GitHub about a repository: as the installation that reaches it, or as the member who connected it.</summary>
    /// <param name="caller">A job or a member of the repository's organization.</param>
    /// <param name="purpose">What a token of an installation is for; a person's is for what they allowed.</param>
    /// <param name="ask">May run twice, if the token turns out to be stale.</param>
    /// <exception cref="GitHubException">There is no token, or GitHub does not do it; the database knows from then on what it should of the token.</exception>
    public async Task<T> ForRepositoryAsync<T>(
        Caller caller, Guid repositoryId, GitHubPurpose purpose, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var repository = (await db.QueryAsync<RepositoryRow>(caller, Sql.Repository, new { repositoryId }, cancellationToken)).SingleOrDefault()
            ?? throw new GitHubException(GitHubFailure.NotFound, "The repository is not connected any more.");
        if (repository.InstallationId is not { } installation)
        {
            return await AsPersonAsync(caller, repositoryId, ask, cancellationToken);
        }

        if (repository.IsSuspended)
        {
            throw new GitHubException(GitHubFailure.Forbidden, "The GitHub App was suspended or removed by the repository's owner. Install it again, or have an admin read the repository with their own account.") { IsOfToken = true };
        }

        if (repository.LimitedUntil is { } until)
        {
            limits.Note($"installation:{installation}", new DateTimeOffset(until));
        }

        try
        {
            return await ask(await app.TokenAsync(installation, repository.GithubId!.Value, purpose, repository.Permissions, cancellationToken));
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Unauthorized)
        {
            app.Forget(installation, repository.GithubId!.Value, purpose);
            return await ask(await app.TokenAsync(installation, repository.GithubId.Value, purpose, repository.Permissions, cancellationToken));
        }
        catch (GitHubException exception) when (exception is { Failure: GitHubFailure.RateLimited, RetryAt: { } retryAt })
        {
            if (caller.JobId is not null)
            {
                await db.InTransactionAsync(
                    caller, connection => connection.ExecuteAsync(Sql.LimitInstallation, new { installation, retryAt }), cancellationToken);
            }

            throw;
        }
    }

    /// <summary>Reads of a repository, and does no more than that.</summary>
    /// <inheritdoc cref="ForRepositoryAsync{T}(Caller, Guid, GitHubPurpose, Func{GitHubToken, Task{T}}, CancellationToken)"/>
    public Task<T> ForRepositoryAsync<T>(Caller caller, Guid repositoryId, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken) =>
        ForRepositoryAsync(caller, repositoryId, GitHubPurpose.Reading, ask, cancellationToken);

    /// <summary>Asks GitHub about a repository as the member who connected it, also where an installation reaches it.</summary>
    /// <exception cref="GitHubException">They have no token that works, or GitHub does not do it.</exception>
    public Task<T> ForConnectorAsync<T>(Caller caller, Guid repositoryId, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken) =>
        AsPersonAsync(caller, repositoryId, ask, cancellationToken);

    /// <summary>Asks GitHub as the signed-in person.</summary>
    /// <exception cref="GitHubException"><see cref="GitHubFailure.Unauthorized"/>: they have no token that works, and must sign in with GitHub.</exception>
    public Task<T> ForPersonAsync<T>(CurrentUser user, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken) =>
        AsPersonAsync(user.Caller, null, ask, cancellationToken);

    private async Task<T> AsPersonAsync<T>(Caller caller, Guid? repositoryId, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var row = await FindAsync(caller, repositoryId, cancellationToken);
            var identity = $"user:{row.UserId}";
            if (row.LimitedUntil is { } until)
            {
                limits.Note(identity, new DateTimeOffset(until));
            }

            try
            {
                return await ask(new GitHubToken(identity, Open(row)));
            }
            catch (GitHubException exception) when (exception.Failure is GitHubFailure.Unauthorized or GitHubFailure.RateLimited)
            {
                var isRevoked = exception.Failure == GitHubFailure.Unauthorized;
                var isThere = await db.InTransactionAsync(
                    caller, connection => connection.ExecuteScalarAsync<bool>(Sql.Note, new { row.Id, isRevoked, limitedUntil = exception.RetryAt }), cancellationToken);
                // Else another process has replaced the token in the meantime.
                if (isRevoked && !exception.IsOfToken && (isThere || !isFirst))
                {
                    throw await RefusedAsync(caller, repositoryId, exception, cancellationToken);
                }

                if (isThere || !isRevoked || !isFirst)
                {
                    throw;
                }
            }
        }
    }

    private async Task<TokenRow> FindAsync(Caller caller, Guid? repositoryId, CancellationToken cancellationToken)
    {
        var row = await ReadAsync(caller, repositoryId, cancellationToken);
        if (!IsEnding(row))
        {
            return row;
        }

        // What a token is refreshed with serves once: of two that need it, the second finds what the first got.
        var gate = _refreshing[(row.UserId.GetHashCode() & int.MaxValue) % _refreshing.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            row = await ReadAsync(caller, repositoryId, cancellationToken);
            if (IsEnding(row))
            {
                await RefreshAsync(row.Id);
                row = await ReadAsync(caller, repositoryId, cancellationToken);
            }

            return row;
        }
        finally
        {
            gate.Release();
        }
    }

    private bool IsEnding(TokenRow row) => row.ExpiresAt is { } expires && expires - time.GetUtcNow().UtcDateTime <= Margin;

    private async Task<TokenRow> ReadAsync(Caller caller, Guid? repositoryId, CancellationToken cancellationToken) =>
        (await db.QueryAsync<TokenRow>(caller, Sql.Find, new { repositoryId }, cancellationToken)).SingleOrDefault() is { RevokedAt: null } row
            ? row
            : repositoryId is null
                ? throw new GitHubException(GitHubFailure.Unauthorized, "Sign in with GitHub first.") { IsOfToken = true }
                : throw await RefusedAsync(caller, repositoryId, null, cancellationToken);

    /// <summary>GitHub takes no token of this person any more: who must do what.</summary>
    private async Task<GitHubException> RefusedAsync(Caller caller, Guid? repositoryId, GitHubException? refused, CancellationToken cancellationToken)
    {
        if (repositoryId is null)
        {
            return new GitHubException(GitHubFailure.Unauthorized, "GitHub no longer accepts the token that it gave for you. Sign in with GitHub again.", inner: refused) { IsOfToken = true };
        }

        var why = refused is null ? "There is no token of GitHub any more for" : "GitHub no longer accepts the token of";
        var login = (await db.QueryAsync<string>(caller, Sql.Connector, new { repositoryId }, cancellationToken)).SingleOrDefault();
        return new GitHubException(
            GitHubFailure.Unauthorized,
            login is null
                ? "Nobody's token reaches the repository any more. An admin of the organization must sign in with GitHub and have it read with their account."
                : $"{why} {login}, who connected the repository. {login} must sign in with GitHub again, or another admin have it read with their account.",
            inner: refused)
        {
            IsOfToken = true,
        };
    }

    // GitHub gives it once, and takes the former token back: it is stored whatever becomes of who needed it, and as the process, whose rights do not
    // end in the middle. Who may use the token was asked before.
    private async Task RefreshAsync(Guid tokenId)
    {
        using var timeout = new CancellationTokenSource(RefreshPatience, time);
        try
        {
            await db.InTransactionAsync(process.Caller, connection => RefreshAsync(connection, tokenId, timeout.Token), CancellationToken.None);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested)
        {
            throw new GitHubException(GitHubFailure.Unavailable, $"The token of GitHub was not refreshed within {RefreshPatience.TotalSeconds:0} seconds.", inner: exception);
        }
    }

    private async Task RefreshAsync(NpgsqlConnection connection, Guid tokenId, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<RefreshRow>(new CommandDefinition(Sql.Lock, new { tokenId }, cancellationToken: cancellationToken));
        if (row is null)
        {
            // Another process has refreshed it while this one waited, or its person has signed in anew.
            return;
        }

        if (row.RefreshEnvelope is null || row.RefreshExpiresAt <= time.GetUtcNow().UtcDateTime)
        {
            throw new GitHubException(GitHubFailure.Unauthorized, "The token of GitHub has expired. Sign in with GitHub again.") { IsOfToken = true };
        }

        OAuthToken given;
        try
        {
            given = await oauth.RefreshAsync(Open(row.RefreshEnvelope, RefreshPurpose, tokenId), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Rejected)
        {
            // What the former token is still good for, GitHub says when it is used.
            logger.LogWarning("GitHub did not refresh a token: {Why}", exception.Message);
            return;
        }

        var id = Guid.CreateVersion7();
        var isStored = await connection.ExecuteScalarAsync<bool>(Sql.Replace, new
        {
            tokenId,
            replacement = id,
            envelope = sealer.Seal(given.Value, TokenPurpose, id),
            given.ExpiresAt,
            refreshEnvelope = given.RefreshToken is { } refresh ? sealer.Seal(refresh, RefreshPurpose, id) : null,
            given.RefreshExpiresAt,
        });
        if (!isStored)
        {
            // Its person has signed in anew or unlinked their account meanwhile: nobody will use what came.
            logger.LogWarning("A token of GitHub was replaced or deleted while it was refreshed.");
            await oauth.TryRevokeAsync(given.Value, cancellationToken);
        }
    }

    private string Open(TokenRow row) => Open(row.Envelope, TokenPurpose, row.Id);

    private string Open(byte[] envelope, string purpose, Guid place)
    {
        try
        {
            return sealer.Open(envelope, purpose, place);
        }
        catch (CryptographicException exception)
        {
            throw new GitHubException(GitHubFailure.Unauthorized, "The stored token of GitHub cannot be opened with this installation's keys. Sign in with GitHub again.", inner: exception) { IsOfToken = true };
        }
    }

    private sealed record TokenRow(Guid Id, Guid UserId, byte[] Envelope, DateTime? ExpiresAt, DateTime? RevokedAt, DateTime? LimitedUntil);

    private sealed record RefreshRow(byte[]? RefreshEnvelope, DateTime? RefreshExpiresAt);

    private sealed record RepositoryRow(long? GithubId, long? InstallationId, bool IsSuspended, DateTime? LimitedUntil, string? Permissions);

    private static class Sql
    {
        public const string Repository = """
            SELECT repository.github_id AS "GithubId", repository.installation_id AS "InstallationId",
                   repository.installation_id IS NOT NULL AND (installation.installation_id IS NULL
                     OR installation.suspended_at IS NOT NULL OR installation.removed_at IS NOT NULL) AS "IsSuspended",
                   installation.limited_until AS "LimitedUntil", installation.permissions::text AS "Permissions"
            FROM repositories AS repository
            LEFT JOIN github_installations AS installation
              ON installation.organization_id = repository.organization_id AND installation.installation_id = repository.installation_id
            WHERE repository.id = @repositoryId::uuid
            """;

        public const string LimitInstallation =
            "UPDATE github_installations SET limited_until = @retryAt::timestamptz WHERE installation_id = @installation";

        public const string Find = """
            SELECT id AS "Id", user_id AS "UserId", envelope AS "Envelope", expires_at AS "ExpiresAt", revoked_at AS "RevokedAt", limited_until AS "LimitedUntil"
            FROM app.github_token(@repositoryId::uuid)
            """;

        public const string Connector = """
            SELECT users.login FROM repositories JOIN users ON users.id = repositories.connected_by WHERE repositories.id = @repositoryId::uuid
            """;

        public const string Note = "SELECT app.note_github_token(@Id::uuid, @isRevoked::boolean, @limitedUntil::timestamptz)";

        public const string Lock = """
            SELECT refresh_envelope AS "RefreshEnvelope", refresh_expires_at AS "RefreshExpiresAt" FROM app.lock_github_token(@tokenId::uuid)
            """;

        public const string Replace =
            "SELECT app.replace_github_token(@tokenId::uuid, @replacement::uuid, @envelope::bytea, @ExpiresAt::timestamptz, @refreshEnvelope::bytea, @RefreshExpiresAt::timestamptz)";
    }
}
