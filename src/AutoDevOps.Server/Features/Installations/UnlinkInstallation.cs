using AutoDevOps.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Forgets an installation of the GitHub App. On GitHub it stays until it is uninstalled there.</summary>
public static class UnlinkInstallation
{
    private const string Address = "/organizations/{organizationId:guid}/github/installations/{installationId:long}";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete(Address, HandleAsync).WithName(nameof(UnlinkInstallation)).WithTags("github");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost(Address + "/unlink", SubmitAsync);

    internal static async Task<Results<NoContent, NotFound, ProblemHttpResult>> HandleAsync(
        Guid organizationId, long installationId, CurrentUser user, InstallationWriter writer, CancellationToken cancellationToken)
    {
        var (isVisible, mayManage, wasThere) = await writer.RemoveAsync(user, organizationId, installationId, cancellationToken);
        return isVisible && !mayManage
            ? TypedResults.Problem("Only admins of the organization unlink installations.", statusCode: StatusCodes.Status403Forbidden)
            : wasThere ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    internal static async Task<IResult> SubmitAsync(
        Guid organizationId, long installationId, CurrentUser user, InstallationWriter writer, CancellationToken cancellationToken) =>
        (await HandleAsync(organizationId, installationId, user, writer, cancellationToken)).Result is var answer && answer is NoContent
            ? new SeeOther(InstallApp.Page)
            : answer;
}
