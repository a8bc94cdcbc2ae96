using System.Security.Cryptography;
using System.Text;
using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Ui;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>Writes what an analysis established, compared with the one before it.</summary>
internal static class AnalysisWriter
{
    /// <summary>More findings of one analysis than anybody reads; the least severe are left out, and a diagnostic says so.</summary>
    public const int MaxFindings = 10_000;

    private const int BatchSize = 500;

    /// <summary>Names the rules that ran: scores of different rule sets are not compared.</summary>
    public static string RuleSet { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', RuleCatalog.All.Select(rule => $"{rule.Descriptor.Id} {rule.Descriptor.Severity} {rule.Descriptor.Strict}").Order(StringComparer.Ordinal)))))[..12];

    /// <param name="PullRequest">Its number, when its head is examined.</param>
    public sealed record Target(Guid AnalysisId, Guid OrganizationId, Guid RepositoryId, string Kind, string? Ref, int? PullRequest = null);

    /// <param name="Elapsed">From the first file read to the last score.</param>
    public sealed record Examined(RepositorySnapshot Snapshot, AnalysisResult Result, string? CommitSha, string? Branch, bool IsDirty, TimeSpan Elapsed);

    /// <summary>Writes everything, in the transaction that completes the job.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, Target target, Examined examined)
    {
        var comparison = await Comparison.ReadAsync(connection, target);
        examined = examined with { Result = comparison.Apply(examined.Result) };
        var findings = examined.Result.Findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal).Take(MaxFindings).ToList();
        if (await connection.ExecuteAsync(Sql.Finish, Row(target, examined, comparison.BaselineId, findings.Count)) == 0)
        {
            // Finished before, by a run of the same job whose answer was lost.
            return;
        }

        await InsertAsync(connection, target, examined, findings);
        await InsertFixedAsync(connection, target, comparison.Fixed(examined.Result.Findings));
        if (target is { Kind: "full", Ref: null, PullRequest: null })
        {
            await connection.ExecuteAsync(Sql.History, History(target, examined));
        }

        await connection.ExecuteAsync(Sql.Branch, new { target.RepositoryId, target.OrganizationId, branch = target is { Ref: null, PullRequest: null } ? examined.Branch : null });
    }

    private static object Row(Target target, Examined examined, Guid? baseline, int kept)
    {
        var result = examined.Result;
        var diagnostics = result.Diagnostics.ToList();
        if (result.Findings.Count > kept)
        {
            diagnostics.Add(new Diagnostic("", 0, $"{result.Findings.Count} findings; the {kept} most severe are kept."));
        }

        return new
        {
            target.AnalysisId,
            target.OrganizationId,
            baseline,
            examined.CommitSha,
            examined.IsDirty,
            ruleSet = RuleSet,
            overall = (short?)result.Scores.Overall,
            scores = StoredJson.Write(Scores(result)),
            model = StoredJson.Write(result.Model),
            coverage = StoredJson.Write(result.Coverage),
            diagnostics = StoredJson.Write(diagnostics),
            files = result.Coverage.Files,
            bytes = examined.Snapshot.Files.Sum(file => file.Size),
            durationMs = (int)Math.Min(int.MaxValue, examined.Elapsed.TotalMilliseconds),
        };
    }

    private static Dictionary<string, int?> Scores(AnalysisResult result)
    {
        var scores = new Dictionary<string, int?>(StringComparer.Ordinal) { ["overall"] = result.Scores.Overall };
        foreach (var category in result.Scores.Categories)
        {
            scores[ReportNames.Of(category.Category)] = category.Value;
        }

        return scores;
    }

    private static object History(Target target, Examined examined)
    {
        var scores = Scores(examined.Result);
        short? Of(string category) => (short?)scores.GetValueOrDefault(category);
        return new
        {
            target.AnalysisId,
            target.OrganizationId,
            target.RepositoryId,
            ruleSet = RuleSet,
            overall = Of("overall"),
            security = Of("security"),
            performance = Of("performance"),
            codeQuality = Of("code_quality"),
            ciCd = Of("ci_cd"),
            dependencies = Of("dependencies"),
        };
    }

    private static async Task InsertAsync(NpgsqlConnection connection, Target target, Examined examined, List<Finding> findings)
    {
        var points = new Dictionary<Finding, double>(ReferenceEqualityComparer.Instance);
        foreach (var lost in examined.Result.Scores.Categories.SelectMany(category => category.Lost))
        {
            points[lost.Finding] = lost.Points;
        }

        var excerpts = new Excerpts(examined.Snapshot, examined.Result.Findings);
        // Lists are in the order of severity, then id: the ids rise as the findings are sorted, by rule and place.
        var ids = Enumerable.Range(0, findings.Count).Select(_ => Guid.CreateVersion7()).Order();
        foreach (var batch in findings.Zip(ids).Chunk(BatchSize))
        {
            // COPY is refused on tables with row-level security; one statement with a batch of rows comes next.
            var rows = StoredJson.Write(batch.Select(found => Row(found.Second, found.First, points.GetValueOrDefault(found.First), excerpts)));
            await connection.ExecuteAsync(Sql.Insert, new { target.AnalysisId, target.OrganizationId, target.RepositoryId, rows });
        }
    }

    private static object Row(Guid id, Finding finding, double points, Excerpts excerpts)
    {
        var (excerpt, excerptLine) = excerpts.Of(finding);
        var place = finding.Location;
        return new
        {
            id,
            rule_id = finding.Rule.Id,
            rule_name = finding.Rule.Name,
            category = ReportNames.Of(finding.Rule.Category),
            severity = ReportNames.Of(finding.Severity),
            confidence = finding.Confidence,
            points,
            path = StoredJson.Clean(place.Path),
            start_line = place.StartLine,
            end_line = place.EndLine,
            start_column = place.StartColumn,
            end_column = place.EndColumn,
            message = StoredJson.Clean(finding.Message),
            fingerprint = finding.Fingerprint,
            state = ReportNames.Of(finding.State),
            excerpt,
            excerpt_line = excerptLine,
            fix = finding.Fix is { } fix ? new StoredFix(fix.Description, fix.Path, fix.Edits, excerpts.Diff(fix)) : null,
        };
    }

    private static async Task InsertFixedAsync(NpgsqlConnection connection, Target target, List<Guid> gone)
    {
        if (gone.Count > 0)
        {
            await connection.ExecuteAsync(Sql.InsertFixed, new { target.AnalysisId, gone = gone.ToArray(), ids = gone.Select(_ => Guid.CreateVersion7()).ToArray() });
        }
    }

    private static class Sql
    {
        public const string Finish = """
            UPDATE analyses
            SET finished_at = now(), baseline_id = @baseline::uuid, commit_sha = @CommitSha, is_dirty = @IsDirty, rule_set = @ruleSet,
                overall = @overall, scores = @scores::jsonb, model = @model::jsonb, coverage = @coverage::jsonb,
                diagnostics = @diagnostics::jsonb, files = @files, bytes = @bytes, duration_ms = @durationMs
            WHERE organization_id = @OrganizationId AND id = @AnalysisId AND finished_at IS NULL
            """;

        public const string Insert = """
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, points,
                path, start_line, end_line, start_column, end_column, message, fingerprint, state, excerpt, excerpt_line, fix)
            SELECT found.id, @OrganizationId::uuid, @RepositoryId::uuid, @AnalysisId::uuid, found.rule_id, found.rule_name, found.category,
                found.severity, found.confidence, found.points, found.path, found.start_line, found.end_line, found.start_column,
                found.end_column, found.message, found.fingerprint, found.state, found.excerpt, found.excerpt_line, nullif(found.fix, 'null'::jsonb)
            FROM jsonb_to_recordset(@rows::jsonb) AS found (
                id uuid, rule_id text, rule_name text, category text, severity text, confidence real, points real, path text, start_line integer,
                end_line integer, start_column integer, end_column integer, message text, fingerprint text, state text, excerpt text, excerpt_line integer,
                fix jsonb)
            """;

        public const string InsertFixed = """
            INSERT INTO findings (id, organization_id, repository_id, analysis_id, rule_id, rule_name, category, severity, confidence, points,
                path, start_line, end_line, start_column, end_column, message, fingerprint, state, excerpt, excerpt_line)
            SELECT pairs.id, organization_id, repository_id, @AnalysisId::uuid, rule_id, rule_name, category, severity, confidence, 0,
                path, start_line, end_line, start_column, end_column, message, fingerprint, 'fixed', excerpt, excerpt_line
            FROM findings JOIN unnest(@ids::uuid[], @gone::uuid[]) AS pairs (id, gone) ON findings.id = pairs.gone
            """;

        public const string History = """
            INSERT INTO score_history (organization_id, repository_id, analysis_id, rule_set, overall, security, performance, code_quality,
                ci_cd, dependencies)
            VALUES (@OrganizationId, @RepositoryId, @AnalysisId, @ruleSet, @overall, @security, @performance, @codeQuality, @ciCd, @dependencies)
            """;

        public const string Branch = """
            UPDATE repositories SET default_branch = @branch::text
            WHERE organization_id = @OrganizationId AND id = @RepositoryId AND @branch::text IS NOT NULL
              AND default_branch IS DISTINCT FROM @branch::text
            """;
    }
}
