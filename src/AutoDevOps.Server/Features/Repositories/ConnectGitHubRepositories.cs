using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Jobs;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoDevOps.Server.Features.Repositories;

/// <summary>Connects repositories of GitHub, each for itself: what is wrong with one keeps no other out. Connecting one again, under
/// whatever name, gives the same repository.</summary>
public static partial class ConnectGitHubRepositories
{
    /// <summary>How many at once.</summary>
    public const int MaxCount = 100;

    private const int AtOnce = 4;

    /// <param name="Repositories">Each as <c>owner/name</c>; at most 100.</param>
    /// <param name="OrganizationId">May be left out by who manages one organization.</param>
    public sealed record Request(
        [property: JsonRequired, MinLength(1), MaxLength(MaxCount)] IReadOnlyList<string> Repositories,
        Guid? OrganizationId = null);

    public sealed record Response(Guid OrganizationId, IReadOnlyList<Result> Results);

    /// <param name="Repository">As it was asked for.</param>
    /// <param name="RepositoryId">Null when it was not connected.</param>
    /// <param name="AnalysisId">The first analysis, which was started; null when none was.</param>
    /// <param name="Problem">Why it was not connected, or what of it did not work.</param>
    public sealed record Result(string Repository, Guid? RepositoryId, Guid? AnalysisId, string? Problem);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/github/repositories", HandleAsync).WithName(nameof(ConnectGitHubRepositories)).WithTags("github");

    /// <summary>The boxes of the page: the field <c>repository</c>, once for each, and <c>organization_id</c>.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost("/repositories/github", SubmitAsync);

    internal static async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> HandleAsync(
        Request request, CurrentUser user, Work work,
        [FromHeader(Name = IdempotencyKey.Header), StringLength(IdempotencyKey.MaxLength)] string? idempotencyKey,
        CancellationToken cancellationToken) =>
        await work.DoAsync(request, user, idempotencyKey, cancellationToken);

    internal static async Task<IResult> SubmitAsync(HttpContext http, CurrentUser user, Work work, CancellationToken cancellationToken)
    {
        var fields = await http.Request.ReadFormAsync(cancellationToken);
        var names = fields["repository"].OfType<string>().Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count is 0 or > MaxCount)
        {
            return TypedResults.Problem(
                names.Count == 0 ? "Choose at least one repository." : $"Choose at most {MaxCount} repositories at once.", statusCode: StatusCodes.Status400BadRequest);
        }

        var wanted = Guid.TryParse(fields["organization_id"], out var given) ? given : (Guid?)null;
        var answer = (await work.DoAsync(new Request(names, wanted), user, idempotencyKey: null, cancellationToken)).Result;
        if (answer is not Ok<Response> { Value: { } done })
        {
            return answer;
        }

        if (done.Results.All(result => result.Problem is null))
        {
            return new SeeOther(done.Results is [var only] ? $"/repositories/{only.RepositoryId}" : "/repositories");
        }

        http.Features.Set(done);
        return new RazorComponentResult<App>();
    }

    /// <summary>Whether a text can be the name of a repository on GitHub.</summary>
    internal static bool IsFullName(string text) => FullName().IsMatch(text) && text.Split('/')[1] is not ("." or "..");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,100}/[A-Za-z0-9._-]{1,100}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex FullName();

    /// <summary>Does it: looks each up as the person, then writes what was found in one transaction.</summary>
    internal sealed class Work(Db db, JobQueue jobs, GitHubAccess access, GitHubClient client, GitHubInstallations installations, IOptions<GitHubOptions> options)
    {
        public async Task<Results<Ok<Response>, NotFound, ProblemHttpResult>> DoAsync(
            Request request, CurrentUser user, string? idempotencyKey, CancellationToken cancellationToken)
        {
            var (organization, refusal) = await FindOrganizationAsync(user, request.OrganizationId, cancellationToken);
            if (organization is not { } chosen)
            {
                return refusal is null ? TypedResults.NotFound() : refusal;
            }

            var names = request.Repositories.Select(name => StoredJson.Clean(name?.Trim() ?? "")).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            var seen = new ConcurrentDictionary<string, Seen>(StringComparer.OrdinalIgnoreCase);
            await Parallel.ForEachAsync(
                names, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (name, token) => seen[name] = await LookAsync(user, chosen, name, token));
            var (answer, conflict) = await db.InTransactionAsync(
                user.Caller,
                connection => IdempotencyKey.OnceAsync(
                    connection, chosen, user.Id, idempotencyKey, nameof(ConnectGitHubRepositories), request,
                    async () =>
                    {
                        List<Result> results = [];
                        foreach (var name in names)
                        {
                            results.Add(await ConnectAsync(connection, chosen, user.Id, name, seen[name]));
                        }

                        return new Response(chosen, results);
                    }),
                cancellationToken);
            return conflict ? TypedResults.Problem(IdempotencyKey.ConflictDetail, statusCode: StatusCodes.Status422UnprocessableEntity) : TypedResults.Ok(answer!);
        }

        private async Task<(Guid? Organization, ProblemHttpResult? Refusal)> FindOrganizationAsync(CurrentUser user, Guid? wanted, CancellationToken cancellationToken)
        {
            var organizations = await db.QueryAsync<(Guid Id, bool MayManage)>(user.Caller, Sql.Organizations, new { wanted }, cancellationToken);
            var managed = organizations.Where(organization => organization.MayManage).ToList();
            return organizations.Count == 0 ? (null, null)
                : managed.Count == 0 ? (null, TypedResults.Problem("Only admins of an organization connect repositories.", statusCode: StatusCodes.Status403Forbidden))
                : managed.Count > 1 ? (null, TypedResults.Problem(
                    "You manage several organizations: say with organization_id which one gets the repositories.", statusCode: StatusCodes.Status422UnprocessableEntity))
                : !options.Value.IsOn ? (null, TypedResults.Problem(GitHubRefusal.NotSetUp, statusCode: StatusCodes.Status422UnprocessableEntity))
                : (managed[0].Id, null);
        }

        private async Task<Seen> LookAsync(CurrentUser user, Guid organization, string name, CancellationToken cancellationToken)
        {
            if (!IsFullName(name))
            {
                return new Seen(null, null, "This is not the name of a repository on GitHub: owner/name.");
            }

            try
            {
                var repository = await access.ForPersonAsync(
                    user, token => client.GetAsync<GitHubRepositoryAnswer>(token, GitHubPath.Repository(name), cancellationToken), cancellationToken);
                return new Seen(repository, await installations.ReachingAsync(user.Caller, organization, repository, cancellationToken), null);
            }
            catch (GitHubException exception)
            {
                return new Seen(null, null, exception.Failure == GitHubFailure.NotFound ? "There is no such repository on GitHub, or you may not read it." : exception.Message);
            }
        }

        private async Task<Result> ConnectAsync(NpgsqlConnection connection, Guid organization, Guid user, string name, Seen seen)
        {
            if (seen.Repository is not { } repository)
            {
                return new Result(name, null, null, seen.Problem);
            }

            Guid? id = null, analysis = null;
            try
            {
                id = await GitHubRows.ConnectAsync(connection, jobs, organization, user, repository, seen.Installation);
                await GitHubRows.FollowAsync(connection, jobs, organization, user, id.Value, hasInstallation: seen.Installation is not null);
                analysis = (await StartAnalysis.QueueAsync(connection, jobs, organization, user, new StartAnalysis.Request(id.Value))).AnalysisId;
                return new Result(name, id, analysis, null);
            }
            catch (BacklogFullException exception)
            {
                return new Result(name, id, analysis, id is null ? exception.Message : $"It is connected, but not all that follows was started. {exception.Message}");
            }
        }

        private sealed record Seen(GitHubRepositoryAnswer? Repository, long? Installation, string? Problem);
    }

    private static class Sql
    {
        public const string Organizations = """
            SELECT id, id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) FROM organizations
            WHERE @wanted::uuid IS NULL OR id = @wanted::uuid ORDER BY id
            """;
    }
}
