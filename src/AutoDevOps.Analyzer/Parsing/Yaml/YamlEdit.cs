namespace AutoDevOps.Analyzer.Parsing.Yaml;

/// <summary>Changes to a YAML file that leave every other character as it is.</summary>
/// <remarks>What is put in is written as YAML by the caller. An edit that cannot be made without touching something else is refused.</remarks>
public sealed class YamlEdit(YamlSource source)
{
    private readonly List<(SourceSpan Span, string Text)> _changes = [];

    /// <summary>Writes another value for a pair. Its anchor stays when something refers to it.</summary>
    /// <param name="yaml">The value; further lines of it are indented by the caller.</param>
    /// <returns>False when something refers into what would go.</returns>
    public bool Replace(YamlEntry entry, string yaml)
    {
        if (entry.Alias is null && source.HoldsAnchorBelow(entry.Value))
        {
            return false;
        }

        var anchor = entry.Alias is null && source.IsReferredTo(entry.Value) ? $"&{source.AnchorOf(entry.Value)} " : "";
        var at = entry.ValueSpan.Start;

        // A list may stand as far left as its key; anything else may not.
        var before = at > 0 && source.Text[at - 1] == ':' ? " "
            : entry.Value.Kind == NodeKind.Sequence && entry.Value.Start.Column <= entry.Key.Start.Column && !yaml.StartsWith("- ", StringComparison.Ordinal) ? "  "
            : "";
        Add(entry.ValueSpan, before + anchor + yaml.ReplaceLineEndings(source.NewLine));
        return true;
    }

    /// <summary>Puts another text in the place of a part of a value.</summary>
    public void Rewrite(Position start, int length, string text)
    {
        var at = source.Offset(start);
        Add(new(at, at + length), text);
    }

    /// <summary>Puts lines before a pair and the comments above it, indented like its key.</summary>
    /// <returns>False when the pair does not begin its line, so that no line can go before it.</returns>
    public bool InsertBefore(YamlEntry entry, params ReadOnlySpan<string> lines)
    {
        if (!BeginsLine(entry))
        {
            return false;
        }

        var at = source.LineStart(FirstLine(entry));
        Add(new(at, at), Lines(Indentation(entry), lines));
        return true;
    }

    /// <summary>Puts lines after a pair and what belongs to it, indented like its key.</summary>
    /// <returns>False when something else stands on its last line.</returns>
    public bool InsertAfter(YamlEntry entry, params ReadOnlySpan<string> lines)
    {
        if (!EndsLine(entry))
        {
            return false;
        }

        var at = source.LineStart(LastLine(entry) + 1);
        var isOpen = at == source.Text.Length && at > 0 && source.Text[at - 1] is not ('\n' or '\r');
        var text = Lines(Indentation(entry), lines);
        Add(new(at, at), isOpen ? source.NewLine + text[..^source.NewLine.Length] : text);
        return true;
    }

    /// <summary>Takes a pair away with its lines and the comments that belong to it.</summary>
    /// <returns>False when it shares a line with something else, is the only one of its mapping, or something refers into it.</returns>
    public bool Remove(YamlEntry entry)
    {
        if (entry.Mapping.Entries.Count == 1 || !BeginsLine(entry) || !EndsLine(entry) || (entry.Alias is null && source.HoldsAnchor(entry.Value)))
        {
            return false;
        }

        Add(new(source.LineStart(FirstLine(entry)), source.LineStart(LastLine(entry) + 1)), "");
        return true;
    }

    /// <summary>The text with all changes made.</summary>
    /// <exception cref="InvalidOperationException">Two changes overlap.</exception>
    public string Apply()
    {
        var text = source.Text;
        var before = int.MaxValue;
        foreach (var (span, replacement) in _changes.OrderByDescending(change => change.Span.Start).ThenByDescending(change => change.Span.End))
        {
            if (span.End > before)
            {
                throw new InvalidOperationException($"Two edits overlap in line {source.LineOf(span.End)}.");
            }

            text = string.Concat(text.AsSpan(0, span.Start), replacement, text.AsSpan(span.End));
            before = span.Start;
        }

        return text;
    }

    private void Add(SourceSpan span, string text) => _changes.Add((span, text));

    private string Lines(string indentation, ReadOnlySpan<string> lines)
    {
        var text = new System.Text.StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.Length == 0 ? "" : indentation).Append(line).Append(source.NewLine);
        }

        return text.ToString();
    }

    private bool BeginsLine(YamlEntry entry) => string.IsNullOrWhiteSpace(Before(entry));

    private string Indentation(YamlEntry entry) => new(' ', Before(entry).Length);

    private string Before(YamlEntry entry) => source.Text[source.LineStart(source.LineOf(entry.KeySpan.Start))..entry.KeySpan.Start];

    /// <summary>Whether after the pair nothing stands on its line but a comment.</summary>
    private bool EndsLine(YamlEntry entry)
    {
        var end = Math.Max(entry.ValueSpan.End, entry.KeySpan.End);
        var rest = source.Text[end..source.LineStart(source.LineOf(end) + 1)].AsSpan().TrimStart(" \t:").TrimEnd();
        return rest.IsEmpty || rest[0] == '#';
    }

    private int FirstLine(YamlEntry entry)
    {
        var line = source.LineOf(entry.KeySpan.Start);
        return source.CommentsAt(line).Where(comment => !comment.IsBeside).Select(comment => comment.Line).Append(line).Min();
    }

    private int LastLine(YamlEntry entry) => source.LineOf(Math.Max(entry.ValueSpan.End, entry.KeySpan.End));
}
