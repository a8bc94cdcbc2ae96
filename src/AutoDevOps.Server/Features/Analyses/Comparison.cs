using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;
using Dapper;
using Npgsql;

namespace AutoDevOps.Server.Features.Analyses;

/// <summary>What an analysis is held against: the one before it, and what people decided to leave as it is.</summary>
/// <param name="BaselineId">The newest finished analysis before it, of the same kind and ref: others looked at other things. For a pull request,
/// that of the default branch: what is new is what it would bring.</param>
/// <param name="Before">What that one found, by fingerprint; what it said is fixed is not among it.</param>
/// <param name="Suppressed">The fingerprints whose suppression has not expired.</param>
internal sealed record Comparison(Guid? BaselineId, IReadOnlyDictionary<string, Comparison.Earlier> Before, IReadOnlySet<string> Suppressed)
{
    // A rule that does not run any more finds nothing, and so proves nothing fixed.
    private static readonly HashSet<string> Running =
        RuleCatalog.All.Where(rule => !rule.Descriptor.Strict).Select(rule => rule.Descriptor.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads both. Until the transaction ends, nobody suppresses anything in the repository.</summary>
    public static async Task<Comparison> ReadAsync(NpgsqlConnection connection, AnalysisWriter.Target target)
    {
        await connection.ExecuteAsync(Sql.Lock, target);
        var baseline = await connection.ExecuteScalarAsync<Guid?>(Sql.Baseline, target);
        var before = baseline is null ? [] : await connection.QueryAsync<Earlier>(Sql.Before, new { target.OrganizationId, baseline });
        var suppressed = await connection.QueryAsync<string>(Sql.Suppressed, target);
        return new Comparison(
            baseline, before.ToDictionary(finding => finding.Fingerprint, StringComparer.Ordinal), suppressed.ToHashSet(StringComparer.Ordinal));
    }

    public FindingState StateOf(Finding finding) =>
        Suppressed.Contains(finding.Fingerprint) ? FindingState.Suppressed
        : Before.ContainsKey(finding.Fingerprint) ? FindingState.Existing
        : FindingState.New;

    /// <summary>The findings of the baseline that this result does not have any more.</summary>
    /// <param name="findings">All of them, also those that are too many to keep.</param>
    public List<Guid> Fixed(IReadOnlyList<Finding> findings)
    {
        var now = findings.Select(finding => finding.Fingerprint).ToHashSet(StringComparer.Ordinal);
        return [.. Before.Values.Where(finding => !now.Contains(finding.Fingerprint) && Running.Contains(finding.RuleId)).Select(finding => finding.Id).Order()];
    }

    /// <summary>The result with each finding's state, and with scores of which suppressed findings take nothing.</summary>
    public AnalysisResult Apply(AnalysisResult result)
    {
        List<Finding> findings = [.. result.Findings.Select(finding => finding with { State = StateOf(finding) })];
        // What was assessed stays assessed: that nothing counts any more is not that nothing was looked at.
        var assessed = result.Scores.Categories.Where(category => category.Value is not null).Select(category => category.Category).ToHashSet();
        var scores = Scorer.Score([.. findings.Where(finding => finding.State != FindingState.Suppressed)], assessed);
        return result with { Findings = findings, Scores = scores };
    }

    public sealed record Earlier(Guid Id, string Fingerprint, string RuleId);

    private static class Sql
    {
        public const string Lock = "SELECT FROM repositories WHERE organization_id = @OrganizationId AND id = @RepositoryId FOR NO KEY UPDATE";

        public const string Baseline = """
            SELECT id FROM analyses
            WHERE organization_id = @OrganizationId::uuid AND repository_id = @RepositoryId::uuid AND id < @AnalysisId::uuid
              AND kind = @Kind::text AND pull_request IS NULL
              AND ref IS NOT DISTINCT FROM CASE WHEN @PullRequest::integer IS NULL THEN @Ref::text END
              AND finished_at IS NOT NULL AND failure IS NULL
            ORDER BY id DESC LIMIT 1
            """;

        public const string Before = """
            SELECT id AS "Id", fingerprint AS "Fingerprint", rule_id AS "RuleId" FROM findings
            WHERE organization_id = @OrganizationId AND analysis_id = @baseline::uuid AND state <> 'fixed'
            """;

        public const string Suppressed = """
            SELECT fingerprint FROM suppressions
            WHERE organization_id = @OrganizationId AND repository_id = @RepositoryId AND (expires_at IS NULL OR expires_at > now())
            """;
    }
}
