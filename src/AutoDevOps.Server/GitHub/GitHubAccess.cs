using System.Security.Cryptography;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;

namespace AutoDevOps.Server.GitHub;

/// <summary>Finds the token that a repository or a person is asked about with, keeps it fresh, and notes when GitHub refuses it.</summary>
internal sealed class GitHubAccess(Db db, Sealer sealer, GitHubOAuth oauth, GitHubApp app, GitHubLimits limits, TimeProvider time)
{
    public const string TokenPurpose = "github-token";
    public const string RefreshPurpose = "github-refresh-token";

    // A job's request must not outlive its token.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim[] _refreshing = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Asks GitHub about a repository: as the installation that reaches it, or as the member who connected it.</summary>
    /// <param name="caller">A job or a member of the repository's organization.</param>
    /// <param name="ask">May run twice, if the token turns out to be stale.</param>
    /// <exception cref="GitHubException">There is no token, or GitHub does not do it; the database knows from then on what it should of the token.</exception>
    public async Task<T> ForRepositoryAsync<T>(Caller caller, Guid repositoryId, Func<GitHubToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var repository = (await db.QueryAsync<RepositoryRow>(caller, Sql.Repository, new { repositoryId }, cancellationToken)).SingleOrDefault()
            ?? throw new GitHubException(GitHubFailure.NotFound, "The repository is not connected any more.");
        if (repository.InstallationId is not { } installation)
        {
            return await AsPersonAsync(caller, repositoryId, ask, cancellationToken);
        }

        if (repository.IsSuspended)
        {
            throw new GitHubException(GitHubFailure.Forbidden, "The GitHub App was suspended or removed by the repository's owner. Install it again, or sign in with GitHub and connect the repository anew.");
        }

        if (repository.LimitedUntil is { } until)
        {
            limits.Note($"installation:{installation}", new DateTimeOffset(until));
        }

        try
        {
            return await ask(await app.TokenAsync(installation, repository.GithubId!.Value, cancellationToken));
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Unauthorized)
        {
            app.Forget(installation, repository.GithubId!.Value);
            return await ask(await app.TokenAsync(installation, repository.GithubId.Value, cancellationToken));
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
                await RefreshAsync(caller, row, cancellationToken);
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
            : throw new GitHubException(
                GitHubFailure.Unauthorized,
                repositoryId is null ? "Sign in with GitHub first." : "Nobody's token reaches the repository any more. An admin of the organization must sign in with GitHub and connect it again.");

    private async Task RefreshAsync(Caller caller, TokenRow row, CancellationToken cancellationToken)
    {
        if (row.RefreshEnvelope is null || row.RefreshExpiresAt <= time.GetUtcNow().UtcDateTime)
        {
            throw new GitHubException(GitHubFailure.Unauthorized, "The token of GitHub has expired. Sign in with GitHub again.");
        }

        OAuthToken given;
        try
        {
            given = await oauth.RefreshAsync(Open(row.RefreshEnvelope, RefreshPurpose, row.Id), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Rejected)
        {
            // Another process may have used it a moment ago; then the row is another already.
            return;
        }

        var id = Guid.CreateVersion7();
        await db.InTransactionAsync(
            caller,
            connection => connection.ExecuteAsync(Sql.Replace, new
            {
                row.Id,
                replacement = id,
                envelope = sealer.Seal(given.Value, TokenPurpose, id),
                given.ExpiresAt,
                refreshEnvelope = given.RefreshToken is { } refresh ? sealer.Seal(refresh, RefreshPurpose, id) : null,
                given.RefreshExpiresAt,
            }),
            cancellationToken);
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
            throw new GitHubException(GitHubFailure.Unauthorized, "The stored token of GitHub cannot be opened with this installation's keys. Sign in with GitHub again.", inner: exception);
        }
    }

    private sealed record TokenRow(
        Guid Id, Guid UserId, byte[] Envelope, byte[]? RefreshEnvelope, DateTime? ExpiresAt, DateTime? RefreshExpiresAt, DateTime? RevokedAt, DateTime? LimitedUntil);

    private sealed record RepositoryRow(long? GithubId, long? InstallationId, bool IsSuspended, DateTime? LimitedUntil);

    private static class Sql
    {
        public const string Repository = """
            SELECT repository.github_id AS "GithubId", repository.installation_id AS "InstallationId",
                   repository.installation_id IS NOT NULL AND (installation.installation_id IS NULL
                     OR installation.suspended_at IS NOT NULL OR installation.removed_at IS NOT NULL) AS "IsSuspended",
                   installation.limited_until AS "LimitedUntil"
            FROM repositories AS repository
            LEFT JOIN github_installations AS installation
              ON installation.organization_id = repository.organization_id AND installation.installation_id = repository.installation_id
            WHERE repository.id = @repositoryId::uuid
            """;

        public const string LimitInstallation =
            "UPDATE github_installations SET limited_until = @retryAt::timestamptz WHERE installation_id = @installation";

        public const string Find = """
            SELECT id AS "Id", user_id AS "UserId", envelope AS "Envelope", refresh_envelope AS "RefreshEnvelope", expires_at AS "ExpiresAt",
                   refresh_expires_at AS "RefreshExpiresAt", revoked_at AS "RevokedAt", limited_until AS "LimitedUntil"
            FROM app.github_token(@repositoryId::uuid)
            """;

        public const string Note = "SELECT app.note_github_token(@Id::uuid, @isRevoked::boolean, @limitedUntil::timestamptz)";

        public const string Replace =
            "SELECT app.replace_github_token(@Id::uuid, @replacement::uuid, @envelope::bytea, @ExpiresAt::timestamptz, @refreshEnvelope::bytea, @RefreshExpiresAt::timestamptz)";
    }
}
