using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.GitHub;
using AutoDevOps.Server.Security;
using AutoDevOps.Server.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AutoDevOps.Server.Features.Installations;

/// <summary>Leads an admin to GitHub to install the GitHub App, and takes them back: what they bring is believed only as far as GitHub says the same.</summary>
public static class InstallApp
{
    /// <summary>Where the page of installations is.</summary>
    internal const string Page = "/settings/github";

    private const string StatePurpose = "github-install";
    private const string Began = "This did not begin here, in this browser, within the last hour. Begin again on the page GitHub.";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/github/install", BeginAsync).ExcludeFromDescription();
        routes.MapGet("/github/installed", CompleteAsync).ExcludeFromDescription();
    }

    internal static async Task<IResult> BeginAsync(
        CurrentUser user, Db db, Sealer sealer, IOptions<GitHubOptions> options, TimeProvider time, CancellationToken cancellationToken,
        [FromQuery(Name = "organization_id")] Guid? organizationId = null)
    {
        var organizations = await db.QueryAsync<(Guid Id, bool MayManage)>(user.Caller, Sql.Organizations, new { organizationId }, cancellationToken);
        if (organizations.Count == 0)
        {
            return TypedResults.NotFound();
        }

        if (user.SessionId is not { } session || organizations.All(organization => !organization.MayManage))
        {
            return TypedResults.Problem("Only admins of an organization install the GitHub App for it, in a browser.", statusCode: StatusCodes.Status403Forbidden);
        }

        if (organizations.Where(organization => organization.MayManage).ToList() is not [var chosen])
        {
            return TypedResults.Problem("You manage several organizations: say which with organization_id.", statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        if (!options.Value.HasApp || options.Value.AppSlug.Length == 0)
        {
            return TypedResults.Problem(
                "This installation has no GitHub App: whoever runs it must set GitHub:AppId, GitHub:AppSlug and the key.", statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{chosen.Id:N} {(time.GetUtcNow() + Lifetime).ToUnixTimeSeconds()}");
        var state = Base64Url.EncodeToString(sealer.Seal(text, StatePurpose, session));
        return TypedResults.Redirect(Query.To(
            new Uri(options.Value.WebAddress, $"/{options.Value.AppsPath}/{Uri.EscapeDataString(options.Value.AppSlug)}/installations/new").AbsoluteUri, ("state", state)));
    }

    /// <summary>Where GitHub sends the browser afterwards: the App's setup address.</summary>
    internal static async Task<IResult> CompleteAsync(
        CurrentUser user, Sealer sealer, InstallationWriter writer, GitHubInstallations installations, TimeProvider time, CancellationToken cancellationToken,
        [FromQuery(Name = "installation_id")] long? installationId = null, [FromQuery(Name = "setup_action")] string? setupAction = null, string? state = null)
    {
        if (setupAction == "request")
        {
            // An owner on GitHub has to allow it first.
            return new SeeOther(Query.To(Page, ("requested", "true")));
        }

        if (Read(state, user.SessionId, sealer, time) is not { } organization)
        {
            // Whoever changes the selection of repositories on GitHub comes back without one: nothing is taken from that.
            return string.IsNullOrEmpty(state) && setupAction == "update"
                ? new SeeOther(Page)
                : TypedResults.Problem(Began, statusCode: StatusCodes.Status400BadRequest);
        }

        if (installationId is not { } id || id <= 0)
        {
            return TypedResults.Problem("installation_id is missing.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            if (await installations.FindAsync(user, id, cancellationToken) is not { } found)
            {
                return TypedResults.Problem("GitHub does not know this installation as one that you reach.", statusCode: StatusCodes.Status403Forbidden);
            }

            return await writer.AddAsync(user, organization, found.Installation, found.Writable, cancellationToken)
                ? new SeeOther(Page)
                : TypedResults.Problem("Only admins of an organization install the GitHub App for it.", statusCode: StatusCodes.Status403Forbidden);
        }
        catch (GitHubException exception) when (exception.Failure == GitHubFailure.Forbidden)
        {
            return TypedResults.Problem(
                $"GitHub tells of installations only to people who signed in through the same App (GitHub:ClientId). {exception.Message}", statusCode: StatusCodes.Status403Forbidden);
        }
    }

    // The organization it was begun for, by the same session.
    private static Guid? Read(string? state, Guid? session, Sealer sealer, TimeProvider time)
    {
        if (state is not { Length: > 0 and <= 1000 } || session is not { } place)
        {
            return null;
        }

        try
        {
            return sealer.Open(Base64Url.DecodeFromChars(state), StatePurpose, place).Split(' ') is [var organization, var until]
                && long.Parse(until, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds()
                ? Guid.ParseExact(organization, "N")
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static class Sql
    {
        public const string Organizations = """
            SELECT id, id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) FROM organizations
            WHERE @organizationId::uuid IS NULL OR id = @organizationId::uuid ORDER BY id
            """;
    }
}
