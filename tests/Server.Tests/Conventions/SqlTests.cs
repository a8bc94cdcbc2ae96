using System.Text.RegularExpressions;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Conventions;

/// <summary>Every statement of the program is good on the migrated database, and the application's role may run it.</summary>
public sealed partial class SqlTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // Run by an administrator, before the application's role exists or beside it.
    private static readonly string[] Administrators = ["EmbeddedPostgres.", "Migrator."];

    // Not statements that can be planned: these are run, in a transaction that is rolled back.
    private static readonly HashSet<string> Commands = ["PostgresSignals.Listen", "Migrator.Prepare", "Migrator.Become"];

    [Fact]
    public async Task Every_statement_can_be_run_by_the_role_that_runs_it()
    {
        await using var app = await database.App.OpenConnectionAsync();
        await using var administrator = await database.Administrator.OpenConnectionAsync();
        List<string> problems = [];
        foreach (var statement in SqlStatement.All)
        {
            var connection = Administrators.Any(prefix => statement.Name.StartsWith(prefix, StringComparison.Ordinal)) ? administrator : app;
            if (Commands.Contains(statement.Name))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync(statement.Text);
            }
            else if (await statement.CheckAsync(connection) is { } problem)
            {
                problems.Add(problem);
            }
        }

        Assert.Empty(problems);
        Assert.InRange(SqlStatement.All.Count, 80, 2000);
    }

    [Theory]
    [InlineData("SELECT stat FROM jobs WHERE id = @id", PostgresErrorCodes.UndefinedColumn)]
    [InlineData("INSERT INTO findngs (id) VALUES (@id)", PostgresErrorCodes.UndefinedTable)]
    [InlineData("SELECT app.cancel_job(@job, @reason)", PostgresErrorCodes.UndefinedFunction)]
    [InlineData("SELECT id FROM jobs WHERE id = @id AND (@before IS NULL OR id < @before::uuid)", PostgresErrorCodes.AmbiguousParameter)]
    [InlineData("SELECT id FROM jobs WHERE @nothing IS NULL", PostgresErrorCodes.IndeterminateDatatype)]
    [InlineData("SELECT name FROM api_tokens WHERE token_hash = @hash", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("UPDATE jobs SET state = 'completed' WHERE id = @id", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("TRUNCATE findings", PostgresErrorCodes.SyntaxError)]
    [InlineData("SELECT app.settle_failed_job(NULL, @code, @error, true, now(), now())", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("SELECT * FROM app.rescue_expired_jobs(now(), @limit)", PostgresErrorCodes.InsufficientPrivilege)]
    public async Task A_statement_with_a_wrong_name_or_without_a_grant_is_found(string sql, string expected)
    {
        await using var app = await database.App.OpenConnectionAsync();
        var problem = await SqlStatement.Split("Case.Wrong", sql).Single().CheckAsync(app);
        Assert.StartsWith($"Case.Wrong: {expected} ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_are_numbered_and_lookalikes_are_left_alone()
    {
        var statements = SqlStatement.Split("Case", """
            SELECT @a::uuid, @b, 'not @this; nor that', "nor @this" -- nor; @this
            FROM t WHERE tags @> @b AND x = @a; SELECT $$@c;$$
            """).Select(statement => statement.Text);
        Assert.Equal(
            ["SELECT $1::uuid, $2, 'not @this; nor that', \"nor @this\" -- nor; @this\nFROM t WHERE tags @> $2 AND x = $1", "SELECT $$@c;$$"], statements);
    }

    [Fact]
    public void Sql_stands_in_classes_named_Sql_only()
    {
        var elsewhere =
            from source in SourceTree.ServerSources()
            // Writes statements down and runs none of those.
            where !source.Path.EndsWith("SchemaPrinter.cs", StringComparison.Ordinal)
            from Match literal in Verb().Matches(source.Text)
            where Class().Matches(source.Text[..literal.Index]).LastOrDefault()?.Groups["name"].Value != "Sql"
            select $"{source.Path}: {literal.Value}";
        // The name of a database cannot be a parameter.
        Assert.Equal(
            ["src/AutoDevOps.Server/Data/Embedded/EmbeddedPostgres.cs: $\"CREATE DATABASE"], elsewhere.Distinct(StringComparer.Ordinal));
    }

    [GeneratedRegex("""(?:\$?"{1,3}\s*)(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CALL|LISTEN|NOTIFY|CREATE (?:TABLE|ROLE|DATABASE)|ALTER|DROP|GRANT|SET)\b(?: DATABASE)?""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Verb();

    [GeneratedRegex(@"\b(?:static|sealed|partial|abstract|internal|public|private) (?:class|record|struct) (?<name>\w+)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Class();
}
