using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using AutoDevOps.Analyzer.Policies;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using AutoDevOps.Server.Ui.Text;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace AutoDevOps.Server.Features.Policies;

/// <summary>Sets what an organization holds all of its repositories to. It holds from the next analysis and the next pipeline on.</summary>
public static class SetPolicy
{
    internal const string Address = "/organizations/{organizationId:guid}/policy";

    /// <summary>More mistakes than anybody corrects at once.</summary>
    private const int MaxProblems = 50;

    /// <param name="Text">YAML with the keys <c>version</c>, <c>ignore</c>, <c>actions</c>, <c>runners</c> and <c>require</c>, as in <c>.autodevops.yml</c>.</param>
    /// <param name="Revision">The one that was read before: if somebody has changed the policy since, nothing is written.</param>
    public sealed record Request(
        [property: Required, StringLength(PolicyFile.MaxOrganizationLength, MinimumLength = 1)] string Text,
        [property: JsonRequired, Range(0, int.MaxValue)] int Revision);

    /// <param name="Line">From 1; 0 when it is about the whole text.</param>
    public sealed record Problem(int Line, string Message);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Address, PutAsync).WithName(nameof(SetPolicy)).WithTags("organizations").ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapDelete(Address, DeleteAsync).WithName("RemovePolicy").WithTags("organizations");
    }

    /// <summary>The fields <c>text</c>, empty for none, and <c>revision</c>. What is refused comes back with the reasons, to be mended.</summary>
    public static void MapForm(IEndpointRouteBuilder forms) => forms.MapPost(Address, SubmitAsync);

    internal static async Task<Results<Ok<PolicyResponse>, NotFound, ProblemHttpResult>> PutAsync(
        Guid organizationId, Request request, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var change = await ChangeAsync(organizationId, request.Text, request.Revision, user, db, cancellationToken);
        return change.Now is null ? TypedResults.NotFound() : Refusal(change) is { } refusal ? refusal : TypedResults.Ok(change.Now.Response);
    }

    internal static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        Guid organizationId, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var change = await ChangeAsync(organizationId, text: null, revision: null, user, db, cancellationToken);
        return change.Now is null ? TypedResults.NotFound() : Refusal(change) is { } refusal ? refusal : TypedResults.NoContent();
    }

    internal static async Task<IResult> SubmitAsync(Guid organizationId, HttpContext http, CurrentUser user, Db db, CancellationToken cancellationToken)
    {
        var fields = await http.Request.ReadFormAsync(cancellationToken);
        if (!int.TryParse(fields["revision"], NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            return TypedResults.Problem("revision must be the number that the page gave.", statusCode: StatusCodes.Status400BadRequest);
        }

        var text = fields["text"].ToString();
        var change = await ChangeAsync(organizationId, string.IsNullOrWhiteSpace(text) ? null : text, revision, user, db, cancellationToken);
        if (change is { Now: null })
        {
            return TypedResults.NotFound();
        }

        if (change.Problems.Count == 0 && !change.IsStale)
        {
            return Refusal(change) is { } refusal ? refusal : new SeeOther($"/organizations/{organizationId}/policy");
        }

        http.Features.Set(new RefusedPolicy(text, change.Problems, change.IsStale));
        return new RazorComponentResult<App> { StatusCode = change.IsStale ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest };
    }

    /// <param name="text">Null: none from now on.</param>
    /// <param name="revision">The one that was read; null: whichever there is.</param>
    private static Task<Change> ChangeAsync(Guid organizationId, string? text, int? revision, CurrentUser user, Db db, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            user.Caller,
            async connection =>
            {
                var before = await ReadPolicy.FindAsync(connection, organizationId);
                if (before is not { MayManage: true })
                {
                    return new Change(before, [], IsStale: false);
                }

                // A browser ends lines with two characters.
                text = text?.ReplaceLineEndings("\n");
                if (Problems(text) is { Count: > 0 } problems)
                {
                    return new Change(before, problems, IsStale: false);
                }

                // Sent twice, it is one change.
                return before.Text == text ? new Change(before, [], IsStale: false)
                    : revision is { } read && read != before.Revision || !await WriteAsync(connection, before, text, user.Id) ? new Change(before, [], IsStale: true)
                    : new Change(await ReadPolicy.FindAsync(connection, organizationId), [], IsStale: false);
            },
            cancellationToken);

    private static List<Problem> Problems(string? text) => text is null ? []
        : text.Length > PolicyFile.MaxOrganizationLength ? [new(0, $"The text has {text.Length} characters, and {PolicyFile.MaxOrganizationLength} are allowed.")]
        : [.. PolicyFile.ParseOrganization(text).Problems.Take(MaxProblems).Select(problem => new Problem(problem.Line, problem.Message))];

    /// <returns>False when somebody else was faster.</returns>
    private static async Task<bool> WriteAsync(NpgsqlConnection connection, ReadPolicy.Policy before, string? text, Guid userId)
    {
        var (organizationId, revision) = (before.OrganizationId, before.Revision + 1);
        if (await connection.ExecuteAsync(Sql.Add, new { organizationId, revision, text, userId }) == 0)
        {
            return false;
        }

        var action = text is null ? "policy.removed" : "policy.set";
        await connection.ExecuteAsync(Sql.Audit, new { organizationId, action, target = organizationId.ToString(), detail = StoredJson.Write(new { revision }) });
        return true;
    }

    private static ProblemHttpResult? Refusal(Change change) => change switch
    {
        { Now.MayManage: false } => TypedResults.Problem("Only admins of the organization set its policy.", statusCode: StatusCodes.Status403Forbidden),
        { IsStale: true } => TypedResults.Problem(
            $"Somebody changed the policy since it was read: it is at revision {change.Now!.Revision} or later. Read it again, and put your change on top.", statusCode: StatusCodes.Status409Conflict),
        { Problems: [var first, ..] problems } => TypedResults.Problem(
            $"Nothing of the policy was taken: {Words.Count(problems.Count, "mistake")}. The first, on line {first.Line}: {first.Message}", statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["problems"] = problems }),
        _ => null,
    };

    /// <param name="Now">As it is afterwards; null when there is no such organization for this person.</param>
    private sealed record Change(ReadPolicy.Policy? Now, IReadOnlyList<Problem> Problems, bool IsStale);

    private static class Sql
    {
        public const string Add = """
            INSERT INTO organization_policies (organization_id, revision, text, set_by) VALUES (@organizationId, @revision, @text, @userId)
            ON CONFLICT (organization_id, revision) DO NOTHING
            """;

        public const string Audit = "SELECT app.write_audit(@organizationId::uuid, @action, @target, @detail::jsonb)";
    }
}

/// <summary>What somebody just sent and was not taken, for the page that shows it to them again.</summary>
internal sealed record RefusedPolicy(string Text, IReadOnlyList<SetPolicy.Problem> Problems, bool IsStale);
