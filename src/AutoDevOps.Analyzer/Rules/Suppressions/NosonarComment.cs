namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>NOSONAR</c> in a comment on a line of code: SonarQube says nothing about the line.</summary>
internal sealed class NosonarComment : SuppressionDialect
{
    public override string Mark => "NOSONAR";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (comment.Text.Contains(Mark, StringComparison.Ordinal))
        {
            found.Add(["sonar/*", "COD*"], comment.Here);
        }
    }
}
