using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Scoring;

/// <summary>Scores from 0 to 100 that name the finding behind every lost point.</summary>
/// <param name="Overall">The weighted mean of what was assessed; null when nothing was.</param>
/// <param name="Categories">Every category, in the order of <see cref="Category"/>.</param>
public sealed record ScoreCard(int? Overall, IReadOnlyList<CategoryScore> Categories);

/// <param name="Value">0 to 100, or null: not assessed, because no rule of the category had anything to look at.</param>
/// <param name="Lost">What each open finding costs, the dearest first. Points may add up to more than 100; the score stops at 0.</param>
public sealed record CategoryScore(Category Category, int? Value, IReadOnlyList<LostPoints> Lost);

/// <param name="Points">What this finding takes off the score.</param>
public sealed record LostPoints(Finding Finding, double Points);

/// <summary>A word for a score.</summary>
public enum Band
{
    Critical,
    Poor,
    Fair,
    Good,
    Excellent,
}
