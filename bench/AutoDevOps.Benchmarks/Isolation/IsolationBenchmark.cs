using System.Diagnostics;
using System.Globalization;
using AutoDevOps.Server.Data;
using AutoDevOps.Server.Data.Embedded;
using AutoDevOps.Server.Features.Analyses;
using AutoDevOps.Server.Hosting;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDevOps.Benchmarks.Isolation;

/// <summary>What the policies cost: the list of one organization's findings among those of many, with them and without.</summary>
internal static class IsolationBenchmark
{
    private const int PerAnalysis = 200;
    private const int Rounds = 1000;
    private const int WarmUp = 100;

    /// <param name="arguments">How many findings there are, and of how many organizations. Default: 1,000,000 and 1,000.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var findings = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var organizations = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1000;
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"autodevops-bench-{Environment.ProcessId}")).FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            await postgres.EnsureDatabaseAsync("isolation", CancellationToken.None);
            await using var administrator = NpgsqlDataSource.Create(postgres.ConnectionStringFor("isolation", "postgres") + LocalDatabase.Tuning + ";Command Timeout=0");
            await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(administrator, CancellationToken.None);
            await using var connection = await administrator.OpenConnectionAsync();
            await connection.ExecuteAsync(Sql.Fill, new { organizations, analyses = findings / organizations / PerAnalysis, perAnalysis = PerAnalysis });
            await connection.ExecuteAsync(Sql.Analyze);
            await using var app = AppDataSource.Create(postgres.ConnectionStringFor("isolation", "autodevops_app") + LocalDatabase.Tuning);
            return await MeasureAsync(new Db(app), connection, findings, organizations);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Both in each round, so that whatever else the machine does meets both alike, and each first in every other one: the second finds the
    // pages in the server's memory.
    private static async Task<int> MeasureAsync(Db db, NpgsqlConnection administrator, int findings, int organizations)
    {
        List<double> with = [], without = [];
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var number = round % organizations;
            var (user, analysis) = await administrator.QuerySingleAsync<(Guid, Guid)>(Sql.Pick, new { number });
            var (tenant, everybody) = (0.0, 0.0);
            for (var turn = 0; turn < 2; turn++)
            {
                if ((round + turn) % 2 == 0)
                {
                    tenant = await db.InTransactionAsync(Caller.User(user), connection => TimeAsync(connection, analysis), CancellationToken.None);
                    continue;
                }

                // The same statement, by whom no policy stops.
                await using var transaction = await administrator.BeginTransactionAsync();
                everybody = await TimeAsync(administrator, analysis);
                await transaction.CommitAsync();
            }

            if (round >= WarmUp)
            {
                with.Add(tenant);
                without.Add(everybody);
            }
        }

        var (ours, bare) = (Percentile(with, 0.5), Percentile(without, 0.5));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            A list of 101 findings among {findings:n0} of {organizations:n0} organizations, {Rounds} times each way.

            | | p50 | p95 |
            |---|---|---|
            | with policies | {ours:f2} ms | {Percentile(with, 0.95):f2} ms |
            | without | {bare:f2} ms | {Percentile(without, 0.95):f2} ms |
            | ratio | {ours / bare:f2} | |

            """));
        var isFast = ours < 2 && ours < 1.3 * bare;
        Console.WriteLine(isFast ? "Within 2 ms and 1.3 times." : "NOT within 2 ms and 1.3 times.");
        return isFast ? 0 : 1;
    }

    private static async Task<double> TimeAsync(NpgsqlConnection connection, Guid analysis)
    {
        var start = Stopwatch.GetTimestamp();
        var rows = await ReadAnalysis.PageAsync(connection, analysis, FindingFilter.Of(null, null, null, null, null), null, 101, CancellationToken.None);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return rows.Count == 101 ? time : throw new InvalidOperationException($"The list has {rows.Count} findings instead of 101.");
    }

    private static double Percentile(List<double> times, double part) => times.Order().ElementAt((int)(times.Count * part));

    private static class Sql
    {
        public const string Fill = """
            SET session_replication_role = replica;
            CREATE TABLE numbered AS
                SELECT number, gen_random_uuid() AS organization, gen_random_uuid() AS person, gen_random_uuid() AS repository
                FROM generate_series(0, @organizations - 1) AS number;
            INSERT INTO users (id, login, name) SELECT person, number, number FROM numbered;
            INSERT INTO organizations (id, name) SELECT organization, number FROM numbered;
            INSERT INTO organization_members (organization_id, user_id, role) SELECT organization, person, 'member' FROM numbered;
            INSERT INTO repositories (id, organization_id, source, location, name) SELECT repository, organization, 'git', number, number FROM numbered;
            INSERT INTO analyses (id, organization_id, repository_id, job_id, kind)
                SELECT gen_random_uuid(), organization, repository, gen_random_uuid(), 'full' FROM numbered, generate_series(1, @analyses);
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, path, start_line, end_line, message, fingerprint, state)
                SELECT gen_random_uuid(), organization_id, repository_id, id, 'GHA010', 'unpinned-action', 'security', (ARRAY['critical', 'high', 'medium', 'low', 'info'])[1 + number % 5],
                    0.9, 'a/path/of/the/usual/length/' || number, 1, 1, 'A message of the usual length, which names the thing and the cure.', md5(number::text), 'new'
                FROM analyses, generate_series(1, @perAnalysis) AS number;
            -- A program that no policy helps to an organization would have it.
            CREATE INDEX ON analyses (id);
            RESET session_replication_role;
            """;

        public const string Analyze = "VACUUM ANALYZE";

        public const string Pick = """
            SELECT person, (SELECT id FROM analyses WHERE organization_id = organization LIMIT 1) FROM numbered WHERE number = @number
            """;
    }
}
