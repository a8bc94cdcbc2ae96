namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>gitleaks:allow</c> anywhere on a line: what looks like a secret there is none. Its README: "gitleaks:allow".</summary>
internal sealed class GitleaksComment : SuppressionDialect
{
    public override string Mark => "gitleaks:allow";

    public override void Read(Comment comment, FoundSuppressions found) => found.Add(["SEC*"], comment.Here);
}
