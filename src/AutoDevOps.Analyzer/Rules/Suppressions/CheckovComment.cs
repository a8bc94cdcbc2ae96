using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary><c>checkov:skip=CKV_AWS_20:reason</c> inside of a resource for that, in a Dockerfile for the file; and the annotation
/// <c>checkov.io/skip1: CKV_K8S_20=reason</c> of a Kubernetes object.</summary>
/// <remarks>Its documentation: "Suppressing and skipping policies".</remarks>
internal sealed partial class CheckovComment : SuppressionDialect
{
    public override string Mark => "checkov";

    public override void Read(Comment comment, FoundSuppressions found)
    {
        if (Pattern().Match(comment.Line) is { Success: true } match && (comment.Start >= 0 || match.Groups["key"].Success))
        {
            found.Add(["checkov/" + match.Groups["name"].Value], match.Groups["key"].Success ? comment.Source.Document(comment.Number) : comment.Source.Around(comment.Number));
        }
    }

    [GeneratedRegex(@"^[^:]{0,500}\bcheckov(:skip=|(?<key>\.io/skip[0-9]+[""']?:\s*[""']?))(?<name>CKV[A-Z0-9]*_[A-Z0-9_]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
