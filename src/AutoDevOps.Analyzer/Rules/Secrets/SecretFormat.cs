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

    /// <summary>Whether the pattern knows a place and not a vendor: then it leaves to others what they know.</summary>
    internal virtual bool IsGeneral => false;

    /// <summary>Bits per character that the value has at least, after its prefix.</summary>
    protected virtual double MinEntropy => 2.8;

    /// <summary>Whether a candidate passes what the vendor's format allows to check offline.</summary>
    protected virtual bool IsReal(SecretCandidate candidate) => true;

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        var lines = Lines(file);
        if (lines.Count == 0)
        {
            yield break;
        }

        var silent = ScannerComments.In(file, Descriptor);
        foreach (var place in lines)
        {
            WorkBudget.Spend(1 + (place.Length / 64));
            var line = file.Text.Substring(place.Start, place.Length);
            List<(int Start, int End)>? known = null;
            foreach (Match match in Pattern.Matches(line))
            {
                var secret = match.Groups["secret"];
                if (!Accepts(new(secret.Value, line, match.Index, file)) || silent.Cover(place.Number))
                {
                    continue;
                }

                var isTest = PathRole.IsTest(file.Path) || IsInRustTests(file, place);
                if (isTest && IsSilentInTests)
                {
                    continue;
                }

                if (IsGeneral)
                {
                    known ??= [.. KnownIn(file, place, line)];
                    if (known.Exists(other => other.Start < secret.Index + secret.Length && secret.Index < other.End))
                    {
                        continue;
                    }
                }

                var location = new Location(file.Path, place.Number, place.Number, secret.Index + 1, secret.Index + secret.Length + 1);
                var isHarmless = isTest || IsDocument(file) || IsTemplate(file.Name);
                yield return Descriptor.At(location, $"{Thing} stands here in clear: {Redaction.Of(secret.Value)}") with
                {
                    Confidence = isHarmless ? Descriptor.Confidence / 2 : Descriptor.Confidence,
                    Severity = isHarmless && Descriptor.Severity > Severity.Medium ? Severity.Medium : Descriptor.Severity,
                };
            }
        }
    }

    /// <summary>Takes the values out of text that is quoted. A format with a mark of its own goes by its pattern, so that what only looks like
    /// a secret goes too; what is known by its place must look like one.</summary>
    internal string Redact(string text) =>
        Pattern.Replace(text, match =>
        {
            var secret = match.Groups["secret"];
            return IsGeneral && Placeholders.IsPlaceholder(secret.Value)
                ? match.Value
                : string.Concat(match.Value.AsSpan(0, secret.Index - match.Index), Redaction.Of(secret.Value), match.Value.AsSpan(secret.Index - match.Index + secret.Length));
        });

    /// <summary>Whether values beside tests are not even told with less weight.</summary>
    protected virtual bool IsSilentInTests => false;

    /// <summary>Rust has its tests at the end of the file that they test.</summary>
    private static bool IsInRustTests(SnapshotFile file, TextLine place) =>
        file.Extension == ".rs" && file.Text.AsSpan(0, place.Start).Contains("#[cfg(test)]", StringComparison.Ordinal);

    protected static bool IsDocument(SnapshotFile file) => file.Extension is ".md" or ".mdx" or ".rst" or ".adoc";

    /// <summary>A file that is copied and filled in: <c>.env.example</c>, <c>settings.sample.php</c>.</summary>
    protected static bool IsTemplate(string name) => TemplateWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] TemplateWords = [".example", ".sample", ".template", ".dist", "-example", "-sample", "example.", "sample."];

    private bool Accepts(SecretCandidate candidate)
    {
        var value = candidate.Secret.AsSpan();
        foreach (var keyword in Keywords)
        {
            if (value.StartsWith(keyword, StringComparison.Ordinal))
            {
                value = value[keyword.Length..];
                break;
            }
        }

        return value.Length > 0 && !Placeholders.IsPlaceholder(candidate.Secret) && Placeholders.Entropy(value) >= MinEntropy && IsReal(candidate);
    }

    private static IEnumerable<(int Start, int End)> KnownIn(SnapshotFile file, TextLine place, string line) =>
        from format in SecretKeywords.In(file).On(place.Number).OfType<SecretFormat>()
        where !format.IsGeneral
        from match in format.Pattern.Matches(line)
        let secret = match.Groups["secret"]
        select (secret.Index, secret.Index + secret.Length);
}
