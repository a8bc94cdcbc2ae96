using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Secrets;
using AutoDevOps.Analyzer.Scoring;

namespace AutoDevOps.Analyzer;

/// <summary>What one examination of a snapshot established.</summary>
public sealed record AnalysisResult(
    RepositoryModel Model,
    IReadOnlyList<Finding> Findings,
    ScoreCard Scores,
    Coverage Coverage,
    IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>Told as an analysis goes on; the numbers only grow.</summary>
/// <param name="Stage">One of <c>detect</c>, <c>rules</c>, <c>scores</c>.</param>
public readonly record struct AnalysisProgress(string Stage, int Done, int Total);

/// <summary>Which rules run. The default is every rule that is not strict.</summary>
public sealed record AnalysisOptions
{
    public static AnalysisOptions Default { get; } = new();

    /// <summary>Only these rules (ids or names); null: all of the level.</summary>
    public IReadOnlySet<string>? Rules { get; init; }

    /// <summary>Runs the strict rules too.</summary>
    public bool Strict { get; init; }

    /// <summary>The day of the analysis, on which suppressions may have ended. Null: none has, and rules that need a day do not run.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>What earlier analyses of the same owner found in files; null: every file is examined.</summary>
    public OwnedMemory? Memory { get; init; }

    /// <summary>Only these categories; null: all.</summary>
    public IReadOnlySet<Category>? Categories { get; init; }
}

/// <summary>Examines a snapshot: the one entry point. Same files, same result, on any machine.</summary>
public static class RepositoryAnalyzer
{
    /// <summary>Detects, runs the rules and scores. A rule that throws becomes a diagnostic and stops no other.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static AnalysisResult Analyze(
        RepositorySnapshot snapshot,
        AnalysisOptions options,
        IProgress<AnalysisProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        progress?.Report(new("detect", 0, 1));
        var (model, diagnostics) = RepositoryModelBuilder.Build(snapshot);
        progress?.Report(new("detect", 1, 1));

        var run = new RuleRun(snapshot, model, Selected(options), options, progress, cancellationToken);
        var findings = Fingerprints.Assign(snapshot, run.Execute());

        progress?.Report(new("scores", 0, 1));
        var scores = Scorer.Score(findings, run.Assessed);
        progress?.Report(new("scores", 1, 1));
        return new(model, findings, scores, snapshot.Coverage, Told(snapshot, [.. diagnostics, .. run.Diagnostics]));
    }

    private static List<IRule> Selected(AnalysisOptions options) =>
        [.. RuleCatalog.All.Where(rule =>
            (options.Rules is null
                ? options.Strict || !rule.Descriptor.Strict
                : options.Rules.Contains(rule.Descriptor.Id) || options.Rules.Contains(rule.Descriptor.Name))
            && (options.Categories is null || options.Categories.Contains(rule.Descriptor.Category)))];

    /// <summary>What is to be told about a snapshot: what went wrong with its files, and then with what they say; each once, in a fixed order.</summary>
    public static IReadOnlyList<Diagnostic> Told(RepositorySnapshot snapshot, IEnumerable<Diagnostic> diagnostics) =>
        [.. snapshot.Diagnostics.Concat(diagnostics).Select(diagnostic => diagnostic with { Message = SecretRedactor.Redact(diagnostic.Message) }).Distinct()
            .OrderBy(diagnostic => diagnostic.Path, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Line)
            .ThenBy(diagnostic => diagnostic.Message, StringComparer.Ordinal)];
}
