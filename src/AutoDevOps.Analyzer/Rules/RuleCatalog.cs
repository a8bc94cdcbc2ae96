namespace AutoDevOps.Analyzer.Rules;

/// <summary>Every rule there is, in the order of the documentation.</summary>
public static class RuleCatalog
{
    public static IReadOnlyList<IRule> All { get; } =
    [
    ];
}
