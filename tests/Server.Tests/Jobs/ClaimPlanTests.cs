using System.Text.RegularExpressions;
using AutoDevOps.Server.Tests.Support;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Jobs;

/// <summary>The plan of a claim must not depend on statistics: the table is empty one minute and long the next.</summary>
public sealed partial class ClaimPlanTests(JobDatabase database) : IClassFixture<JobDatabase>
{
    [Theory]
    [InlineData("never analysed", "")]
    [InlineData("analysed while empty", "ANALYZE jobs")]
    [InlineData("analysed while full", "")]
    public async Task Every_statement_of_a_claim_walks_its_index(string when, string before)
    {
        await database.ClearAsync();
        await database.ExecuteAsync($"ALTER TABLE jobs SET (autovacuum_enabled = false); {before}");
        var tenant = await database.AddTenantAsync();
        await database.ExecuteAsync(
            "INSERT INTO jobs (id, organization_id, queue, kind, args) SELECT gen_random_uuid(), @OrganizationId, 'analysis', 'test', '{}' FROM generate_series(1, 3000)", tenant);
        if (when == "analysed while full")
        {
            await database.ExecuteAsync("ANALYZE jobs");
        }

        await using var connection = await database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var source = await connection.QuerySingleAsync<string>("SELECT prosrc FROM pg_proc WHERE proname = 'claim_jobs'");
        var statements = Select().Matches(source).Select(match => match.Value).Where(sql => sql.Contains("public.jobs", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, statements.Count);
        string[] indexes = ["jobs_waiting", "jobs_running", "jobs_waiting"];
        foreach (var (sql, index) in statements.Zip(indexes))
        {
            var plan = await ExplainAsync(sql);
            Assert.Matches($"Index (Only )?Scan using {index}", plan);
            Assert.DoesNotMatch("Seq Scan|Bitmap|Sort", plan);
        }
    }

    // As the function runs it: under its settings, as its owner, with its variables as parameters.
    private async Task<string> ExplainAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "postgres" }.ToString());
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            SELECT set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), true)
            FROM pg_proc, unnest(proconfig) AS setting WHERE proname = 'claim_jobs' AND setting NOT LIKE 'search_path%';
            SET LOCAL ROLE autodevops_queue;
            """);
        string[] variables = ["p_queue text", "v_cursor uuid", "v_now timestamptz", "v_organization uuid", "p_cap integer"];
        var statement = Into().Replace(sql, " ");
        for (var i = 0; i < variables.Length; i++)
        {
            statement = statement.Replace(variables[i].Split(' ')[0], $"${i + 1}", StringComparison.Ordinal);
        }

        await connection.ExecuteAsync($"PREPARE claim ({string.Join(", ", variables.Select(variable => variable.Split(' ')[1]))}) AS {statement}");
        return string.Join('\n', await connection.QueryAsync<string>("EXPLAIN EXECUTE claim ('analysis', NULL, NULL, NULL, 1)"));
    }

    [GeneratedRegex(@"\bSELECT [^;]*;", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Select();

    [GeneratedRegex(@"\sINTO v_\w+\s", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Into();
}
