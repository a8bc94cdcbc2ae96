using AutoDevOps.Server.Data;
using Dapper;

namespace AutoDevOps.Server.Security;

/// <summary>Knows the person behind an API token.</summary>
internal sealed class ApiTokens(Db db)
{
    public const string Read = "read";
    public const string Write = "write";

    /// <summary>Who the token speaks for, or null when it is unknown, revoked, too old, or its person left the organization.</summary>
    public async Task<CurrentUser?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!token.StartsWith(RandomToken.ApiTokenPrefix, StringComparison.Ordinal) || token.Length > 200)
        {
            return null;
        }

        var row = await db.InTransactionAsync(
            Caller.Anonymous,
            connection => connection.QuerySingleOrDefaultAsync<Row>(Sql.Find, new { hash = RandomToken.Hash(token) }),
            cancellationToken);
        return row is null
            ? null
            : new CurrentUser(row.Id, row.Login, row.IsOperator) { TokenId = row.TokenId, OrganizationId = row.OrganizationId, MayWrite = row.MayWrite };
    }

    internal sealed record Row(Guid Id, string Login, bool IsOperator, Guid TokenId, Guid OrganizationId, bool MayWrite);

    private static class Sql
    {
        public const string Find = """
            SELECT id AS "Id", login AS "Login", is_operator AS "IsOperator", token_id AS "TokenId", organization_id AS "OrganizationId", 'write' = ANY (scopes) AS "MayWrite"
            FROM app.person_of_token(@hash::bytea)
            """;
    }
}
