using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Connects a folder of this machine or a git address. Connecting it again gives the same repository.</summary>
public static class ConnectRepository
{
    public enum Source
    {
        Local,
        Git,
    }

    /// <param name="Location">The path of a folder, or an https address that git clone takes.</param>
    /// <param name="Name">What to call it; else the last part of the location.</param>
    /// <param name="OrganizationId">May be left out by a member of one organization.</param>
    public sealed record Request(
        [property: JsonRequired] Source Source,
        [property: Required, StringLength(2000, MinimumLength = 1)] string Location,
        [property: StringLength(200, MinimumLength = 1)] string? Name = null,
        Guid? OrganizationId = null);

    public sealed record Response(Guid Id, Guid OrganizationId, string Name);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/repositories", HandleAsync).WithName(nameof(ConnectRepository)).WithTags("repositories");

    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories", HandleFormAsync);

    internal static async Task<Results<Created<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, Db db, IOptions<RepositoryOptions> options,
        [FromHeader(Name = IdempotencyKey.Header), StringLength(IdempotencyKey.MaxLength)] string? idempotencyKey,
        CancellationToken cancellationToken)
    {
        var (location, error) = Check(request, options.Value);
        if (location is null)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var (answer, problem) = await db.InTransactionAsync<(Response?, string?)>(
            user.Caller,
            async connection =>
            {
                var organizations = (await connection.QueryAsync<Guid>(Sql.Organizations, new { organizationId = request.OrganizationId })).ToList();
                if (organizations.Count != 1)
                {
                    return (null, organizations.Count == 0 ? null : "You are a member of several organizations: say which with organization_id.");
                }

                var (made, conflict) = await IdempotencyKey.OnceAsync(
                    connection, organizations[0], user.Id, idempotencyKey, nameof(ConnectRepository), request,
                    () => ConnectAsync(connection, organizations[0], request.Source, location, request.Name));
                return (made, conflict ? IdempotencyKey.ConflictDetail : null);
            },
            cancellationToken);
        return answer is not null ? TypedResults.Created($"/api/v1/repositories/{answer.Id}", answer)
            : problem is not null ? TypedResults.Problem(problem, statusCode: StatusCodes.Status422UnprocessableEntity)
            : TypedResults.NotFound();
    }

    /// <summary>Connects what the page's one field says, and starts the first analysis, as the page promises.</summary>
    internal static async Task<IResult> HandleFormAsync(
        HttpRequest form, CurrentUser user, Db db, JobQueue jobs, IOptions<RepositoryOptions> options, CancellationToken cancellationToken)
    {
        var fields = await form.ReadFormAsync(cancellationToken);
        var typed = fields["location"].ToString().Trim();
        var isAddress = typed.Contains("://", StringComparison.Ordinal) || (typed.Contains('@', StringComparison.Ordinal) && !Path.IsPathFullyQualified(typed));
        var isFolder = options.Value.AllowLocalFolders && !isAddress;
        var request = new Request(isFolder ? Source.Local : Source.Git, typed);
        var (location, error) = Check(request, options.Value);
        if (location is null)
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest);
        }

        var wanted = Guid.TryParse(fields["organization_id"], out var given) ? given : (Guid?)null;
        var (answer, problem) = await db.InTransactionAsync<(Response?, ProblemHttpResult?)>(
            user.Caller,
            async connection =>
            {
                var organizations = (await connection.QueryAsync<Guid>(Sql.ManagedOrganizations, new { wanted })).ToList();
                if (organizations.Count != 1)
                {
                    return (null, organizations.Count == 0
                        ? TypedResults.Problem("Only admins of an organization connect repositories.", statusCode: StatusCodes.Status403Forbidden)
                        : TypedResults.Problem("You manage several organizations: choose the one that gets the repository.", statusCode: StatusCodes.Status422UnprocessableEntity));
                }

                var connected = await ConnectAsync(connection, organizations[0], request.Source, location, name: null);
                await StartAnalysis.QueueAsync(connection, jobs, organizations[0], user.Id, new StartAnalysis.Request(connected.Id));
                return (connected, null);
            },
            cancellationToken);
        return answer is null ? problem! : new SeeOther($"/repositories/{answer.Id}");
    }

    /// <summary>Connects a checked location, in the caller's transaction.</summary>
    internal static async Task<Response> ConnectAsync(
        NpgsqlConnection connection, Guid organizationId, Source source, string location, string? name)
    {
        var (id, called) = await connection.QuerySingleAsync<(Guid, string)>(Sql.Upsert, new
        {
            id = Guid.CreateVersion7(),
            organizationId,
            source = source == Source.Local ? "local" : "git",
            location,
            name = name ?? RepositoryLocation.NameOf(location),
            isGiven = name is not null,
        });
        await connection.ExecuteAsync(Sql.Audit, new { organizationId, target = id.ToString() });
        return new Response(id, organizationId, called);
    }

    private static (string? Location, string? Error) Check(Request request, RepositoryOptions options) =>
        request.Source == Source.Git ? RepositoryLocation.GitAddress(request.Location, options.AllowPrivateNetworks)
        : !options.AllowLocalFolders ? (null, "Folders can be connected only where autodevops-server runs for one person: with the command up.")
        : !Path.IsPathFullyQualified(request.Location) ? (null, "Give the full path of a folder, or a git address that begins with https://")
        : RepositoryLocation.Folder(request.Location);

    private static class Sql
    {
        public const string Organizations =
            "SELECT id FROM organizations WHERE @organizationId::uuid IS NULL OR id = @organizationId::uuid ORDER BY id LIMIT 2";

        public const string ManagedOrganizations = """
            SELECT id FROM organizations
            WHERE id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AND (@wanted::uuid IS NULL OR id = @wanted::uuid)
            ORDER BY id LIMIT 2
            """;

        public const string Upsert = """
            INSERT INTO repositories (id, organization_id, source, location, name)
            VALUES (@id, @organizationId, @source, @location, @name)
            ON CONFLICT (organization_id, source, location) DO UPDATE
                SET disconnected_at = NULL,
                    name = CASE WHEN @isGiven THEN EXCLUDED.name ELSE repositories.name END,
                    connected_at = CASE WHEN repositories.disconnected_at IS NULL THEN repositories.connected_at ELSE now() END
            RETURNING id, name
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, 'repository.connected', @target, '{}')";
    }
}
