using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Policies;

/// <summary>Reads what an organization holds its repositories to: its newest revision.</summary>
internal static class ReadPolicy
{
    /// <param name="MayManage">Whether the reader is an admin or owner.</param>
    public sealed record Policy(Guid OrganizationId, string Name, bool MayManage, string? Text, int Revision, string? SetBy, DateTime? SetAt)
    {
        public PolicyResponse Response => new(OrganizationId, Text, Revision, SetBy, SetAt);
    }

    /// <summary>The text in force, as a column of a statement that reads <c>repositories</c>; null when there is none.</summary>
    public const string TextInForce = """
        (SELECT text FROM organization_policies WHERE organization_id = repositories.organization_id ORDER BY revision DESC LIMIT 1)
        """;

    /// <returns>Null when there is no such organization for whoever asks.</returns>
    public static Task<Policy?> FindAsync(NpgsqlConnection connection, Guid organizationId) =>
        connection.QuerySingleOrDefaultAsync<Policy>(Sql.Find, new { organizationId });

    /// <summary>The organizations of whoever asks, by name.</summary>
    public static async Task<IReadOnlyList<Policy>> ListAsync(NpgsqlConnection connection) => (await connection.QueryAsync<Policy>(Sql.List)).AsList();

    private static class Sql
    {
        private const string Policies = """
            SELECT organizations.id AS "OrganizationId", organizations.name AS "Name",
                   organizations.id = ANY (ARRAY(SELECT app.organizations_of_caller('admin'))) AS "MayManage",
                   policy.text AS "Text", coalesce(policy.revision, 0) AS "Revision", users.login AS "SetBy", policy.set_at AS "SetAt"
            FROM organizations
            LEFT JOIN LATERAL (
                SELECT text, revision, set_by, set_at FROM organization_policies WHERE organization_id = organizations.id
                ORDER BY revision DESC LIMIT 1) AS policy ON true
            LEFT JOIN users ON users.id = policy.set_by
            """;

        public const string Find = $"{Policies} WHERE organizations.id = @organizationId::uuid";

        public const string List = $"{Policies} ORDER BY organizations.name, organizations.id";
    }
}
