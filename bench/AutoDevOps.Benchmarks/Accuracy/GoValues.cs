using AutoDevOps.Benchmarks.Chaos;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>A text that a Go program has in a list.</summary>
/// <param name="Key">Of an entry of a map.</param>
/// <param name="IsGenerated">Whether a part of it was made from a pattern.</param>
internal sealed record GoText(string Text, int Line, string Key = "", bool IsGenerated = false);

/// <summary>A value of a Go expression: a text, a list of texts, or what cannot be told.</summary>
/// <param name="Unknown">How many members of the list cannot be told.</param>
internal sealed record GoValue(GoText? Text, IReadOnlyList<GoText>? Items, int Unknown = 0)
{
    public static GoValue None { get; } = new(null, null);
}

/// <summary>Reads the expressions that gitleaks' rules make their samples with. What is not known is passed over.</summary>
internal sealed class GoValues(List<GoToken> tokens, GitleaksHelpers helpers, Dictionary<string, GoValue> names, Dice dice)
{
    private int _at;

    private GoToken Now => tokens[Math.Min(_at, tokens.Count - 1)];

    /// <summary>The value of the expression at a place, which is left after it.</summary>
    public GoValue Read(ref int at)
    {
        _at = at;
        var value = Sum();
        at = _at;
        return value;
    }

    private GoValue Sum()
    {
        var value = Term();
        while (Now.Is("+"))
        {
            _at++;
            var next = Term();
            value = value.Text is { } left && next.Text is { } right
                ? new(new(left.Text + right.Text, left.Line, "", left.IsGenerated || right.IsGenerated), null)
                : GoValue.None;
        }

        return value;
    }

    private GoValue Term()
    {
        var first = Now;
        _at++;
        switch (first.Kind)
        {
            case GoTokenKind.Text:
                return new(new(first.Text, first.Line), null);
            case GoTokenKind.Name:
                return Named(first);
            case GoTokenKind.Number:
                return new(new(first.Text, first.Line), null);
            case GoTokenKind.Sign when first.Text == "[" && Now.Is("]"):
                return List("string");
            case GoTokenKind.Sign when first.Text == "(":
                var value = Sum();
                _at += Now.Is(")") ? 1 : 0;
                return value;
            case GoTokenKind.Sign when first.Text is "&" or "*" or "!" or "-":
                Term();
                return GoValue.None;
            default:
                return GoValue.None;
        }
    }

    private GoValue Named(GoToken first)
    {
        if (first.Text == "map")
        {
            return List("string");
        }

        var name = first.Text;
        while (Now.Is(".") && tokens[_at + 1].Kind == GoTokenKind.Name)
        {
            name = tokens[_at + 1].Text;
            _at += 2;
        }

        if (Now.Is("("))
        {
            return helpers.Call(name, Arguments(), first.Line, dice);
        }

        if (Now.Is("{") || Now.Is("["))
        {
            Skip();
            return GoValue.None;
        }

        return name == "nil" ? new(null, []) : names.GetValueOrDefault(name, GoValue.None);
    }

    /// <summary>Arguments of a call; a list that is spread stands for its members.</summary>
    private List<GoValue> Arguments()
    {
        var arguments = new List<GoValue>();
        _at++;
        while (!Now.Is(")") && Now.Kind != GoTokenKind.End)
        {
            arguments.Add(Sum());
            ToNext(")");
        }

        _at++;
        return arguments;
    }

    /// <summary>A list or a map, of texts or of something else.</summary>
    private GoValue List(string member)
    {
        var isKnown = true;
        while (!Now.Is("{") && Now.Kind != GoTokenKind.End)
        {
            isKnown &= Now.Kind != GoTokenKind.Name || Now.Text == member;
            _at++;
        }

        if (!isKnown)
        {
            Skip();
            return GoValue.None;
        }

        var (items, unknown) = (new List<GoText>(), 0);
        _at++;
        while (!Now.Is("}") && Now.Kind != GoTokenKind.End)
        {
            var value = Sum();
            var key = "";
            if (Now.Is(":"))
            {
                _at++;
                key = value.Text?.Text ?? "";
                value = Sum();
            }

            if (value.Text is { } text)
            {
                items.Add(text with { Key = key });
            }
            else
            {
                unknown++;
            }

            ToNext("}");
        }

        _at++;
        return new(null, items, unknown);
    }

    /// <summary>Over what of an argument was not understood, and the comma after it.</summary>
    private void ToNext(string end)
    {
        while (!Now.Is(",") && !Now.Is(end) && Now.Kind != GoTokenKind.End)
        {
            if (Now.Is("(") || Now.Is("{") || Now.Is("["))
            {
                Skip();
            }
            else
            {
                _at++;
            }
        }

        _at += Now.Is(",") ? 1 : 0;
    }

    /// <summary>Over a bracket and all that is in it.</summary>
    private void Skip()
    {
        var depth = 0;
        do
        {
            depth += Now.Is("(") || Now.Is("{") || Now.Is("[") ? 1 : Now.Is(")") || Now.Is("}") || Now.Is("]") ? -1 : 0;
            _at++;
        }
        while (depth > 0 && Now.Kind != GoTokenKind.End);
        if (Now.Is("(") || Now.Is("{") || Now.Is("["))
        {
            Skip();
        }
    }
}
