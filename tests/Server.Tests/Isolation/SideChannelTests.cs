using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Tests.Conventions;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Tests.Isolation;

public sealed class SideChannelTests(EndpointWorld world) : SideChannels(world), IClassFixture<EndpointWorld>;

/// <summary>The same behind a pooler, which gives each transaction the connection that is free.</summary>
public sealed class PooledSideChannelTests(PooledEndpointWorld world) : SideChannels(world), IClassFixture<PooledEndpointWorld>;

/// <summary>What could tell of rows without showing them: errors, counts, order and time.</summary>
public abstract partial class SideChannels(EndpointWorld endpoints)
{
    private readonly IsolationWorld _world = endpoints.World;

    private Caller Stranger => Caller.User(_world[Actor.Stranger].User!.Value);

    /// <summary>Counts, pages, order and cursors of B's lists included.</summary>
    [Fact]
    public async Task What_an_organization_sees_does_not_depend_on_what_another_has()
    {
        var before = await EverythingAsync();
        await _world.Database.ExecuteAsync("DELETE FROM organizations WHERE id = @a", new { a = _world.A });
        var after = await EverythingAsync();
        await endpoints.RestoreAsync();
        Assert.InRange(before.Count, 20, int.MaxValue);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task A_reference_to_another_organizations_row_fails_as_if_the_row_did_not_exist()
    {
        var tried = 0;
        foreach (var table in _world.Tables.Where(table => table.TenantColumn == "organization_id"))
        {
            foreach (var column in table.Columns.Where(column => column is { Type: "uuid", References: { } other } && _world.Tables.Single(known => known.Name == other).TenantColumn == "organization_id"))
            {
                var others = await RefusalAsync(table, column, _world.Writer.Id(column.References!, 'A', 1));
                var nobodys = await RefusalAsync(table, column, _world.Writer.Id(column.References!, 'F', 4000));
                Assert.Equal(nobodys, others);
                tried++;
            }
        }

        Assert.InRange(tried, 8, int.MaxValue);
    }

    [Fact]
    public async Task What_is_unique_in_one_organization_is_free_in_another()
    {
        await using var connection = await _world.Database.Administrator.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica");
        var indexes = await connection.QueryAsync<(string Table, string[] Columns)>(Sql.TenantKeys, new { tables = _world.Tables.Where(table => table.TenantColumn == "organization_id").Select(table => table.Name).ToArray() });
        Assert.InRange(indexes.Count(), 15, int.MaxValue);
        // A's row again as a row of B, with an id of its own: nothing of the key but the organization differs.
        foreach (var (name, columns) in indexes)
        {
            await transaction.SaveAsync("each");
            var table = _world.Tables.Single(known => known.Name == name);
            var kept = table.Columns.Where(column => !column.IsGenerated).Select(column => column.Name).ToList();
            var values = kept.Select(column => column == "organization_id" ? $"'{_world.B}'"
                : columns.Contains(column, StringComparer.Ordinal) ? column
                : table[column] is { Type: "uuid", Name: "id" } or { Name: "job_id" } ? "gen_random_uuid()" : column is "token_hash" ? "uuid_send(gen_random_uuid())" : column);
            await connection.ExecuteAsync($"DELETE FROM {name} WHERE organization_id = '{_world.B}'");
            if (!columns.SequenceEqual(["id", "organization_id"], StringComparer.Ordinal))
            {
                await connection.ExecuteAsync($"INSERT INTO {name} ({string.Join(", ", kept)}) SELECT {string.Join(", ", values)} FROM {name} WHERE organization_id = '{_world.A}' LIMIT 1");
            }

            await transaction.RollbackAsync("each");
        }
    }

    // Their ids are looked up by functions that see all organizations, or their rows may be of none: an index has the ids alone. Jobs are asked
    // for through app.visible_job; nobody asks for an alert by its id.
    private static readonly string[] WithIdsOfAll = ["jobs", "alerts"];

    // What people ask of a job whose id they give.
    private static readonly string[] LookUpsOfJobs = ["CancelJob.Cancel", "ReadJobs.Events", "ReadJobs.Find", "RetryJob.Find", "RetryJob.Replay", "StreamEvents.Find"];

    /// <summary>Time is what a plan does: the same nodes read the same pages.</summary>
    [Fact]
    public Task A_row_of_another_organization_is_looked_up_as_one_that_does_not_exist() => _world.Database.Db.InTransactionAsync(
        Stranger,
        async connection =>
        {
            foreach (var table in _world.Tables.Where(table => table.TenantColumn == "organization_id" && table["id"] is not null && !WithIdsOfAll.Contains(table.Name)))
            {
                Guid[] ids = [_world.Writer.Id(table.Name, 'F', 4000), _world.Writer.Id(table.Name, 'A', 1)];
                // What a connection does only once is done.
                await PlanAsync(connection, table.Name, ids[0]);
                var (nobodys, others) = (await PlanAsync(connection, table.Name, ids[0]), await PlanAsync(connection, table.Name, ids[1]));
                Assert.Equal(nobodys.Shape, others.Shape);
                Assert.True(others.Buffers == nobodys.Buffers, $"{table.Name}: {others} for another's row, {nobodys} for none.");
            }
        },
        TestContext.Current.CancellationToken);

    [Fact]
    public Task A_job_of_another_organization_is_looked_up_as_one_that_does_not_exist() => _world.Database.Db.InTransactionAsync(
        Stranger,
        async connection =>
        {
            // As a long table would be read; in a short one every look-up reads all of it.
            await connection.ExecuteAsync("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan");
            var statements = SqlStatement.All.Where(statement => LookUpsOfJobs.Contains(statement.Name)).ToList();
            Assert.Equal(LookUpsOfJobs, statements.Select(statement => statement.Name));
            foreach (var statement in statements)
            {
                await connection.ExecuteAsync($"PREPARE looked_up AS {statement.Text}");
                var more = await connection.ExecuteScalarAsync<int>("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'looked_up'") - 1;
                var others = more == 0 ? "" : statement.Name == "ReadJobs.Events" ? ", 10" : $", '{_world.Writer.Id("jobs", 'F', 4001)}'";
                Guid[] ids = [_world.Writer.Id("jobs", 'F', 4000), _world.Writer.Id("jobs", 'A', 1)];
                await PlanOfAsync(connection, $"EXECUTE looked_up ('{ids[0]}'{others})");
                await PlanOfAsync(connection, $"EXECUTE looked_up ('{ids[1]}'{others})");
                var (nobodys, theirs) = (await PlanOfAsync(connection, $"EXECUTE looked_up ('{ids[0]}'{others})"), await PlanOfAsync(connection, $"EXECUTE looked_up ('{ids[1]}'{others})"));
                await connection.ExecuteAsync("DEALLOCATE looked_up");
                Assert.Equal(nobodys.Shape, theirs.Shape);
                Assert.True(theirs.Buffers == nobodys.Buffers, $"{statement.Name}: {theirs} for another's job, {nobodys} for none.");
            }
        },
        TestContext.Current.CancellationToken);

    /// <summary>Else it would be found in the index of ids, whosever it is.</summary>
    [Fact]
    public void A_job_or_an_alert_is_never_looked_up_by_an_id_from_outside_alone()
    {
        // What the program itself took from a row that the caller sees, or reads once such a look-up found it; and the id of an analysis, a repository or a delivery.
        string[] known = ["FirstTour.Status", "GetAnalysis.Started", "JobEventReader.Events", "JobProgress.Find", "ReadProposals.Find", "ReprocessDelivery.Find", "RunAnalysis.Find", "SharedEventReads.OfJob"];
        var found = SqlStatement.All.Where(statement => statement.Text is var text && (text.Contains("jobs", StringComparison.Ordinal) || text.Contains("job_events", StringComparison.Ordinal) || text.Contains("alerts", StringComparison.Ordinal))
            && IdAlone().IsMatch(text)).Select(statement => statement.Name).Distinct();
        Assert.Equal(known, found);
    }

    [Fact]
    public async Task A_condition_that_fails_on_another_organizations_rows_is_not_asked_of_them()
    {
        const string Trap = "SELECT 1 FROM findings WHERE 1 / (CASE WHEN message LIKE 'cnryA%' THEN 0 ELSE 1 END) = 1";
        Assert.NotEmpty(await _world.Database.Db.QueryAsync<int>(Stranger, Trap, null, TestContext.Current.CancellationToken));
        var trapped = await Assert.ThrowsAsync<PostgresException>(() =>
            _world.Database.Db.QueryAsync<int>(Caller.User(_world[Actor.Viewer].User!.Value), Trap, null, TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.DivisionByZero, trapped.SqlState);
    }

    [Fact]
    public async Task The_planners_statistics_show_no_values()
    {
        var tables = await _world.Database.Db.QueryAsync<string>(Stranger, "SELECT DISTINCT tablename::text FROM pg_stats WHERE schemaname = 'public'", null, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(tables, table => table != "schema_migrations");
    }

    [Fact]
    public async Task There_is_no_sequence_whose_gaps_would_count_for_all() =>
        Assert.Equal(0, await _world.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relnamespace IN ('public'::regnamespace, 'app'::regnamespace)"));

    private async Task<List<string>> EverythingAsync()
    {
        List<string> seen = [];
        foreach (var address in endpoints.Addresses.Where(address => address.Method == "GET" && !address.Pattern.EndsWith("/events", StringComparison.Ordinal)))
        {
            var answer = await endpoints[Actor.Stranger].SendAsync(endpoints.Requests.Make(address, 'B'));
            seen.Add($"{address.Line} {answer.Status} {Varying().Replace(answer.Body, "")}");
        }

        return seen;
    }

    private async Task<string> RefusalAsync(Table table, Column column, Guid reference)
    {
        var sql = _world.Writer.Insert(table.Name, 'B', 900, _world.B, null, name => name is not ("created_at" or "run_at"), (column.Name, $"'{reference}'"));
        try
        {
            await using var connection = await _world.Database.Administrator.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // With every right, so that it is the reference that refuses.
            await connection.ExecuteAsync(sql);
            return "accepted";
        }
        catch (PostgresException refusal)
        {
            return $"{refusal.SqlState} {refusal.MessageText} {refusal.Detail?.Replace($"{reference}", "id", StringComparison.Ordinal)}";
        }
    }

    private static Task<(string Shape, long Buffers)> PlanAsync(NpgsqlConnection connection, string table, Guid id) =>
        PlanOfAsync(connection, $"SELECT organization_id FROM {table} WHERE id = '{id}'");

    private static async Task<(string Shape, long Buffers)> PlanOfAsync(NpgsqlConnection connection, string statement)
    {
        var text = await connection.ExecuteScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) {statement}");
        var plan = JsonSerializer.Deserialize<JsonElement>(text!)[0].GetProperty("Plan");
        return (Shape(plan), plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64());
    }

    private static string Shape(JsonElement plan) =>
        plan.GetProperty("Node Type").GetString() + (plan.TryGetProperty("Plans", out var inner) ? $"({string.Join(", ", inner.EnumerateArray().Select(Shape))})" : "");

    [GeneratedRegex("\"trace_id\":\"[^\"]*\"|name=\"__RequestVerificationToken\" value=\"[^\"]*\"|[0-9]+ (second|minute|hour)s? ago", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Varying();

    [GeneratedRegex(@"(?<!organization_)\b(job_)?id = \$[0-9]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex IdAlone();

    private static class Sql
    {
        public const string TenantKeys = """
            SELECT indrelid::regclass::text, (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey))
            FROM pg_index
            WHERE indisunique AND indrelid::regclass::text = ANY (@tables)
              AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey) AND attname = 'organization_id')
            """;
    }
}
