using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Shows one repository.</summary>
public static class GetRepository
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/repositories/{repositoryId:guid}", HandleAsync).WithName(nameof(GetRepository)).WithTags("repositories").WithEntityTag();

    internal static async Task<Results<Ok<RepositoryResponse>, NotFound>> HandleAsync(
        Guid repositoryId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var found = await db.InTransactionAsync(
            user.Caller, connection => connection.QuerySingleOrDefaultAsync<RepositoryResponse>(Sql.Find, new { repositoryId }), cancellationToken);
        return found is null ? TypedResults.NotFound() : TypedResults.Ok(found);
    }

    private static class Sql
    {
        public const string Find = $"SELECT {RepositoryResponse.Columns} FROM repositories {RepositoryResponse.Latest} WHERE repositories.id = @repositoryId::uuid";
    }
}
