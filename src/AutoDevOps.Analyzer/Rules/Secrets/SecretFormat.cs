using System.Buffers;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>A rule that finds one format of secret: a keyword that is cheap to look for, a pattern, and a test that only a
/// real one passes. A new format is one subclass.</summary>
internal abstract class SecretFormat : IFileRule
{
    private readonly SearchValues<string> _keywords;

    protected SecretFormat(params ReadOnlySpan<string> keywords)
    {
        Keywords = [.. keywords];
        _keywords = SearchValues.Create(keywords, StringComparison.Ordinal);
    }

    /// <summary>One of these is in every candidate.</summary>
    internal IReadOnlyList<string> Keywords { get; }

    public abstract RuleDescriptor Descriptor { get; }

    /// <summary>What the secret belongs to, as in "a token of GitHub".</summary>
    protected abstract string Thing { get; }

    /// <summary>Matches a candidate; its group <c>secret</c> is the value.</summary>
    internal abstract Regex Pattern { get; }

    /// <summary>Whether a candidate passes what the vendor's format allows to check offline.</summary>
    protected virtual bool IsReal(string secret, SnapshotFile file) => true;

    // Documentation of formats, and material for tests, hold values that look real on purpose.
    public virtual bool Reads(SnapshotFile file) =>
        !PathRole.IsSample(file.Path) && file.Extension is not (".svg" or ".map" or ".lock" or ".sum" or ".snap") && file.Name is not ("package-lock.json" or "pnpm-lock.yaml");

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var text = file.Text;
        if (text.AsSpan().IndexOfAny(_keywords) < 0)
        {
            yield break;
        }

        // Minified files are one line of megabytes: the keyword decides, line by line, what the pattern has to see.
        foreach (var (number, line) in file.Lines())
        {
            if (line.AsSpan().IndexOfAny(_keywords) < 0)
            {
                continue;
            }

            foreach (Match match in Pattern.Matches(line))
            {
                var secret = match.Groups["secret"];
                if (Placeholders.IsPlaceholder(secret.Value) || !IsReal(secret.Value, file))
                {
                    continue;
                }

                var location = new Location(file.Path, number, number, secret.Index + 1, secret.Index + secret.Length + 1);
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
