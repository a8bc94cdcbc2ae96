using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Rules.Secrets;

/// <summary>A rule about secrets: it looks only at the lines on which one of its keywords stands, and these are found for all such rules in
/// one pass over the file.</summary>
internal abstract partial class SecretRule : IFileRule
{
    protected SecretRule(params ReadOnlySpan<string> keywords) => Keywords = [.. keywords];

    /// <summary>ASCII; one of these is on the line of every candidate.</summary>
    internal IReadOnlyList<string> Keywords { get; }

    /// <summary>Whether the keywords are names, which people write in any case, and not the fixed beginning of a value.</summary>
    internal virtual bool IgnoresCase => false;

    public abstract RuleDescriptor Descriptor { get; }

    // Documentation of formats, and material for tests, hold values that look real on purpose.
    public virtual bool Reads(SnapshotFile file) =>
        !file.IsSample && file.Extension is not (".svg" or ".map" or ".lock" or ".sum" or ".snap") && file.Name is not ("package-lock.json" or "pnpm-lock.yaml");

    public abstract IEnumerable<Finding> Check(SnapshotFile file);

    /// <summary>The lines of a file that this rule has to look at.</summary>
    protected IReadOnlyList<TextLine> Lines(SnapshotFile file) => SecretKeywords.In(file).Of(this);

    /// <summary>Settings of a developer's machine and of tests, and what fills an empty database: <c>dev.exs</c>, <c>.env.test</c>, <c>seeds.rb</c>.</summary>
    protected static bool IsForDevelopment(SnapshotFile file) => DevelopmentName().IsMatch(file.Name);

    [GeneratedRegex("^(dev|development|test|testing|local|seeds?|mocks?|fixtures?)\\.|[._-](dev|development|test|testing|ci|mock|seed)(\\.|$)|^(mock|seed)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex DevelopmentName();
}
