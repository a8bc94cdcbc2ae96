using System.Text.RegularExpressions;

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

    /// <summary>Whether it leaves to others even what they know only by its place.</summary>
    protected virtual bool IsLastResort => false;

    /// <summary>Lines that are longer are not looked at.</summary>
    protected virtual int MaxLineLength => int.MaxValue;

    /// <summary>Bits per character that the value has at least, after its prefix.</summary>
    protected virtual double MinEntropy => 2.8;

    /// <summary>Whether a file can hold such a secret at all; asked once, when a keyword stands in it.</summary>
    protected virtual bool Concerns(SnapshotFile file) => true;

    /// <summary>Whether a value says itself that it is none.</summary>
    protected virtual bool IsPlaceholder(string secret) => Placeholders.IsPlaceholder(secret);

    /// <summary>Whether a value looks like one, wherever it stands.</summary>
    protected virtual bool LooksReal(string secret) => true;

    /// <summary>Whether a candidate passes what the vendor's format allows to check offline.</summary>
    protected virtual bool IsReal(SecretCandidate candidate) => true;

    public override IEnumerable<Finding> Check(SnapshotFile file)
    {
        var lines = Lines(file);
        if (lines.Count == 0 || !Concerns(file))
        {
            return [];
        }

        var tests = TestsIn(file);
        return lines
            .Where(place => place.Length <= MaxLineLength && (!IsSilentInTests || place.Start < tests))
            .SelectMany(place => CheckLine(file, place, isTest: place.Start >= tests));
    }

    private IEnumerable<Finding> CheckLine(SnapshotFile file, TextLine place, bool isTest)
    {
        WorkBudget.Spend(1 + (place.Length / 64));
        var line = file.Text.Substring(place.Start, place.Length);
        var isHarmless = isTest || IsDocument(file) || IsTemplate(file.Name);
        List<(int Start, int End)>? known = null;
        foreach (Match match in Pattern.Matches(line))
        {
            var secret = match.Groups["secret"];
            if (!Accepts(new(secret.Value, match, line, file)))
            {
                continue;
            }

            known ??= IsGeneral ? [.. KnownIn(file, place, line)] : [];
            if (known.Exists(other => other.Start < secret.Index + secret.Length && secret.Index < other.End))
            {
                continue;
            }

            var location = new Location(file.Path, place.Number, place.Number, secret.Index + 1, secret.Index + secret.Length + 1);
            yield return Descriptor.At(location, $"{Thing} stands here in clear: {Redaction.Of(secret.Value)}") with
            {
                Confidence = isHarmless ? Descriptor.Confidence / 2 : Descriptor.Confidence,
                Severity = isHarmless && Descriptor.Severity > Severity.Medium ? Severity.Medium : Descriptor.Severity,
            };
        }
    }

    /// <summary>Takes the values out of text that is quoted. A format with a mark of its own goes by its pattern, so that what only looks like
    /// a secret goes too; what is known by its place must look like one.</summary>
    internal string Redact(string text) =>
        Pattern.Replace(text, match =>
        {
            var secret = match.Groups["secret"];
            return IsGeneral && (IsPlaceholder(secret.Value) || !LooksReal(secret.Value))
                ? match.Value
                : string.Concat(match.Value.AsSpan(0, secret.Index - match.Index), Redaction.Of(secret.Value), match.Value.AsSpan(secret.Index - match.Index + secret.Length));
        });

    /// <summary>Whether values beside tests are not even told with less weight.</summary>
    protected virtual bool IsSilentInTests => false;

    /// <summary>Where tests begin in a file; Rust has them at the end of the file that they test.</summary>
    private static int TestsIn(SnapshotFile file)
    {
        if (file.IsTest)
        {
            return 0;
        }

        return file.Extension == ".rs" && file.Text.IndexOf("#[cfg(test)]", StringComparison.Ordinal) is >= 0 and var start ? start : int.MaxValue;
    }

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

        return value.Length > 0 && !IsPlaceholder(candidate.Secret) && Placeholders.Entropy(value) >= MinEntropy && LooksReal(candidate.Secret) && IsReal(candidate);
    }

    private IEnumerable<(int Start, int End)> KnownIn(SnapshotFile file, TextLine place, string line) =>
        from format in SecretKeywords.In(file).On(place.Number).OfType<SecretFormat>()
        where format != this && (!format.IsGeneral || IsLastResort) && format.Reads(file)
        from match in format.Pattern.Matches(line)
        let secret = match.Groups["secret"]
        select (secret.Index, secret.Index + secret.Length);
}
