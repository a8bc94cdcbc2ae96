using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>What each role may do at all, whoever the caller is: what the database itself answers to has_…_privilege, object by object.
/// Columns with the same rights stand on one line.</summary>
internal static class GrantCells
{
    public static readonly string[] Roles = ["app", "queue", "identity", "owner", "outsider"];

    /// <param name="table">Only this one; null: everything.</param>
    public static async Task<Dictionary<(string Line, string Column), string>> ReadAsync(NpgsqlConnection administrator, string? table = null)
    {
        var columns = (await administrator.QueryAsync<Right>(Sql.Columns, new { table })).GroupBy(right => (right.Thing, right.Part))
            .Select(group => (group.Key.Thing, group.Key.Part, Cells: string.Join(' ', Roles.Select(role => group.Single(right => right.Role == role).Text))))
            .GroupBy(column => (column.Thing, column.Cells))
            .SelectMany(group => Roles.Zip(group.Key.Cells.Split(' '), (role, text) => (($"columns {group.Key.Thing}: {string.Join(", ", group.Select(column => column.Part))}", role), text)));
        var others = (await administrator.QueryAsync<Right>(table is null ? Sql.Others : Sql.OfTable, new { table })).Select(right => ((right.Thing, right.Role), right.Text));
        return others.Concat(columns).ToDictionary();
    }

    private sealed record Right(string Thing, string Part, string Role, string Text);

    private static class Sql
    {
        private const string Who = $"""
            WITH who (name, role) AS (VALUES ('app', 'autodevops_app'), ('queue', 'autodevops_queue'), ('identity', 'autodevops_identity'),
                ('owner', 'autodevops_owner'), ('outsider', '{Actor.OutsiderRole}'))
            """;

        private const string Tables = """
            SELECT 4, format('table %s%s', relname, CASE relkind WHEN 'v' THEN ' (view)' WHEN 'm' THEN ' (materialized view)' WHEN 'f' THEN ' (foreign table)' WHEN 'S' THEN ' (sequence)' ELSE '' END), '', who.name,
                coalesce(nullif(CASE relkind WHEN 'S' THEN CASE WHEN has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE') THEN 'usage' END ELSE concat_ws(',',
                    CASE WHEN has_table_privilege(role, oid, 'DELETE WITH GRANT OPTION') THEN 'delete*' WHEN has_table_privilege(role, oid, 'DELETE') THEN 'delete' END,
                    CASE WHEN has_table_privilege(role, oid, 'TRUNCATE WITH GRANT OPTION') THEN 'truncate*' WHEN has_table_privilege(role, oid, 'TRUNCATE') THEN 'truncate' END,
                    CASE WHEN has_table_privilege(role, oid, 'TRIGGER WITH GRANT OPTION') THEN 'trigger*' WHEN has_table_privilege(role, oid, 'TRIGGER') THEN 'trigger' END) END, ''), '.')
            FROM who, pg_class WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            """;

        public const string OfTable = $"""
            {Who}
            SELECT "Thing", "Part", "Role", "Text" FROM ({Tables}) AS rights (place, "Thing", "Part", "Role", "Text") WHERE "Thing" LIKE 'table ' || @table
            """;

        // A letter, with an asterisk when the right may be passed on.
        public const string Columns = $"""
            {Who}
            SELECT relname::text AS "Thing", quote_ident(attname) AS "Part", who.name AS "Role",
                coalesce(nullif(concat(
                    CASE WHEN has_column_privilege(role, attrelid, attnum, 'SELECT WITH GRANT OPTION') THEN 's*' WHEN has_column_privilege(role, attrelid, attnum, 'SELECT') THEN 's' END,
                    CASE WHEN has_column_privilege(role, attrelid, attnum, 'INSERT WITH GRANT OPTION') THEN 'i*' WHEN has_column_privilege(role, attrelid, attnum, 'INSERT') THEN 'i' END,
                    CASE WHEN has_column_privilege(role, attrelid, attnum, 'UPDATE WITH GRANT OPTION') THEN 'u*' WHEN has_column_privilege(role, attrelid, attnum, 'UPDATE') THEN 'u' END,
                    CASE WHEN has_column_privilege(role, attrelid, attnum, 'REFERENCES WITH GRANT OPTION') THEN 'r*' WHEN has_column_privilege(role, attrelid, attnum, 'REFERENCES') THEN 'r' END
                ), ''), '.') AS "Text"
            FROM who, pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
              AND (@table::text IS NULL OR relname = @table::text)
            ORDER BY relname, attnum, who.name
            """;

        public const string Others = $"""
            {Who}, here AS (SELECT oid FROM pg_database WHERE datname = current_database())
            SELECT "Thing", "Part", "Role", "Text" FROM (
                SELECT 1 AS place, 'database' AS "Thing", '' AS "Part", who.name AS "Role",
                    coalesce(nullif(concat(
                        CASE WHEN has_database_privilege(role, oid, 'CONNECT') THEN 'connect' END, CASE WHEN has_database_privilege(role, oid, 'CREATE') THEN ',create' END,
                        CASE WHEN has_database_privilege(role, oid, 'TEMPORARY') THEN ',temporary' END), ''), '.') AS "Text"
                FROM who, here
                UNION ALL
                SELECT 2, 'schema ' || nspname, '', who.name,
                    coalesce(nullif(concat(CASE WHEN has_schema_privilege(role, oid, 'USAGE') THEN 'usage' END, CASE WHEN has_schema_privilege(role, oid, 'CREATE') THEN ',create' END), ''), '.')
                FROM who, pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'probe', 'shadow')
                UNION ALL
                SELECT 3, format('role %s: %s', who.name, concat_ws(' ',
                        CASE WHEN rolcanlogin THEN 'login' ELSE 'nologin' END, CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolbypassrls THEN 'bypassrls' END,
                        CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolreplication THEN 'replication' END)), '', member.name,
                    -- member: may become it; has: is it, without becoming it.
                    CASE WHEN member.role = who.role THEN '=' WHEN pg_has_role(member.role, who.role, 'USAGE') THEN 'has' WHEN pg_has_role(member.role, who.role, 'MEMBER') THEN 'member' ELSE '.' END
                FROM who JOIN pg_roles ON rolname = who.role, who AS member
                UNION ALL
                {Tables}
                UNION ALL
                -- A definer works as its owner, whoever calls it.
                SELECT 5, format('function %s%s%s', pg_proc.oid::regprocedure, CASE WHEN prosecdef THEN ', as ' || proowner::regrole ELSE '' END,
                        (SELECT ', in ' || substr(setting, 13) FROM unnest(proconfig) AS setting WHERE setting LIKE 'search\_path=%')), '', who.name,
                    CASE WHEN has_function_privilege(role, pg_proc.oid, 'EXECUTE WITH GRANT OPTION') THEN 'execute*' WHEN has_function_privilege(role, pg_proc.oid, 'EXECUTE') THEN 'execute' ELSE '.' END
                FROM who, pg_proc WHERE pronamespace IN ('public'::regnamespace, 'app'::regnamespace)) AS rights
            ORDER BY place, "Thing", "Role"
            """;
    }
}
