using System.Text.RegularExpressions;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>What holds for every table, role, policy and function, read from the catalogs. What is exempt stands here with its reason.</summary>
public sealed partial class TableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Dictionary<string, string> OfTheInstallation = new()
    {
        ["users"] = "people may be in several organizations; a policy shows oneself and colleagues",
        ["organizations"] = "is the tenant: its id is the organization",
        ["github_memberships"] = "a person's, whatever the organizations here",
        ["oauth_states"] = "before there is a person",
        ["github_tokens"] = "belong to a person",
        ["sessions"] = "belong to a person",
        ["sign_in_links"] = "belong to a person",
        ["webhook_deliveries"] = "arrive before it is known whose they are",
        ["job_transitions"] = "the state machine, the same for all",
        ["queues"] = "the turn of the organizations; read by the protocol only",
        ["nodes"] = "processes of the installation",
        ["scaling_decisions"] = "about processes of the installation",
        ["alerts"] = "has an organization, or none when it is about the installation",
        ["schema_migrations"] = "the migrator's journal",
    };

    private static readonly Dictionary<string, string> UniqueAcrossTenants = new()
    {
        ["job_events_pkey"] = "job ids are made by the program and cannot be chosen",
        ["api_tokens_token_hash_key"] = "the hash of 32 random bytes, looked up before the organization is known",
    };

    [Fact]
    public async Task Row_level_security_is_enabled_and_forced_everywhere() => Assert.Equal(
        ["schema_migrations"],
        await ReadAsync("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"));

    [Fact]
    public async Task Every_table_says_whose_its_rows_are()
    {
        var without = await ReadAsync(
            """
            SELECT relname::text FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT EXISTS (
                SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'organization_id' AND atttypid = 'uuid'::regtype AND attnotnull)
            ORDER BY relname
            """);
        Assert.Equal(OfTheInstallation.Keys.Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_key_of_a_tenants_table_is_unique_across_tenants()
    {
        // An id alone may be: the program makes it, and nobody can ask whether one is taken.
        var global = await ReadAsync(
            """
            SELECT index.relname::text
            FROM pg_index JOIN pg_class AS class ON class.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
            CROSS JOIN LATERAL (
                SELECT array_agg(attname::text ORDER BY attnum) AS names FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey)) AS columns
            WHERE class.relnamespace = 'public'::regnamespace AND indisunique AND NOT class.relname = ANY (@exempt)
              AND NOT 'organization_id' = ANY (columns.names) AND columns.names <> ARRAY['id']
            """);
        Assert.Equal(UniqueAcrossTenants.Keys.Order(StringComparer.Ordinal), global.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_reference_of_a_tenants_table_leads_to_another_tenant() => Assert.Empty(await ReadAsync(
        """
        SELECT conname::text
        FROM pg_constraint JOIN pg_class AS class ON class.oid = conrelid
        CROSS JOIN LATERAL (
            SELECT array_agg(attname::text) AS names FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
        WHERE contype = 'f' AND class.relnamespace = 'public'::regnamespace AND NOT class.relname = ANY (@exempt)
          AND NOT 'organization_id' = ANY (columns.names)
          -- People belong to no tenant.
          AND confrelid <> 'users'::regclass
        """));

    [Fact]
    public async Task Every_reference_of_a_tenants_table_finds_its_rows_by_an_index() => Assert.Empty(await ReadAsync(
        """
        SELECT conname::text
        FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND confrelid NOT IN ('users'::regclass, 'organizations'::regclass)
          AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL
              AND indkey[0] = ANY (conkey)
              AND (indkey[1] = ANY (conkey) OR (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = indkey[0]) <> 'organization_id'))
        """));

    [Fact]
    public async Task The_powers_that_isolation_does_not_survive_are_nobodys()
    {
        Assert.Empty(await ReadAsync(
            "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'autodevops\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"));
        Assert.Equal(["autodevops_app"], await ReadAsync("SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'autodevops\\_%' AND rolcanlogin"));
        Assert.Empty(await ReadAsync("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'autodevops_app'::regrole"));
        Assert.Equal(["autodevops_owner"], await ReadAsync("SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')"));
        Assert.Empty(await ReadAsync(
            """
            SELECT relname || ': ' || privilege_type || ' to ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
            FROM pg_class, aclexplode(relacl)
            WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner AND (grantee = 0 OR privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN') OR is_grantable)
            """));
        Assert.Empty(await ReadAsync(
            "SELECT nspname::text FROM pg_namespace WHERE has_schema_privilege('autodevops_app', oid, 'CREATE') AND nspname !~ '^pg_(toast_)?temp'"));
    }

    [Fact]
    public async Task No_function_is_for_everybody_and_definers_are_nobody_who_signs_in()
    {
        Assert.Empty(await ReadAsync(
            "SELECT proname::text FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace) AND grantee = 0"));
        Assert.Empty(await ReadAsync(
            """
            SELECT proname::text FROM pg_proc
            WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace)
              -- One whose body is SQL has its names resolved when it is made.
              AND prosqlbody IS NULL AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
            """));
        Assert.Empty(await ReadAsync(
            """
            SELECT proname::text FROM pg_proc JOIN pg_roles ON pg_roles.oid = proowner
            WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace)
              AND prosecdef AND (rolcanlogin OR rolname NOT IN ('autodevops_queue', 'autodevops_identity'))
            """));
    }

    [Fact]
    public async Task A_function_made_later_is_not_for_everybody_either()
    {
        await using var connection = await database.Administrator.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SET LOCAL ROLE autodevops_owner; CREATE FUNCTION app.later() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        Assert.False(await connection.ExecuteScalarAsync<bool>("SELECT has_function_privilege('autodevops_app', 'app.later()', 'EXECUTE')"));
    }

    [Fact]
    public async Task There_are_no_views_that_look_past_the_policies() => Assert.Empty(await ReadAsync(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR (relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)))"));

    /// <summary>A function called for each row took 5 to 11 s over a million rows; asked once, and compared with a list, 0.6 ms.</summary>
    [Fact]
    public async Task Policies_ask_who_is_calling_once_and_not_for_every_row()
    {
        await using var connection = await database.Administrator.OpenConnectionAsync();
        var policies = await connection.QueryAsync<(string Name, string Text)>(
            """
            SELECT polrelid::regclass || '.' || polname, coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '')
            FROM pg_policy WHERE 'autodevops_app'::regrole = ANY (polroles)
            """);
        Assert.InRange(policies.Count(), 40, 1000);
        Assert.Equal([], policies.Where(policy => FastForm().Replace(policy.Text, "").Contains("app.", StringComparison.Ordinal)).Select(policy => policy.Name));
        Assert.Equal(["job_transitions.reads"], policies.Where(policy => policy.Text.Trim() is "true" or "true true").Select(policy => policy.Name));
    }

    [Fact]
    public async Task The_application_cannot_read_any_secret()
    {
        string[] secrets = ["token_hash", "envelope", "payload"];
        Assert.Empty(await ReadAsync(
            $"""
            SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname IN ({string.Join(", ", secrets.Select(secret => $"'{secret}'"))})
              AND has_column_privilege('autodevops_app', attrelid, attnum, 'SELECT')
            """));
    }

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var connection = await database.Administrator.OpenConnectionAsync();
        return (await connection.QueryAsync<string>(sql, new { exempt = OfTheInstallation.Keys.ToArray() })).AsList();
    }

    [GeneratedRegex(@"ANY \(ARRAY\( SELECT app\.organizations_of_caller\((?:'\w+'::text)?\) AS organizations_of_caller\)\)|\( SELECT app\.caller_\w+\(\) AS caller_\w+\)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FastForm();
}
