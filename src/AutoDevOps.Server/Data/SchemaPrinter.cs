using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Data;

/// <summary>Writes down a migrated database as its catalogs tell it: tables, policies, grants, and the functions' signatures. The order
/// is stable, so that a change shows as a difference.</summary>
internal static class SchemaPrinter
{
    public static async Task<string> PrintAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        async Task<IReadOnlyList<T>> ReadAsync<T>(string sql) =>
            (await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();

        var roles = await ReadAsync<Line>(Sql.Roles);
        var tables = await ReadAsync<Table>(Sql.Tables);
        var columns = (await ReadAsync<Line>(Sql.Columns)).Concat(await ReadAsync<Line>(Sql.Constraints)).ToLookup(line => line.Of, line => line.Text);
        var after = (await ReadAsync<Line>(Sql.Indexes)).Concat(await ReadAsync<Line>(Sql.Triggers)).Concat(await ReadAsync<Line>(Sql.Policies))
            .Concat(Grants(await ReadAsync<Grant>(Sql.TableGrants))).ToLookup(line => line.Of, line => line.Text);
        var functions = await ReadAsync<Function>(Sql.Functions);
        var executors = (await ReadAsync<Grant>(Sql.FunctionGrants)).ToLookup(grant => grant.On, grant => grant.Grantee);

        var text = new StringBuilder($"""
            -- Printed by `{Hosting.Product.Program} docs schema`; do not edit. The database as the migrations leave it.


            """);
        text.AppendJoin('\n', roles.Select(role => role.Text)).Append('\n');
        text.AppendJoin('\n', Grants(await ReadAsync<Grant>(Sql.SchemaGrants)).Select(grant => grant.Text)).Append('\n');
        foreach (var table in tables)
        {
            Write(text, table, columns[table.Name], after[table.Name]);
        }

        foreach (var function in functions)
        {
            Write(text, function, executors[function.Signature]);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Table table, IEnumerable<string> columns, IEnumerable<string> after)
    {
        text.Append('\n');
        if (table.Comment is { } comment)
        {
            text.Append(CultureInfo.InvariantCulture, $"-- {comment}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"CREATE TABLE {table.Name} (\n    ").AppendJoin(",\n    ", columns).Append("\n);\n");
        text.Append(CultureInfo.InvariantCulture, $"ALTER TABLE {table.Name} {(table.IsSecured ? "ENABLE" : "DISABLE")} ROW LEVEL SECURITY, {(table.IsForced ? "FORCE" : "NO FORCE")} ROW LEVEL SECURITY, OWNER TO {table.Owner};\n");
        foreach (var line in after)
        {
            text.Append(line).Append('\n');
        }
    }

    private static void Write(StringBuilder text, Function function, IEnumerable<string> executors)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nCREATE FUNCTION {function.Signature} RETURNS {function.Result}\n");
        text.Append(CultureInfo.InvariantCulture, $"    LANGUAGE {function.Language} {function.Volatility} SECURITY {(function.IsDefiner ? "DEFINER" : "INVOKER")}\n");
        text.Append(function.Settings);
        text.Append(CultureInfo.InvariantCulture, $"    OWNER {function.Owner}");
        text.Append(executors.Any() ? $"; EXECUTE {string.Join(", ", executors)};\n" : ";\n");
    }

    // One line for each who may do something; columns only where not all of them.
    private static IEnumerable<Line> Grants(IEnumerable<Grant> grants) => grants
        .GroupBy(grant => (grant.On, grant.Grantee))
        .Select(group => new Line(group.Key.On, $"GRANT {string.Join(", ", group.Select(grant => grant.Privilege))} ON {group.Key.On} TO {group.Key.Grantee};"));

    private sealed record Line(string Of, string Text);

    private sealed record Table(string Name, string Owner, string? Comment, bool IsSecured, bool IsForced);

    private sealed record Grant(string On, string Grantee, string Privilege);

    private sealed record Function(string Signature, string Result, string Language, string Volatility, bool IsDefiner, string Settings, string Owner);

    private static class Sql
    {
        public const string Roles = """
            SELECT rolname::text AS "Of",
                'CREATE ROLE ' || rolname || CASE WHEN rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE ' NOSUPERUSER' END
                    || CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE ' NOBYPASSRLS' END || ';' AS "Text"
            FROM pg_roles WHERE rolname LIKE 'autodevops\_%' ORDER BY rolname
            """;

        public const string SchemaGrants = """
            SELECT 'SCHEMA ' || nspname AS "On", grantee::regrole::text AS "Grantee", privilege_type AS "Privilege"
            FROM pg_namespace, aclexplode(nspacl)
            WHERE nspname IN ('app', 'public') AND grantee <> nspowner AND grantee::regrole::text LIKE 'autodevops\_%'
            ORDER BY nspname, grantee::regrole::text, privilege_type
            """;

        public const string Tables = """
            SELECT relname::text AS "Name", relowner::regrole::text AS "Owner", obj_description(oid, 'pg_class') AS "Comment",
                relrowsecurity AS "IsSecured", relforcerowsecurity AS "IsForced"
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
            """;

        public const string Columns = """
            SELECT class.relname::text AS "Of",
                quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                    || CASE WHEN attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ') STORED'
                            WHEN adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(adbin, adrelid) ELSE '' END AS "Text"
            FROM pg_attribute JOIN pg_class AS class ON class.oid = attrelid
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
            ORDER BY class.relname, attnum
            """;

        public const string Constraints = """
            SELECT class.relname::text AS "Of", 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid) AS "Text"
            FROM pg_constraint JOIN pg_class AS class ON class.oid = conrelid
            WHERE class.relnamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'c', 'f', 'x')
            ORDER BY class.relname, strpos('puxcf', contype::text), conname
            """;

        public const string Indexes = """
            SELECT class.relname::text AS "Of", pg_get_indexdef(indexrelid) || ';' AS "Text"
            FROM pg_index JOIN pg_class AS class ON class.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
            WHERE class.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
            ORDER BY class.relname, index.relname
            """;

        public const string Triggers = """
            SELECT class.relname::text AS "Of", pg_get_triggerdef(pg_trigger.oid) || ';' AS "Text"
            FROM pg_trigger JOIN pg_class AS class ON class.oid = tgrelid
            WHERE class.relnamespace = 'public'::regnamespace AND NOT tgisinternal
            ORDER BY class.relname, tgname
            """;

        public const string Policies = """
            SELECT class.relname::text AS "Of",
                'CREATE POLICY ' || polname || ' ON ' || class.relname || CASE WHEN polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
                    || ' FOR ' || CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
                    || ' TO ' || (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', ' ORDER BY role::regrole::text) FROM unnest(polroles) AS role)
                    || coalesce(E'\n    USING (' || pg_get_expr(polqual, polrelid) || ')', '')
                    || coalesce(E'\n    WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '') || ';' AS "Text"
            FROM pg_policy JOIN pg_class AS class ON class.oid = polrelid
            WHERE class.relnamespace = 'public'::regnamespace
            ORDER BY class.relname, polname
            """;

        public const string TableGrants = """
            SELECT relname::text AS "On", CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS "Grantee", privilege_type AS "Privilege"
            FROM pg_class, aclexplode(relacl)
            WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
            UNION ALL
            SELECT relname::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
                privilege_type || ' (' || string_agg(quote_ident(attname), ', ' ORDER BY attnum) || ')'
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
            WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
            GROUP BY relname, grantee, privilege_type
            ORDER BY 1, 2, 3
            """;

        public const string Functions = """
            SELECT pronamespace::regnamespace || '.' || proname || '(' || pg_get_function_arguments(pg_proc.oid) || ')' AS "Signature",
                pg_get_function_result(pg_proc.oid) AS "Result", lanname::text AS "Language",
                CASE provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END AS "Volatility",
                prosecdef AS "IsDefiner",
                coalesce((SELECT string_agg('    SET ' || setting || E'\n', '' ORDER BY setting) FROM unnest(proconfig) AS setting), '') AS "Settings", proowner::regrole::text AS "Owner"
            FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
            WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace)
            ORDER BY 1
            """;

        public const string FunctionGrants = """
            SELECT pronamespace::regnamespace || '.' || proname || '(' || pg_get_function_arguments(pg_proc.oid) || ')' AS "On",
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS "Grantee", privilege_type AS "Privilege"
            FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
            WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace) AND grantee <> proowner
            ORDER BY 1, 2
            """;
    }
}
