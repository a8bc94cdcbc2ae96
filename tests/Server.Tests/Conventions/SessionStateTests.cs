using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Tests.Support;
using Dapper;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>Nothing outlives its transaction on a connection: behind a pooler in transaction mode the next statement may be another
/// tenant's.</summary>
public sealed partial class SessionStateTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // Straight to the server, on a connection of their own.
    private static readonly string[] Direct = ["Migrator.", "PostgresSignals."];

    [Fact]
    public async Task No_statement_function_or_migration_leaves_anything_on_its_connection()
    {
        await using var connection = await database.Administrator.OpenConnectionAsync();
        var bodies = await connection.QueryAsync<(string Name, string Text)>(
            "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace IN ('app'::regnamespace, 'public'::regnamespace)");
        var texts = SqlStatement.All.Where(statement => !Direct.Any(prefix => statement.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(statement => (statement.Name, statement.Text))
            .Concat(bodies)
            .Concat(Migration.Known.Select(migration => (migration.Name, migration.Text)));
        Assert.Empty(texts.SelectMany(text => Offences(text.Name, text.Text)));
    }

    [Theory]
    [InlineData("SET app.user_id = 'x'")]
    [InlineData("SET SESSION AUTHORIZATION autodevops_owner")]
    [InlineData("SET ROLE autodevops_owner")]
    [InlineData("SELECT set_config('app.user_id', @user, false)")]
    [InlineData("SELECT pg_advisory_lock(1)")]
    [InlineData("SELECT pg_try_advisory_lock(1)")]
    [InlineData("PREPARE x AS SELECT 1")]
    [InlineData("DECLARE c CURSOR WITH HOLD FOR SELECT 1")]
    [InlineData("CREATE TEMP TABLE t (n int)")]
    [InlineData("LISTEN autodevops_wake")]
    [InlineData("SELECT 1; RESET ALL")]
    public void What_lasts_for_the_session_is_found(string sql) => Assert.NotEmpty(Offences("case", sql));

    [Theory]
    [InlineData("SET LOCAL lock_timeout = '10s'")]
    [InlineData("SELECT set_config('app.user_id', @user, true), set_config('app.job_id', @job, true)")]
    [InlineData("SELECT pg_advisory_xact_lock(1)")]
    [InlineData("UPDATE jobs SET state = 'x' WHERE id = @id")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$")]
    [InlineData("ALTER TABLE jobs SET (fillfactor = 70)")]
    public void What_ends_with_the_transaction_is_not(string sql) => Assert.Empty(Offences("case", sql));

    private static IEnumerable<string> Offences(string name, string sql)
    {
        foreach (Match statement in Statement().Matches(sql))
        {
            yield return $"{name}: {statement.Value.Trim()}";
        }

        foreach (Match call in Call().Matches(sql))
        {
            yield return $"{name}: {call.Value}";
        }

        foreach (Match setting in Setting().Matches(sql).Where(setting => setting.Groups["local"].Value != "true"))
        {
            yield return $"{name}: {setting.Value}";
        }
    }

    // At the beginning of a statement: inside one, SET belongs to an UPDATE or a function.
    [GeneratedRegex(@"(?:^|;|\bBEGIN\b)\s*(?:SET\s+(?!LOCAL\b)|RESET\s|PREPARE\s|LISTEN\s|LOAD\s|DECLARE\s+\w+\s+CURSOR|CREATE\s+(?:LOCAL\s+)?TEMP)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Call();

    [GeneratedRegex(@"\bset_config\s*\([^,()]*,[^,()]*,\s*(?<local>\w+)\s*\)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Setting();
}
