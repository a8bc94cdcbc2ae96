namespace AutoDevOps.Analyzer.Parsing.Hcl;

/// <summary>Reads the blocks and attributes of HCL. What is no literal stays an expression; what cannot be read is left out.</summary>
internal sealed class HclReader
{
    private const int MaxDepth = 60;
    private const int MaxNodes = 200_000;

    private readonly List<HclToken> _tokens;
    private readonly string _text;
    private int _at;
    private int _nodes;

    private HclReader(string text)
    {
        _text = text;
        _tokens = HclLexer.Read(text);
    }

    private HclToken Now => _tokens[Math.Min(_at, _tokens.Count - 1)];

    private HclToken Ahead => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <summary>A block without a type that holds what the file does.</summary>
    public static HclBlock Read(string text)
    {
        var root = new HclBlock("", [], 1);
        new HclReader(text).Body(root, 0);
        return root;
    }

    /// <summary>One value that stands in a text of its own, whose first line is this.</summary>
    public static HclValue ReadValue(string text, int line)
    {
        var reader = new HclReader(text);
        while (reader.Now.Kind == HclTokenKind.NewLine)
        {
            reader._at++;
        }

        return reader.Value(0).Moved(line - 1);
    }

    private void Body(HclBlock into, int depth)
    {
        while (Now.Kind != HclTokenKind.End && !(depth > 0 && Now.Is('}')))
        {
            if (Now.Kind != HclTokenKind.Word || ++_nodes > MaxNodes)
            {
                _at++;
            }
            else if (Ahead.Is('=') && !_tokens[Math.Min(_at + 2, _tokens.Count - 1)].Is('='))
            {
                var name = Now;
                _at += 2;
                into.Attributes.Add(new(name.Value, name.Line, Value(0)));
            }
            else
            {
                Block(into, depth);
            }
        }
    }

    private void Block(HclBlock into, int depth)
    {
        var type = Now;
        List<string> labels = [];
        for (_at++; Now.Kind is HclTokenKind.Text or HclTokenKind.Word && labels.Count < 4; _at++)
        {
            labels.Add(Now.Value);
        }

        if (!Now.Is('{'))
        {
            return;
        }

        if (depth >= MaxDepth)
        {
            Skip();
            return;
        }

        _at++;
        var block = new HclBlock(type.Value, labels, type.Line);
        into.Blocks.Add(block);
        Body(block, depth + 1);
        _at += Now.Is('}') ? 1 : 0;
    }

    /// <summary>A value, up to the end of its line, or the comma or bracket after it.</summary>
    private HclValue Value(int depth)
    {
        var first = Now;
        _nodes++;
        if (depth < MaxDepth && first.Is('['))
        {
            return Whole(List(depth), first);
        }

        if (depth < MaxDepth && first.Is('{'))
        {
            return Whole(Map(depth), first);
        }

        var simple = first.Kind switch
        {
            HclTokenKind.Text when !first.IsTemplate => new HclValue(HclKind.Text, first.Line, first.Value),
            HclTokenKind.Number => new(HclKind.Number, first.Line, Number()),
            HclTokenKind.Word when first.Value is "true" or "false" => new(HclKind.Boolean, first.Line, first.Value),
            HclTokenKind.Word when first.Value == "null" => new(HclKind.Null, first.Line, "null"),
            _ => null,
        };
        if (simple is null)
        {
            return Expression(first);
        }

        _at++;
        return Whole(simple, first);
    }

    /// <summary>The value that was read, unless it goes on: <c>true ? 1 : 2</c>, <c>[a][0]</c>.</summary>
    private HclValue Whole(HclValue value, HclToken first) => IsEnd(Now) ? value : Expression(first);

    private string Number() => Ahead.Is('.') && _tokens[Math.Min(_at + 2, _tokens.Count - 1)] is { Kind: HclTokenKind.Number } fraction && (_at += 2) > 0 ? $"0.{fraction.Value}" : Now.Value;

    private HclValue Expression(HclToken first)
    {
        while (!IsEnd(Now))
        {
            if (Now.Is('(') || Now.Is('[') || Now.Is('{'))
            {
                Skip();
            }
            else
            {
                _at++;
            }
        }

        var last = _tokens[Math.Max(_at - 1, 0)];
        return new(HclKind.Expression, first.Line, _text[first.Start..Math.Max(last.End, first.Start)]);
    }

    private static bool IsEnd(HclToken token) =>
        token.Kind is HclTokenKind.NewLine or HclTokenKind.End || token.Is(',') || token.Is(']') || token.Is('}') || token.Is(')');

    private HclValue List(int depth)
    {
        var line = Now.Line;
        List<HclValue> items = [];
        for (_at++; Now.Kind != HclTokenKind.End && !Now.Is(']');)
        {
            if (Now.Kind == HclTokenKind.NewLine || Now.Is(',') || Now.Is('}') || Now.Is(')'))
            {
                _at++;
            }
            else
            {
                items.Add(Value(depth + 1));
            }
        }

        _at++;
        return new(HclKind.List, line, "") { Items = items };
    }

    private HclValue Map(int depth)
    {
        var line = Now.Line;
        List<HclAttribute> entries = [];
        for (_at++; Now.Kind != HclTokenKind.End && !Now.Is('}');)
        {
            if (Now.Kind is HclTokenKind.Word or HclTokenKind.Text && (Ahead.Is('=') || Ahead.Is(':')))
            {
                var name = Now;
                _at += 2;
                entries.Add(new(name.Value, name.Line, Value(depth + 1)));
            }
            else
            {
                _at++;
            }
        }

        _at++;
        return new(HclKind.Map, line, "") { Entries = entries };
    }

    /// <summary>To after the bracket that ends what one begins.</summary>
    private void Skip()
    {
        var open = 0;
        do
        {
            open += Now.Is('(') || Now.Is('[') || Now.Is('{') ? 1 : Now.Is(')') || Now.Is(']') || Now.Is('}') ? -1 : 0;
            _at++;
        }
        while (open > 0 && Now.Kind != HclTokenKind.End);
    }
}
