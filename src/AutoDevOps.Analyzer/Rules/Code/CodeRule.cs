using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>What is wrong in code, from one token to another.</summary>
internal readonly record struct CodeFinding(int First, int Last, string Message);

/// <summary>A rule about the code of what is no test. A file is cut into tokens once for all of them, if it holds a word of any.</summary>
internal abstract class CodeRule : IFileRule
{
    public abstract RuleDescriptor Descriptor { get; }

    /// <summary>The words of which a file of a language must hold at least one.</summary>
    protected abstract IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; }

    public bool Reads(SnapshotFile file) =>
        SourceTokens.LanguageOf(file) is { } language && Words.Any(word => word.Language == language) && !file.IsTest && !file.IsAside;

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        var language = SourceTokens.LanguageOf(file)!.Value;
        if (!Words.Any(word => word.Language == language && file.Text.Contains(word.Word, StringComparison.Ordinal)) || !MayConcern(language, file.Text))
        {
            yield break;
        }

        var tokens = SourceTokens.Of(file, language);
        foreach (var finding in Find(tokens, file.Path))
        {
            var (line, column, endLine, endColumn) = tokens.Place(finding.First, finding.Last);
            yield return Descriptor.At(new Location(file.Path, line, endLine, column, endLine == line ? endColumn : 0), finding.Message);
        }
    }

    /// <summary>Whether the text holds what else there must be; much cheaper than tokens.</summary>
    protected virtual bool MayConcern(SourceLanguage language, string text) => true;

    protected abstract IEnumerable<CodeFinding> Find(SourceTokens tokens, string path);

    /// <summary>The calls of the rule's words in the language of the file.</summary>
    protected IEnumerable<SourceCall> Calls(SourceTokens tokens) =>
        Words.Where(word => word.Language == tokens.Language).SelectMany(word => tokens.Calls(word.Word)).Where(call => !call.IsDeclaration);

    protected static CodeFinding At(SourceCall call, string message) => new(call.First, call.Close, message);
}
