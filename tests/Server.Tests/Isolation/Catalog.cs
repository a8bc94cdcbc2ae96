using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>A column as the catalogs tell it.</summary>
/// <param name="Words">What its CHECK allows, when it allows words of a list only.</param>
/// <param name="References">The table that it refers to, alone or together with others.</param>
internal sealed record Column(string Name, string Type, bool IsRequired, bool HasDefault, bool IsGenerated, bool IsKey, string[]? Words, string? References)
{
    /// <summary>May hold what somebody wrote.</summary>
    public bool IsText => Type is "text" or "jsonb" or "json" or "bytea" or "text[]" or "xml" or "name" or "citext" || Type.StartsWith("character", StringComparison.Ordinal);
}

/// <summary>A table as the catalogs tell it.</summary>
internal sealed record Table(string Name, IReadOnlyList<Column> Columns)
{
    public Column? this[string column] => Columns.FirstOrDefault(candidate => candidate.Name == column);

    /// <summary>The column that says which organization a row is of; null when nothing does.</summary>
    public string? TenantColumn => Name == "organizations" ? "id" : this["organization_id"] is null ? null : "organization_id";

    /// <summary>The column that says whose a row is; null when it is nobody's own.</summary>
    public string? PersonColumn => Name == "users" ? "id" : Name == "organization_members" ? null : this["user_id"] is { IsRequired: true } ? "user_id" : null;
}

/// <summary>The tables of a migrated database, each after those that it refers to.</summary>
internal static class Catalog
{
    public static async Task<IReadOnlyList<Table>> ReadAsync(NpgsqlConnection connection)
    {
        var columns = (await connection.QueryAsync<Row>(Columns)).GroupBy(row => row.Table)
            .Select(group => new Table(group.Key, [.. group.Select(row => row.ToColumn())])).ToList();
        List<Table> ordered = [];
        while (columns.Count > 0)
        {
            var next = columns.First(table => table.Columns.All(column => column.References is null || column.References == table.Name || columns.TrueForAll(other => other.Name != column.References)));
            ordered.Add(next);
            columns.Remove(next);
        }

        return ordered;
    }

    private sealed record Row(
        string Table, string Name, string Type, bool IsRequired, bool HasDefault, bool IsGenerated, bool IsKey, string? Check, string? References)
    {
        // CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text])))
        public Column ToColumn() => new(
            Name, Type, IsRequired, HasDefault, IsGenerated, IsKey, Check is null ? null : [.. Check.Split('\'').Where((_, at) => at % 2 == 1)], References);
    }

    private const string Columns = """
        SELECT class.relname::text AS "Table", attname::text AS "Name", format_type(atttypid, atttypmod) AS "Type", attnotnull AS "IsRequired",
            atthasdef AS "HasDefault", attgenerated <> '' AS "IsGenerated",
            EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisunique AND attnum = ANY (indkey)) AS "IsKey",
            (SELECT pg_get_constraintdef(oid) FROM pg_constraint
             WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum] AND pg_get_constraintdef(oid) LIKE format('CHECK ((%I = ANY (ARRAY[''%%', attname)) AS "Check",
            -- The one of the most columns: a reference to an organization alone is beside the point when the same column is part of another.
            (SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = attrelid AND contype = 'f' AND attnum = ANY (conkey)
             ORDER BY cardinality(conkey), confrelid::regclass::text LIMIT 1) AS "References"
        FROM pg_attribute JOIN pg_class AS class ON class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
        ORDER BY class.relname, attnum
        """;
}
