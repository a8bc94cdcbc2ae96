namespace AutoDevOps.Analyzer.Parsing.Sources;

/// <summary>The words, marks and texts of a source file, and what belongs together among them.</summary>
internal sealed class SourceTokens
{
    /// <summary>Tokens before a name's use, among which its assignment is looked for.</summary>
    private const int MaxLookBack = 600;

    /// <summary>Characters of an expression that are looked at as text.</summary>
    private const int MaxQuoted = 4_000;

    private readonly SourceToken[] _tokens;
    private readonly int[] _partners;
    private readonly Lazy<int[]> _lines;
    private readonly Dictionary<string, bool> _constants = new(StringComparer.Ordinal);

    private SourceTokens(string text, SourceLanguage language)
    {
        Source = text;
        Language = language;
        _tokens = SourceLexer.Read(text, language);
        _partners = Pair();
        _lines = new(() => [0, .. Enumerable.Range(0, text.Length).Where(index => text[index] == '\n').Select(index => index + 1)]);
    }

    public string Source { get; }

    public SourceLanguage Language { get; }

    public int Count => _tokens.Length;

    public SourceToken this[int index] => (uint)index < (uint)_tokens.Length ? _tokens[index] : default;

    /// <summary>The file cut once for all rules that follow each other.</summary>
    public static SourceTokens Of(SnapshotFile file, SourceLanguage language) => file.Remembered(text => new SourceTokens(text, language));

    public static SourceTokens Read(string text, SourceLanguage language) => new(text, language);

    public static SourceLanguage? LanguageOf(SnapshotFile file) => file.Extension switch
    {
        ".cs" => SourceLanguage.CSharp,
        ".js" or ".mjs" or ".cjs" or ".ts" or ".mts" or ".cts" or ".jsx" or ".tsx" => SourceLanguage.JavaScript,
        ".py" => SourceLanguage.Python,
        ".go" => SourceLanguage.Go,
        ".java" => SourceLanguage.Java,
        _ => null,
    };

    public ReadOnlySpan<char> Text(int index) => this[index] is var token ? Source.AsSpan(token.Start, token.End - token.Start) : default;

    /// <summary>What stands between the quotes of a text.</summary>
    public ReadOnlySpan<char> Content(int index) => this[index] is var token ? Source.AsSpan(token.ContentStart, token.ContentEnd - token.ContentStart) : default;

    public bool Is(int index, string code) => this[index].Kind is TokenKind.Word or TokenKind.Mark or TokenKind.Number && Text(index).SequenceEqual(code);

    public bool IsText(int index) => this[index] is { Kind: TokenKind.Text, End: > 0 };

    public bool IsWord(int index) => this[index] is { Kind: TokenKind.Word, End: > 0 };

    /// <summary>The other bracket of a pair; -1 when there is none.</summary>
    public int Partner(int index) => (uint)index < (uint)_partners.Length ? _partners[index] : -1;

    /// <summary>From a token to the one after it, or after the bracket that it opens.</summary>
    public int After(int index) => Partner(index) is var partner && partner > index ? partner + 1 : index + 1;

    /// <summary>The tokens that are this word; not in texts, nor in comments.</summary>
    public IEnumerable<int> Words(string word)
    {
        WorkBudget.Spend(Source.Length / 64);
        for (var at = Source.IndexOf(word, StringComparison.Ordinal); at >= 0; at = Source.IndexOf(word, at + word.Length, StringComparison.Ordinal))
        {
            if (TokenAt(at) is var index and >= 0 && IsWord(index) && this[index].End == at + word.Length)
            {
                yield return index;
            }
        }
    }

    /// <summary>The calls of functions whose last name is this.</summary>
    public IEnumerable<SourceCall> Calls(string name)
    {
        foreach (var word in Words(name))
        {
            var open = AfterTypeArguments(word + 1);
            if (Is(open, "(") && Partner(open) is var close and > 0)
            {
                yield return new(this, word, open, close);
            }
        }
    }

    /// <summary>Whether a name gets nothing but literals in this file.</summary>
    public bool IsConstant(string name)
    {
        if (_constants.TryGetValue(name, out var known))
        {
            return known;
        }

        var assignments = Words(name).Where(word => Is(word + 1, "=") && !Is(word + 2, "=") && !Is(word - 1, ".")).Take(20).ToList();
        return _constants[name] = assignments.Count > 0 && assignments.TrueForAll(word => IsLiteral(word + 2));
    }

    /// <summary>What a name was given before, as far as that is plain: in the same function, or around it; else the argument itself.</summary>
    public SourceArgument Resolve(SourceArgument argument)
    {
        if (argument.End != argument.First + 1 || !IsWord(argument.First))
        {
            return argument;
        }

        var name = Text(argument.First);
        var limit = Math.Max(0, argument.First - MaxLookBack);
        for (var at = argument.First - 1; at >= limit; at--)
        {
            WorkBudget.Spend(1);
            if (Is(at, "}") && Partner(at) >= 0)
            {
                // const { name } = …
                if (Language == SourceLanguage.JavaScript && Is(at + 1, "=") && !Is(at + 2, "=") && Unpacks(at, name))
                {
                    return argument with { First = at + 2, End = EndOfExpression(at + 2) };
                }

                at = Partner(at);
            }
            else if (Is(at, "def"))
            {
                break;
            }
            else if (IsWord(at) && Text(at).SequenceEqual(name) && Is(at + 1, "=") && !Is(at + 2, "=") && !Is(at - 1, ".") && at + 2 != argument.First)
            {
                return argument with { First = at + 2, End = EndOfExpression(at + 2) };
            }
        }

        return argument;
    }

    /// <summary>Whether the pattern that ends with a bracket takes a property of this name as it is called, and gives it no default.</summary>
    private bool Unpacks(int close, ReadOnlySpan<char> name)
    {
        for (var at = Partner(close) + 1; at < close; at++)
        {
            if (Text(at).SequenceEqual(name) && (Is(at - 1, "{") || Is(at - 1, ",")) && (Is(at + 1, ",") || at + 1 == close))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where an expression ends that a statement begins with: at a semicolon, at the bracket around it, or with its line.</summary>
    public int EndOfExpression(int first)
    {
        var at = first;
        while (at < Count && !Is(at, ";") && !Is(at, ",") && !(this[at].Kind == TokenKind.Mark && Text(at) is ")" or "]" or "}"))
        {
            WorkBudget.Spend(1);
            if (at > first && Place(this[at].Start).Line > Place(this[at - 1].End).Line && !GoesOn(at))
            {
                break;
            }

            at = After(at);
        }

        return at;
    }

    /// <summary>Whether a token on a new line continues the expression before it.</summary>
    private bool GoesOn(int at) =>
        Language is SourceLanguage.CSharp or SourceLanguage.Java
        || Is(at, ".") || Is(at, "+") || Is(at, "?") || Is(at, ":") || Is(at - 1, "+") || Is(at - 1, "=") || (Is(at - 1, ".") && Language == SourceLanguage.Go);

    /// <summary>A place from one token to another.</summary>
    public (int Line, int Column, int EndLine, int EndColumn) Place(int first, int last)
    {
        var (line, column) = Place(this[first].Start);
        var (endLine, endColumn) = Place(Math.Max(this[last].End, this[first].End));
        return (line, column, endLine, endColumn);
    }

    /// <summary>How a run of tokens is written; of what nobody writes, the beginning.</summary>
    public string Between(int first, int end)
    {
        if (end <= first)
        {
            return "";
        }

        var start = this[first].Start;
        var length = Math.Min(this[end - 1].End - start, MaxQuoted);
        WorkBudget.Spend(length / 4);
        return Source.Substring(start, Math.Max(length, 0));
    }

    private (int Line, int Column) Place(int offset)
    {
        var index = Array.BinarySearch(_lines.Value, offset);
        var line = index >= 0 ? index : ~index - 1;
        return (line + 1, offset - _lines.Value[line] + 1);
    }

    private bool IsLiteral(int index)
    {
        var end = index;
        while (this[end] is { Kind: TokenKind.Text or TokenKind.Number, End: > 0 })
        {
            end++;
        }

        return end > index && this[end].Kind != TokenKind.Hole
            && (end >= Count || Text(end) is ";" or "," or ")" || Place(this[end].Start).Line > Place(this[end - 1].Start).Line);
    }

    private int TokenAt(int offset)
    {
        var (low, high) = (0, _tokens.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _tokens[middle].Start < offset ? (middle + 1, high) : (low, middle);
        }

        return low < _tokens.Length && _tokens[low].Start == offset ? low : -1;
    }

    private int AfterTypeArguments(int index)
    {
        if (!Is(index, "<"))
        {
            return index;
        }

        var open = 0;
        for (var at = index; at < index + 20 && at < Count; at++)
        {
            open += Is(at, "<") ? 1 : Is(at, ">") ? -1 : 0;
            if (open == 0)
            {
                return at + 1;
            }
        }

        return index;
    }

    private int[] Pair()
    {
        var partners = new int[_tokens.Length];
        Array.Fill(partners, -1);
        var open = new Stack<int>();
        for (var index = 0; index < _tokens.Length; index++)
        {
            if (_tokens[index].Kind != TokenKind.Mark)
            {
                continue;
            }

            var mark = Source[_tokens[index].Start];
            if (mark is '(' or '[' or '{')
            {
                open.Push(index);
            }
            else if (mark is ')' or ']' or '}' && open.TryPeek(out var start) && (Source[_tokens[start].Start], mark) is ('(', ')') or ('[', ']') or ('{', '}'))
            {
                open.Pop();
                (partners[start], partners[index]) = (index, start);
            }
        }

        return partners;
    }
}
