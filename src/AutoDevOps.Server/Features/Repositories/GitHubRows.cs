using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Writes what GitHub said of a repository, and puts in line what follows from it.</summary>
internal static class GitHubRows
{
    /// <summary>Connects it, or again: it is known by GitHub's id, so that a new name makes no second row.</summary>
    /// <param name="connection">In a transaction of an admin of the organization.</param>
    public static async Task<Guid> ConnectAsync(
        NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid userId, GitHubRepositoryAnswer repository, long? installation)
    {
        await MakeRoomAsync(connection, jobs, organizationId, repository);
        var id = await connection.QuerySingleAsync<Guid>(Sql.Upsert, new
        {
            id = Guid.CreateVersion7(),
            organizationId,
            location = repository.FullName,
            githubId = repository.Id,
            repository.Name,
            repository.DefaultBranch,
            repository.Archived,
            isPrivate = repository.Private,
            userId,
            installation,
        });
        await connection.ExecuteAsync(Sql.Audit, new { organizationId, action = "repository.connected", target = id.ToString(), detail = "{}" });
        return id;
    }

    /// <summary>Writes what a look at GitHub found.</summary>
    /// <param name="branches">As JSON.</param>
    /// <returns>Whether it has another place than before.</returns>
    public static async Task<bool> UpdateAsync(
        NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid id, string before, GitHubRepositoryAnswer repository, long? installation, string branches)
    {
        await MakeRoomAsync(connection, jobs, organizationId, repository);
        await connection.ExecuteAsync(Sql.Update, new
        {
            id,
            location = repository.FullName,
            repository.Name,
            repository.DefaultBranch,
            repository.Archived,
            isPrivate = repository.Private,
            installation,
            branches,
        });
        if (before == repository.FullName)
        {
            return false;
        }

        var detail = StoredJson.Write(new { from = before, to = repository.FullName });
        await connection.ExecuteAsync(Sql.Audit, new { organizationId, action = "repository.moved", target = id.ToString(), detail });
        return true;
    }

    /// <summary>Puts in line what a newly connected repository needs: a look at it, and a hook unless the GitHub App tells of it already.</summary>
    public static async Task FollowAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid? userId, Guid id, bool hasInstallation)
    {
        await jobs.EnqueueAsync(connection, organizationId, new SyncRepository.Args(id), SyncRepository.Key(id), requestedBy: userId);
        await HookAsync(connection, jobs, organizationId, userId, id, isWanted: !hasInstallation);
    }

    /// <summary>Has GitHub asked soon what has become of a repository, if that is what a job failed of: its name leads elsewhere.</summary>
    public static async Task SyncIfMovedAsync(NpgsqlConnection connection, Guid id, Exception? failure)
    {
        if (failure is GitHubException { Failure: GitHubFailure.Moved })
        {
            await connection.ExecuteAsync(Sql.SyncSoon, new { id });
        }
    }

    /// <summary>Puts in line that GitHub is asked about it, as something has happened.</summary>
    public static Task SyncAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid id) =>
        jobs.EnqueueAsync(connection, organizationId, new SyncRepository.Args(id), SyncRepository.Key(id), isBounded: false);

    /// <summary>Puts in line that the repository's own hook is made or removed. Whatever the backlog: what it is about has happened.</summary>
    public static async Task HookAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, Guid? userId, Guid id, bool isWanted)
    {
        if (isWanted)
        {
            await jobs.EnqueueAsync(connection, organizationId, new ConnectWebhook.Args(id), ConnectWebhook.Key(id), requestedBy: userId, isBounded: false);
        }
        else
        {
            await jobs.EnqueueAsync(connection, organizationId, new RemoveWebhook.Args(id), RemoveWebhook.Key(id), requestedBy: userId, isBounded: false);
        }
    }

    // A name that was freed and taken again: whoever has it here has another name by now, which its own look will find. "~" is in no name.
    private static async Task MakeRoomAsync(NpgsqlConnection connection, JobQueue jobs, Guid organizationId, GitHubRepositoryAnswer repository)
    {
        // Of two that rename crosswise, one after the other.
        await connection.ExecuteAsync(Sql.Lock, new { organizationId });
        var others = (await connection.QueryAsync<Guid>(Sql.MakeRoom, new { organizationId, location = repository.FullName, githubId = repository.Id })).AsList();
        foreach (var other in others)
        {
            await SyncAsync(connection, jobs, organizationId, other);
        }
    }

    private static class Sql
    {
        public const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended('app.github_names:' || @organizationId::uuid, 7))";

        public const string MakeRoom = """
            UPDATE repositories SET location = location || '~' || coalesce(github_id::text, id::text)
            WHERE organization_id = @organizationId::uuid AND source = 'github' AND lower(location) = lower(@location) AND github_id IS DISTINCT FROM @githubId::bigint
            RETURNING id
            """;

        public const string Upsert = """
            INSERT INTO repositories (id, organization_id, source, location, github_id, name, default_branch, archived, is_private, connected_by, installation_id,
                github_state, sync_at)
            VALUES (@id, @organizationId, 'github', @location, @githubId, @Name, @DefaultBranch, @Archived, @isPrivate, @userId, @installation, 'ok', app.now() + interval '1 day')
            ON CONFLICT (organization_id, github_id) WHERE source = 'github' DO UPDATE
                SET location = excluded.location, name = excluded.name, default_branch = excluded.default_branch, archived = excluded.archived,
                    is_private = excluded.is_private, connected_by = excluded.connected_by, installation_id = excluded.installation_id,
                    github_state = 'ok', sync_at = excluded.sync_at, disconnected_at = NULL,
                    connected_at = CASE WHEN repositories.disconnected_at IS NULL THEN repositories.connected_at ELSE now() END
            RETURNING id
            """;

        public const string Update = """
            UPDATE repositories
            SET location = @location, name = @Name, default_branch = coalesce(@DefaultBranch, default_branch), archived = @Archived, is_private = @isPrivate,
                installation_id = @installation::bigint, github_state = 'ok', branches = @branches::jsonb, synced_at = app.now()
            WHERE id = @id::uuid
            """;

        public const string SyncSoon = "UPDATE repositories SET sync_at = app.now() WHERE id = @id::uuid AND disconnected_at IS NULL";

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, @action, @target, @detail::jsonb)";
    }
}
