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
        var plan = await ExplainAsync(Choice().Match(source).Value);
        // The first and the next organization in line, twice each, then the head of each line.
        Assert.Equal(5, Waiting().Count(plan));
        Assert.Single(Running().Matches(plan));
        Assert.DoesNotMatch("Seq Scan|Bitmap|Hash|Merge", plan);
        // What is sorted is what was chosen; no line is.
        Assert.All(SortKey().Matches(plan), key => Assert.Matches("place|turn", key.Value));
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
        string[] variables = ["p_queue text", "v_cursor uuid", "v_now timestamptz", "v_stop uuid", "c_first uuid", "v_left integer", "p_cap integer", "p_kinds text[]"];
        var statement = Into().Replace(sql, " ");
        for (var i = 0; i < variables.Length; i++)
        {
            statement = statement.Replace(variables[i].Split(' ')[0], $"${i + 1}", StringComparison.Ordinal);
        }

        await connection.ExecuteAsync($"PREPARE claim ({string.Join(", ", variables.Select(variable => variable.Split(' ')[1]))}) AS {statement}");
        return string.Join('\n', await connection.QueryAsync<string>("EXPLAIN EXECUTE claim ('analysis', NULL, NULL, NULL, NULL, 5, 10, NULL)"));
    }

    [GeneratedRegex(@"WITH RECURSIVE [^;]*;", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Choice();

    [GeneratedRegex(@"\sINTO v_line, v_served, v_known, v_strange\s", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Into();

    [GeneratedRegex(@"Index (Only )?Scan using jobs_waiting", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Waiting();

    [GeneratedRegex(@"Index (Only )?Scan using jobs_running", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Running();

    [GeneratedRegex(@"Sort Key: .*", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SortKey();
}
