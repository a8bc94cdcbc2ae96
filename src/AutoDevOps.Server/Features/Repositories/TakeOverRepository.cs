using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has a repository of GitHub read with the account of whoever asks, from now on: when the one who connected it has left, or may not
/// read it any more.</summary>
public static class TakeOverRepository
{
    /// <param name="ConnectedBy">The login of whose account it is read with now.</param>
    public sealed record Response(string ConnectedBy);

    private const string Address = "/repositories/{repositoryId:guid}/take-over";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Address, HandleAsync).WithName(nameof(TakeOverRepository)).WithTags("repositories");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost(Address, SubmitAsync);

    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid repositoryId, CurrentUser user, Work work, CancellationToken cancellationToken) => await work.DoAsync(repositoryId, user, cancellationToken);

    internal static async Task<IResult> SubmitAsync(Guid repositoryId, CurrentUser user, Work work, CancellationToken cancellationToken)
    {
        var answer = await work.DoAsync(repositoryId, user, cancellationToken);
        return answer.Result is Ok<Response> ? new SeeOther($"/repositories/{repositoryId}") : answer.Result;
    }

    /// <summary>Does it: asks GitHub as the person first.</summary>
    internal sealed class Work(Db db, JobQueue jobs, GitHubAccess access, GitHubClient client, GitHubInstallations installations)
    {
        public async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> DoAsync(Guid repositoryId, CurrentUser user, CancellationToken cancellationToken)
        {
            var row = (await db.QueryAsync<Row>(user.Caller, Sql.Find, new { repositoryId }, cancellationToken)).SingleOrDefault();
            if (row is null)
            {
                return TypedResults.NotFound();
            }

            if (!row.MayManage)
            {
                return TypedResults.Problem("Only admins of the organization say with whose account a repository is read.", statusCode: StatusCodes.Status403Forbidden);
            }

            if (row.GithubId is not { } id)
            {
                return TypedResults.Problem("Only what was connected from GitHub is read with somebody's account.", statusCode: StatusCodes.Status422UnprocessableEntity);
            }

            try
            {
                var repository = await access.ForPersonAsync(
                    user, token => client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Of($"repositories/{id}"), cancellationToken), cancellationToken);
                var installation = await installations.ReachingAsync(user.Caller, row.OrganizationId, repository, cancellationToken);
                await db.InTransactionAsync(user.Caller, connection => WriteAsync(connection, row, repositoryId, user, installation), cancellationToken);
                return TypedResults.Ok(new Response(user.Login));
            }
            catch (GitHubException exception) when (exception is { Failure: GitHubFailure.NotFound or GitHubFailure.Forbidden, IsOfToken: false })
            {
                return TypedResults.Problem(
                    $"GitHub does not let you read {row.Location}, or it is not there any more: nothing was changed.", statusCode: StatusCodes.Status403Forbidden);
            }
        }

        private async Task<bool> WriteAsync(Npgsql.NpgsqlConnection connection, Row row, Guid repositoryId, CurrentUser user, long? installation)
        {
            if (await connection.ExecuteAsync(Sql.Change, new { repositoryId, userId = user.Id, installation }) == 1)
            {
                await connection.ExecuteAsync(Sql.Audit, new { row.OrganizationId, target = repositoryId.ToString() });
                await GitHubRows.FollowAsync(connection, jobs, row.OrganizationId, user.Id, repositoryId, hasInstallation: installation is not null);
            }

            return true;
        }
    }

    private sealed record Row(Guid OrganizationId, string Location, long? GithubId, bool MayManage);

    private static class Sql
    {
        public const string Find = """
            SELECT organization_id AS "OrganizationId", location AS "Location", github_id AS "GithubId",
                   organization_id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage"
            FROM repositories WHERE id = @repositoryId::uuid AND disconnected_at IS NULL
            """;

        public const string Change = """
            UPDATE repositories SET connected_by = @userId::uuid, installation_id = @installation::bigint, github_state = 'ok'
            WHERE id = @repositoryId::uuid AND disconnected_at IS NULL
            """;

        public const string Audit = "SELECT app.write_audit(@OrganizationId::uuid, 'repository.taken_over', @target, '{}')";
    }
}
