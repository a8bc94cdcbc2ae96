using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

/// <summary>Which cells a broken protection must show in.</summary>
/// <param name="Table">Cells of this table.</param>
/// <param name="Actor">For this one only.</param>
/// <param name="Functions">Cells of calls of these functions.</param>
/// <param name="Grants">Rights of the roles.</param>
internal sealed record Concern(string? Table = null, string? Actor = null, IReadOnlyCollection<string>? Functions = null, bool Grants = false);

/// <summary>One protection, broken by an SQL statement.</summary>
internal sealed record Mutation(string Kind, string Name, string Sql, Concern Concern);

/// <summary>Every protection that the catalogs tell of, each broken in every way that there is.</summary>
internal static partial class Mutations
{
    private static readonly string[] Roles = ["autodevops_app", "autodevops_queue", "autodevops_identity"];

    public static async Task<IReadOnlyList<Mutation>> AllAsync(NpgsqlConnection administrator)
    {
        var functions = (await administrator.QueryAsync<Function>(Sql.Functions)).AsList();
        var policies = await administrator.QueryAsync<Policy>(Sql.Policies);
        var tables = (await administrator.QueryAsync<string>(Sql.Tables)).AsList();
        var columns = await administrator.QueryAsync<(string Table, string Column)>(Sql.Columns);
        return
        [
            .. policies.SelectMany(policy => OfPolicy(policy, functions)),
            .. tables.SelectMany(OfTable),
            .. tables.SelectMany(table => Toggles(table, "")),
            .. columns.SelectMany(column => Toggles(column.Table, column.Column)),
            .. functions.SelectMany(OfFunction),
            .. functions.Where(function => function.Owner == "autodevops_identity").SelectMany(function => Conditions(function, functions)),
            .. OfRoles(),
            .. Additions(),
        ];
    }

    private static IEnumerable<Mutation> OfPolicy(Policy policy, IReadOnlyList<Function> functions)
    {
        var concern = policy.IsForApp
            ? new Concern(policy.Table)
            : new Concern(Functions: Called(functions.Where(function => policy.Roles.Contains(function.Owner, StringComparison.Ordinal) && function.Body.Contains(policy.Table, StringComparison.Ordinal)), functions));
        var on = $"POLICY {policy.Name} ON {policy.Table}";
        yield return new Mutation("policy", $"DROP {on}", $"DROP {on}", concern);
        // One for new rows only, where that of the old ones holds for both and depends on the row.
        if (policy is { IsForApp: true, Verb: 'w' or '*', Check: null } && policy.Using!.Contains("organizations_of_caller", StringComparison.Ordinal))
        {
            yield return Altered("WITH CHECK", "true");
        }

        foreach (var (part, text) in ((string, string?)[])[("USING", policy.Using), ("WITH CHECK", policy.Check)])
        {
            if (text is null or "true")
            {
                continue;
            }

            yield return Altered(part, "true");
            // Any member instead of one with the role.
            if (Role().IsMatch(text))
            {
                yield return Altered(part, Role().Replace(text, "'viewer'"));
            }
        }

        Mutation Altered(string part, string condition) => new("policy", $"{on}: {part} ({condition})", $"ALTER {on} {part} ({condition})", concern);
    }

    private static IEnumerable<Mutation> OfTable(string table) =>
    [
        new("force", $"{table} NO FORCE", $"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", new Concern(table, Actor.Migrator)),
        new("force", $"{table} DISABLE", $"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", new Concern(table)),
    ];

    // What is granted is taken, what is not is given.
    private static IEnumerable<Mutation> Toggles(string table, string column)
    {
        var part = column.Length == 0 ? "" : $" ({column})";
        foreach (var role in Roles)
        {
            foreach (var privilege in column.Length == 0 ? (string[])["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"] : ["SELECT", "INSERT", "UPDATE"])
            {
                yield return new Mutation(
                    "grant", $"{privilege}{part} ON {table}, {role}",
                    $"""
                    DO $$ BEGIN
                        IF {(column.Length == 0 ? $"has_table_privilege('{role}', '{table}', '{privilege}')" : $"has_column_privilege('{role}', '{table}', '{column}', '{privilege}')")} THEN
                            -- Of a right to the whole table no column can be taken.
                            REVOKE {privilege} ON {table} FROM {role};
                            REVOKE {privilege}{part} ON {table} FROM {role};
                        ELSE
                            GRANT {privilege}{part} ON {table} TO {role};
                        END IF;
                    END $$
                    """,
                    new Concern(table, Grants: true));
            }
        }
    }

    private static IEnumerable<Mutation> OfFunction(Function function)
    {
        var grants = new Concern(Grants: true);
        foreach (var role in Roles.Append("PUBLIC").Where(role => role != function.Owner))
        {
            yield return new Mutation(
                "grant", $"EXECUTE ON {function.Signature}, {role}",
                $"""
                DO $$ BEGIN
                    IF '{role}' <> 'PUBLIC' AND has_function_privilege(nullif('{role}', 'PUBLIC'), '{function.Signature}', 'EXECUTE') THEN
                        REVOKE EXECUTE ON FUNCTION {function.Signature} FROM {role};
                    ELSE
                        GRANT EXECUTE ON FUNCTION {function.Signature} TO {role};
                    END IF;
                END $$
                """,
                grants);
        }

        yield return function.IsDefiner
            ? new Mutation("definer", $"{function.Signature} INVOKER", $"ALTER FUNCTION {function.Signature} SECURITY INVOKER", grants)
            : new Mutation("definer", $"{function.Signature} DEFINER", $"ALTER FUNCTION {function.Signature} SECURITY DEFINER", grants);
        if (function.HasPath)
        {
            yield return new Mutation("path", $"{function.Signature} RESET", $"ALTER FUNCTION {function.Signature} RESET search_path", grants);
            yield return new Mutation("path", $"{function.Signature} ''", $"ALTER FUNCTION {function.Signature} SET search_path = ''", grants);
            yield return new Mutation("path", $"{function.Signature} public", $"ALTER FUNCTION {function.Signature} SET search_path = public", grants);
        }
    }

    // What calls of these tell of: what nobody may call but other functions, is called through those.
    private static HashSet<string> Called(IEnumerable<Function> first, IReadOnlyList<Function> all)
    {
        var called = first.Select(function => function.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var inner in all.Where(function => called.Contains(function.Name) && !function.IsOpen).ToList())
        {
            called.UnionWith(Called(all.Where(function => function.Name != inner.Name && function.Body.Contains($"app.{inner.Name}(", StringComparison.Ordinal)), all));
        }

        return called;
    }

    // Each condition that a function adds with AND, left out.
    private static IEnumerable<Mutation> Conditions(Function function, IReadOnlyList<Function> functions)
    {
        foreach (Match condition in Condition().Matches(function.Definition))
        {
            // Up to the end of a line, or to a parenthesis that was opened before.
            var length = condition.Length + (condition.Value.Count(letter => letter == '(') - condition.Value.Count(letter => letter == ')'));
            yield return new Mutation(
                "condition", $"{function.Name} without{function.Definition.Substring(condition.Index, length)}", function.Definition.Remove(condition.Index, length), new Concern(Functions: Called([function], functions)));
        }
    }

    private static IEnumerable<Mutation> OfRoles()
    {
        var grants = new Concern(Grants: true);
        foreach (var power in (string[])["SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION"])
        {
            foreach (var role in Roles.Append("autodevops_owner"))
            {
                yield return new Mutation("role", $"{role} {power}", $"ALTER ROLE {role} {power}", grants);
            }
        }

        foreach (var role in (string[])["autodevops_owner", "autodevops_queue", "autodevops_identity"])
        {
            yield return new Mutation("role", $"autodevops_app is {role}", $"GRANT {role} TO autodevops_app", grants);
        }

        yield return new Mutation("role", "autodevops_owner INHERIT", "ALTER ROLE autodevops_owner INHERIT", grants);
        foreach (var schema in (string[])["public", "app"])
        {
            yield return new Mutation("grant", $"CREATE ON SCHEMA {schema}", $"GRANT CREATE ON SCHEMA {schema} TO autodevops_app", grants);
        }

        yield return new Mutation("grant", "TEMPORARY", "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$", grants);
    }

    // What somebody may add and forget to protect.
    private static IEnumerable<Mutation> Additions() =>
        from sql in (string[])
        [
            "CREATE TABLE notes (organization_id uuid NOT NULL, text text)", "ALTER TABLE findings ADD COLUMN author uuid REFERENCES users (id)",
            "CREATE VIEW all_findings AS SELECT * FROM findings", "CREATE MATERIALIZED VIEW all_findings AS SELECT * FROM findings",
            "CREATE SEQUENCE numbers", "CREATE FUNCTION app.look() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.findings'",
        ]
        select new Mutation("addition", sql, sql, new Concern(Grants: true));

    private sealed record Policy(string Table, string Name, char Verb, bool IsForApp, string Roles, string? Using, string? Check);

    private sealed record Function(string Signature, string Name, string Owner, bool IsDefiner, bool HasPath, bool IsOpen, string Body, string Definition);

    [GeneratedRegex("'(member|admin|owner)'::text(?=\\))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Role();

    [GeneratedRegex(@"\sAND\s+[^\n;]*?(?=\sAND\s|;|\n|\sTHEN\b|\)\n)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Condition();

    private static class Sql
    {
        public const string Policies = """
            SELECT polrelid::regclass::text AS "Table", quote_ident(polname) AS "Name", polcmd AS "Verb", 'autodevops_app'::regrole = ANY (polroles) AS "IsForApp",
                (SELECT string_agg(role::regrole::text, ' ') FROM unnest(polroles) AS role) AS "Roles",
                pg_get_expr(polqual, polrelid) AS "Using", pg_get_expr(polwithcheck, polrelid) AS "Check"
            FROM pg_policy ORDER BY 1, 2
            """;

        public const string Tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_migrations' ORDER BY 1";

        public const string Columns = """
            SELECT relname::text, quote_ident(attname) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_migrations' AND attnum > 0 AND NOT attisdropped ORDER BY relname, attnum
            """;

        public const string Functions = """
            SELECT oid::regprocedure::text AS "Signature", proname::text AS "Name", proowner::regrole::text AS "Owner", prosecdef AS "IsDefiner",
                proconfig::text LIKE '%search\_path=%' AS "HasPath",
                has_function_privilege('autodevops_app', oid, 'EXECUTE') AS "IsOpen", prosrc AS "Body", pg_get_functiondef(oid) AS "Definition"
            FROM pg_proc WHERE pronamespace = 'app'::regnamespace ORDER BY 1
            """;
    }
}
