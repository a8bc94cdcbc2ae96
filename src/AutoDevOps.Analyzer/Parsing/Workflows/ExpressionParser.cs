using System.Text;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Reads one expression of a workflow, without its <c>${{ }}</c>.</summary>
internal sealed class ExpressionParser(string text)
{
    /// <summary>GitHub refuses a longer one.</summary>
    private const int MaxLength = 21_000;

    private const int MaxDepth = 50;

    /// <summary>Operators and members chained to the left make a tree as deep as they are many.</summary>
    private const int MaxParts = 500;

    private int _at;
    private int _parts;
    private int _depth;

    /// <summary>The tree, or the reason why there is none.</summary>
    public static (Expression? Tree, string? Error) Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return (null, $"it is longer than {MaxLength} characters");
        }

        WorkBudget.Spend(text.Length);
        var parser = new ExpressionParser(text);
        try
        {
            var tree = parser.Or();
            parser.SkipSpace();
            return parser._at == text.Length ? (tree, null) : (null, $"'{parser.Here}' is not expected here");
        }
        catch (FormatException problem)
        {
            return (null, problem.Message);
        }
    }

    private Expression Or() => Chain(And, "||");

    private Expression And() => Chain(Comparison, "&&");

    private Expression Comparison() => Chain(Unary, "==", "!=", "<=", ">=", "<", ">");

    private Expression Chain(Func<Expression> operand, params ReadOnlySpan<string> operators)
    {
        var left = operand();
        while (true)
        {
            SkipSpace();
            string? found = null;
            foreach (var candidate in operators)
            {
                if (text.AsSpan(_at).StartsWith(candidate, StringComparison.Ordinal))
                {
                    found = candidate;
                    break;
                }
            }

            if (found is null)
            {
                return left;
            }

            Count();
            _at += found.Length;
            left = new Expression.Binary(found, left, operand());
        }
    }

    private Expression Unary()
    {
        SkipSpace();
        if (Peek == '!' && Next != '=')
        {
            _at++;
            Enter();
            var operand = Unary();
            _depth--;
            return new Expression.Not(operand);
        }

        var target = Primary();
        for (; ; Count())
        {
            SkipSpace();
            if (Peek == '.')
            {
                _at++;
                SkipSpace();
                target = new Expression.Member(target, Peek == '*' ? Star() : Name(), null);
            }
            else if (Peek == '[')
            {
                target = Index(target);
            }
            else
            {
                return target;
            }
        }
    }

    private Expression.Member Index(Expression target)
    {
        _at++;
        SkipSpace();
        if (Peek == '*')
        {
            Star();
            Expect(']');
            return new Expression.Member(target, "*", null);
        }

        Enter();
        var index = Or();
        _depth--;
        Expect(']');
        return new Expression.Member(target, index is Expression.Literal literal ? literal.Text : "*", index);
    }

    private Expression Primary()
    {
        SkipSpace();
        switch (Peek)
        {
            case '(':
                _at++;
                Enter();
                var inner = Or();
                _depth--;
                Expect(')');
                return inner;
            case '\'':
                return new Expression.Literal(QuotedText());
            case '"':
                throw new FormatException("a text must stand in single quotes");
            case var digit when char.IsAsciiDigit(digit) || digit is '-' or '+' or '.':
                return new Expression.Literal(Number());
            case '\0':
                throw new FormatException("the expression is empty or ends too early");
        }

        var name = Name();
        SkipSpace();
        if (Peek == '(')
        {
            return new Expression.Call(name, Arguments());
        }

        return name is "true" or "false" or "null" or "NaN" or "Infinity" ? new Expression.Literal(name) : new Expression.Context(name);
    }

    private List<Expression> Arguments()
    {
        List<Expression> arguments = [];
        _at++;
        Enter();
        SkipSpace();
        if (Peek != ')')
        {
            do
            {
                arguments.Add(Or());
                SkipSpace();
            }
            while (Peek == ',' && ++_at > 0);
        }

        _depth--;
        Expect(')');
        return arguments;
    }

    private string QuotedText()
    {
        var value = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] != '\'')
            {
                value.Append(text[_at]);
            }
            else if (Next == '\'')
            {
                value.Append('\'');
                _at++;
            }
            else
            {
                _at++;
                return value.ToString();
            }
        }

        throw new FormatException("a text in single quotes has no end");
    }

    private string Number()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Peek) || Peek is '-' or '+' or '.')
        {
            _at++;
        }

        return text[start.._at];
    }

    private string Star()
    {
        _at++;
        return "*";
    }

    private string Name()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Peek) || Peek is '_' or '-')
        {
            _at++;
        }

        if (_at == start)
        {
            throw new FormatException(Peek == '\0' ? "the expression ends too early" : $"'{Here}' is not expected here");
        }

        return text[start.._at];
    }

    private void Expect(char wanted)
    {
        SkipSpace();
        if (Peek != wanted)
        {
            throw new FormatException($"'{wanted}' is missing");
        }

        _at++;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"it is nested more than {MaxDepth} levels deep");
        }
    }

    private void Count()
    {
        if (++_parts > MaxParts)
        {
            throw new FormatException($"it has more than {MaxParts} parts");
        }
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek))
        {
            _at++;
        }
    }

    /// <summary>The character to complain of, both halves of it.</summary>
    private string Here => char.IsHighSurrogate(Peek) && char.IsLowSurrogate(Next) ? text.Substring(_at, 2) : Peek.ToString();

    private char Peek => _at < text.Length ? text[_at] : '\0';

    private char Next => _at + 1 < text.Length ? text[_at + 1] : '\0';
}
