using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>A rule that finds one format of secret: a keyword that is cheap to look for, a pattern, and a test that only a
/// real one passes. A new format is one subclass.</summary>
internal abstract class SecretFormat(params ReadOnlySpan<string> keywords) : SecretRule(keywords)
{
    /// <summary>What the secret belongs to, as in "a token of GitHub".</summary>
    protected abstract string Thing { get; }

    /// <summary>Matches a candidate; its group <c>secret</c> is the value.</summary>
    internal abstract Regex Pattern { get; }

    /// <summary>Whether a candidate passes what the vendor's format allows to check offline.</summary>
    protected virtual bool IsReal(string secret, SnapshotFile file) => true;

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        foreach (var line in Lines(file))
        {
            WorkBudget.Spend(1 + (line.Length / 64));
            foreach (Match match in Pattern.Matches(file.Text.Substring(line.Start, line.Length)))
            {
                var secret = match.Groups["secret"];
                if (Placeholders.IsPlaceholder(secret.Value) || !IsReal(secret.Value, file))
                {
                    continue;
                }

                var location = new Location(file.Path, line.Number, line.Number, secret.Index + 1, secret.Index + secret.Length + 1);
                var test = PathRole.IsTest(file.Path) || file.Extension is ".md" or ".mdx" or ".rst" or ".adoc";
                yield return Descriptor.At(location, $"{Thing} stands here in clear: {Redaction.Of(secret.Value)}") with
                {
                    Confidence = test ? Descriptor.Confidence / 2 : Descriptor.Confidence,
                    Severity = test && Descriptor.Severity > Severity.Medium ? Severity.Medium : Descriptor.Severity,
                };
            }
        }
    }
}
