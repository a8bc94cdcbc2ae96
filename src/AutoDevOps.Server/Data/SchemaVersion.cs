using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Whether the database is as this program needs it.</summary>
internal static class SchemaVersion
{
    /// <returns>What is wrong and what to do, or null.</returns>
    public static async Task<string?> ProblemAsync(Db db, CancellationToken cancellationToken)
    {
        try
        {
            var applied = await db.InTransactionAsync(
                Caller.Anonymous, connection => connection.ExecuteScalarAsync<int?>(new CommandDefinition(Sql.Applied, cancellationToken: cancellationToken)), cancellationToken);
            var newest = Migration.Known[^1].Version;
            return applied == newest ? null : $"The database has migration {applied ?? 0:0000}; this program needs {newest:0000}. Run: autodevops-server migrate";
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return "The database is not migrated. Run: autodevops-server migrate";
        }
    }

    private static class Sql
    {
        public const string Applied = "SELECT max(version) FROM schema_migrations";
    }
}
