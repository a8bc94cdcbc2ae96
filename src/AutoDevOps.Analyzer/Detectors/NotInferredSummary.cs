using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors;

/// <summary>What was not inferred, for people: in a repository of many parts the same reason may hold for a hundred of them.</summary>
public static partial class NotInferredSummary
{
    /// <summary>Reasons that hold for up to so many components are told for each.</summary>
    public const int MostAlike = 3;

    /// <summary>One line for each, in the order of the first; those alike but for what stands in brackets become one, without the brackets.</summary>
    public static IReadOnlyList<NotInferred> Of(IEnumerable<NotInferred> gaps) =>
        [.. gaps.Distinct().GroupBy(gap => (gap.What, Why: Brackets().Replace(gap.Why, ""))).SelectMany(group => group.Count() <= MostAlike
            ? group
            : (IEnumerable<NotInferred>)[new($"{group.Count()} components ({string.Join(", ", group.Take(MostAlike).Select(gap => gap.Component))}, …)", group.Key.What, group.Key.Why)])];

    [GeneratedRegex(@" ?\([^()]*\)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();
}
