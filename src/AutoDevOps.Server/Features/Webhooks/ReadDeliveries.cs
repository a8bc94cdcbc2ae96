using AutoDevOps.Server.Data;
using Dapper;

namespace AutoDevOps.Server.Features.Webhooks;

/// <summary>Reads the deliveries that organizations have receipts of.</summary>
internal static class ReadDeliveries
{
    public const int PageSize = 50;

    public sealed record Row(
        Guid Id, Guid OrganizationId, string Guid, string Event, string? Action, Guid? RepositoryId, string? Repository, Guid JobId, string? JobState, string? Outcome, DateTime ReceivedAt)
    {
        /// <summary>The job is done with it, one way or another; what was pruned is too.</summary>
        public bool IsOver => JobState is null or "completed" or "dead_letter" or "cancelled";
    }

    public sealed record Organization(Guid Id, string Name, bool MayWrite);

    public sealed record Choice(Guid Id, string Name);

    /// <summary>The newest first; one more than the limit when there are more.</summary>
    public static Task<IReadOnlyList<Row>> ListAsync(
        Db db, Caller caller, Guid organizationId, Guid? repositoryId, Guid? before, int limit, CancellationToken cancellationToken) =>
        db.QueryAsync<Row>(caller, Sql.List, new { organizationId, repositoryId, before, take = limit + 1 }, cancellationToken);

    /// <summary>The caller's organizations, and the repositories that the chosen one, or else the first, has deliveries of.</summary>
    public static Task<(List<Organization> Organizations, List<Choice> Repositories)> ChoicesAsync(Db db, Caller caller, Guid? organizationId, CancellationToken cancellationToken) =>
        db.InTransactionAsync(
            caller,
            async connection =>
            {
                var organizations = (await connection.QueryAsync<Organization>(new CommandDefinition(Sql.Organizations, cancellationToken: cancellationToken))).AsList();
                var chosen = organizations.Find(organization => organization.Id == organizationId) ?? organizations.FirstOrDefault();
                return (organizations, (await connection.QueryAsync<Choice>(
                    new CommandDefinition(Sql.Repositories, new { organizationId = chosen?.Id }, cancellationToken: cancellationToken))).AsList());
            },
            cancellationToken);

    private static class Sql
    {
        public const string List = """
            SELECT receipt.id, receipt.organization_id AS organizationid, receipt.guid, receipt.event, receipt.action, receipt.repository_id AS repositoryid,
                   repository.name AS repository, receipt.job_id AS jobid, job.state AS jobstate, receipt.outcome, receipt.received_at AS receivedat
            FROM webhook_receipts AS receipt
            LEFT JOIN repositories AS repository ON repository.organization_id = receipt.organization_id AND repository.id = receipt.repository_id
            LEFT JOIN jobs AS job ON job.organization_id = receipt.organization_id AND job.id = receipt.job_id
            WHERE receipt.organization_id = @organizationId::uuid
              AND (@repositoryId::uuid IS NULL OR receipt.repository_id = @repositoryId::uuid)
              AND (@before::uuid IS NULL OR receipt.id < @before::uuid)
            ORDER BY receipt.id DESC LIMIT @take::integer
            """;

        public const string Organizations = """
            SELECT id, name, id = ANY (ARRAY(SELECT app.organizations_of_caller('member'))) AS maywrite FROM organizations ORDER BY name, id
            """;

        public const string Repositories = """
            SELECT id, name FROM repositories
            WHERE organization_id = @organizationId::uuid
              AND EXISTS (SELECT FROM webhook_receipts AS receipt WHERE receipt.organization_id = repositories.organization_id AND receipt.repository_id = repositories.id)
            ORDER BY name, id LIMIT 200
            """;
    }
}
