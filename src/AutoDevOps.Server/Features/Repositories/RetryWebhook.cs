using AutoDevOps.Server.Data;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Has the hook of a repository made again, with a new secret: after what was in the way is out of it.</summary>
public static class RetryWebhook
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/repositories/{repositoryId:guid}/webhook", HandleAsync).WithName(nameof(RetryWebhook)).WithTags("repositories");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories/{repositoryId:guid}/webhook", SubmitAsync);

    internal static Task<Results<Accepted<StartSync.Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        StartSync.QueueAsync(
            repositoryId, user, db, jobs, new ConnectWebhook.Args(repositoryId), ConnectWebhook.Key(repositoryId), mustManage: true,
            "Only admins of the organization connect and disconnect repositories.", cancellationToken);

    internal static async Task<IResult> SubmitAsync(Guid repositoryId, CurrentUser user, Db db, JobQueue jobs, CancellationToken cancellationToken) =>
        StartSync.Shown(repositoryId, await HandleAsync(repositoryId, user, db, jobs, cancellationToken));
}
