using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>autodevops-ignore: RULE[,RULE] reason</c>: beside code for its line, alone for what begins on the next line and is indented
/// below it. It needs rules that exist and a reason; else it holds nothing, and a diagnostic says so.</summary>
internal sealed partial class OwnComment : SuppressionDialect
{
    /// <summary>The word itself.</summary>
    public const string Word = "autodevops-ignore";

    public override string Mark => Word;

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Meant().Match(comment.Text) is not { Success: true } meant)
        {
            return;
        }

        var names = Names(meant.Groups["names"].Value).ToArray();
        if (names.Length == 0)
        {
            found.Problem(comment.Number, $"{Word} names no rule. Nothing is ignored; write `{Word}: RULE reason`.");
        }
        else if (Array.Find(names, name => RuleCatalog.Find(name) is null) is { } unknown)
        {
            found.Problem(comment.Number, $"{Word} names no rule: '{unknown}'. Nothing is ignored.");
        }
        else if (Array.Find(names, name => !RuleCatalog.Find(name)!.CanBeIgnored) is { } demanded)
        {
            found.Problem(comment.Number, $"{Word} names '{demanded}', which tells what a policy demands. Nothing is ignored; change the policy.");
        }
        else if (meant.Groups["reason"].Value.Trim(' ', '-', '*', '/', '>', '@').Length == 0)
        {
            found.Problem(comment.Number, $"{Word} says no reason. Nothing is ignored; write one after the rule.");
        }
        else
        {
            found.Add(names, comment.Thing);
        }
    }

    [GeneratedRegex(@"^(#|//|/\*|<!--|@\*|--|;)\s*autodevops-ignore\b:?[ \t]*(?<names>[A-Za-z0-9-]*(\s*,\s*[A-Za-z0-9-]+)*)(?<reason>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Meant();
}
