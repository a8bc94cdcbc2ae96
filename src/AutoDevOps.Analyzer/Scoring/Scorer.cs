using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Scoring;

/// <summary>Turns findings into scores that name their reasons.</summary>
/// <remarks>A category starts at 100 and loses, per finding, the points of its severity times its confidence; the k-th finding of one rule
/// (the dearest first, then by place) costs 1/k of that. What is left is rounded half away from zero and stops at 0; only what lost nothing
/// has 100. The overall score is the mean of the assessed categories, weighted security 30, ci_cd 25, code_quality 20, dependencies 15,
/// performance 10.</remarks>
public static class Scorer
{
    public static double PointsOf(Severity severity) => severity switch
    {
        Severity.Critical => 25,
        Severity.High => 10,
        Severity.Medium => 4,
        Severity.Low => 1,
        _ => 0,
    };

    public static int WeightOf(Category category) => category switch
    {
        Category.Security => 30,
        Category.CiCd => 25,
        Category.CodeQuality => 20,
        Category.Dependencies => 15,
        _ => 10,
    };

    /// <summary>90 excellent, 70 good, 50 fair, 30 poor, below critical.</summary>
    public static Band BandOf(int score) => score switch
    {
        >= 90 => Band.Excellent,
        >= 70 => Band.Good,
        >= 50 => Band.Fair,
        >= 30 => Band.Poor,
        _ => Band.Critical,
    };

    /// <summary>Scores the open findings.</summary>
    /// <param name="findings">In any order.</param>
    /// <param name="assessed">The categories of which at least one rule had something to look at; the others have no score.</param>
    public static ScoreCard Score(IReadOnlyList<Finding> findings, IReadOnlySet<Category> assessed)
    {
        var categories = Enum.GetValues<Category>()
            .Select(category => Score(category, [.. findings.Where(finding => finding.Rule.Category == category)], assessed.Contains(category)))
            .ToList();
        var scored = categories.Where(category => category.Value is not null).ToList();
        int? overall = scored.Count == 0
            ? null
            : Rounded(scored.Sum(category => (double)category.Value!.Value * WeightOf(category.Category)) / scored.Sum(category => WeightOf(category.Category)));
        return new(overall, categories);
    }

    private static CategoryScore Score(Category category, IReadOnlyList<Finding> findings, bool assessed)
    {
        var lost = findings
            .GroupBy(finding => finding.Rule.Id)
            .SelectMany(rule => rule
                .OrderByDescending(Cost)
                .ThenBy(finding => finding.Location.Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Location.StartLine)
                .ThenBy(finding => finding.Location.StartColumn)
                .ThenBy(finding => finding.Fingerprint, StringComparer.Ordinal)
                .Select((finding, index) => new LostPoints(finding, Cost(finding) / (index + 1))))
            .OrderByDescending(loss => loss.Points)
            .ThenBy(loss => loss.Finding.Rule.Id, StringComparer.Ordinal)
            .ThenBy(loss => loss.Finding.Location.Path, StringComparer.Ordinal)
            .ThenBy(loss => loss.Finding.Location.StartLine)
            .ThenBy(loss => loss.Finding.Fingerprint, StringComparer.Ordinal)
            .ToList();
        int? value = assessed || lost.Count > 0
            ? Rounded(Math.Max(0, 100 - lost.Sum(loss => loss.Points)))
            : null;
        return new(category, value, lost);
    }

    // A lost point that rounding gave back would stand beside a score that does not show it.
    private static int Rounded(double left) => left < 100 ? Math.Min(99, (int)Math.Round(left, MidpointRounding.AwayFromZero)) : 100;

    private static double Cost(Finding finding) => PointsOf(finding.Severity) * finding.Confidence;
}
