using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Which version of an action a step uses; of a pinned commit that which the comment behind it names.</summary>
internal static partial class UsedVersion
{
    /// <summary>Longer lines nobody wrote.</summary>
    internal const int MaxLine = 1_000;

    /// <summary>The major version, or null.</summary>
    public static int? Major(WorkflowStep step) => Parts(step) is [var major, ..] ? major : null;

    /// <summary>The numbers of the version, of a moving tag the first only; nothing when none is named.</summary>
    public static IReadOnlyList<int> Parts(WorkflowStep step) => Parts(step.Workflow, step.Uses, step.Action);

    internal static IReadOnlyList<int> Parts(Workflow workflow, DataNode? uses, ActionReference? action)
    {
        if (uses is null || action is not { Kind: ActionKind.Remote, Ref: { } reference })
        {
            return [];
        }

        return action.IsPinned ? uses.Line <= workflow.Lines.Count && workflow.Lines[uses.Line - 1].Length <= MaxLine ? Numbers(Comment().Match(workflow.Lines[uses.Line - 1])) : [] : Numbers(Tag().Match(reference));
    }

    private static List<int> Numbers(Match match) => match.Success ? [.. match.Groups["part"].Captures.Select(part => int.Parse(part.Value, System.Globalization.CultureInfo.InvariantCulture))] : [];

    [GeneratedRegex(@"^v?(?<part>\d{1,4})(\.(?<part>\d{1,4})){0,2}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"#\s*(tag\s*[:=]\s*|pin@)?v?(?<part>\d{1,4})(\.(?<part>\d{1,4})){0,2}\s*($|[#;,])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Comment();
}
