namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Reads one expression of a workflow, without its <c>${{ }}</c>.</summary>
internal sealed class ExpressionParser
{
    /// <summary>GitHub refuses a longer one.</summary>
    private const int MaxLength = 21_000;

    /// <summary>GitHub refuses a deeper tree. A chain of <c>&amp;&amp;</c> or of <c>||</c> counts as one level, however long.</summary>
    private const int MaxDepth = 50;

    /// <summary>Brackets make no level of the tree, but they make ours.</summary>
    private const int MaxBrackets = 50;

    private readonly List<ExpressionToken> _tokens;
    private int _at;
    private int _brackets;

    private ExpressionParser(List<ExpressionToken> tokens) => _tokens = tokens;

    private ExpressionToken Here => _tokens[_at];

    /// <summary>The tree, or the reason why there is none.</summary>
    public static (Expression? Tree, string? Error) Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return (null, $"it is longer than {MaxLength} characters");
        }

        WorkBudget.Spend(text.Length);
        try
        {
            var parser = new ExpressionParser(ExpressionLexer.Read(text));
            var tree = parser.Or().Tree;
            return parser.Here.Kind == ExpressionTokenKind.End ? (tree, null) : (null, parser.Unexpected());
        }
        catch (FormatException problem)
        {
            return (null, problem.Message);
        }
    }

    private Part Or() => Chain("||", And);

    private Part And() => Chain("&&", Equality);

    private Part Equality() => Comparisons(Order, "==", "!=");

    private Part Order() => Comparisons(Unary, "<=", ">=", "<", ">");

    private Part Chain(string symbol, Func<Part> operand)
    {
        var first = operand();
        if (!Here.Is(symbol))
        {
            return first;
        }

        List<Expression> trees = [first.Tree];
        var height = first.Height;
        while (TakeIf(symbol))
        {
            var next = operand();
            trees.Add(next.Tree);
            height = Math.Max(height, next.Height);
        }

        return Node(Balanced(symbol, trees, 0, trees.Count), height);
    }

    /// <summary>Both operators are associative, and a balanced tree can be walked however long the chain is.</summary>
    private static Expression Balanced(string symbol, List<Expression> trees, int from, int to) =>
        to - from == 1
            ? trees[from]
            : new Expression.Binary(symbol, Balanced(symbol, trees, from, from + ((to - from + 1) / 2)), Balanced(symbol, trees, from + ((to - from + 1) / 2), to));

    private Part Comparisons(Func<Part> operand, params ReadOnlySpan<string> symbols)
    {
        var left = operand();
        while (Here.Kind == ExpressionTokenKind.Symbol && symbols.Contains(Here.Text))
        {
            var symbol = Take().Text;
            var right = operand();
            left = Node(new Expression.Binary(symbol, left.Tree, right.Tree), Math.Max(left.Height, right.Height));
        }

        return left;
    }

    private Part Unary()
    {
        var negations = 0;
        while (TakeIf("!"))
        {
            negations++;
        }

        var part = Members();
        for (; negations > 0; negations--)
        {
            part = Node(new Expression.Not(part.Tree), part.Height);
        }

        return part;
    }

    private Part Members()
    {
        var isBracketed = Here.Is("(");
        var target = Primary();
        if (target.Tree is Expression.Literal && !isBracketed)
        {
            return target;
        }

        while (true)
        {
            if (TakeIf("."))
            {
                var name = Here.Is("*") || Here.Kind == ExpressionTokenKind.Name ? Take().Text : throw new FormatException(Unexpected());
                target = Node(new Expression.Member(target.Tree, name, null), target.Height);
            }
            else if (TakeIf("["))
            {
                target = Index(target);
            }
            else
            {
                return target;
            }
        }
    }

    private Part Index(Part target)
    {
        if (TakeIf("*"))
        {
            Expect("]");
            return Node(new Expression.Member(target.Tree, "*", null), target.Height);
        }

        Open();
        var index = Or();
        Close("]");
        var name = index.Tree is Expression.Literal literal ? literal.Text : "*";
        return Node(new Expression.Member(target.Tree, name, index.Tree), Math.Max(target.Height, index.Height));
    }

    private Part Primary()
    {
        var token = Here;
        if (TakeIf("("))
        {
            Open();
            var inner = Or();
            Close(")");
            return inner;
        }

        if (token.Kind is ExpressionTokenKind.Symbol or ExpressionTokenKind.End)
        {
            throw new FormatException(Unexpected());
        }

        _at++;
        return token.Kind switch
        {
            ExpressionTokenKind.Text => Leaf(new Expression.Literal(token.Text, ExpressionValue.Of(token.Text))),
            ExpressionTokenKind.Number => Leaf(new Expression.Literal(token.Text, ExpressionValue.Of(ExpressionNumber.Parse(token.Text)))),
            _ when TakeIf("(") => Call(token.Text),
            _ => Leaf(token.Text switch
            {
                "true" => new Expression.Literal(token.Text, ExpressionValue.True),
                "false" => new Expression.Literal(token.Text, ExpressionValue.False),
                "null" => new Expression.Literal(token.Text, ExpressionValue.Null),
                _ => new Expression.Context(token.Text),
            }),
        };
    }

    private Part Call(string name)
    {
        List<Expression> arguments = [];
        var height = 0;
        Open();
        if (!Here.Is(")"))
        {
            do
            {
                var argument = Or();
                arguments.Add(argument.Tree);
                height = Math.Max(height, argument.Height);
            }
            while (TakeIf(","));
        }

        Close(")");
        return Node(new Expression.Call(name, arguments), height);
    }

    private static Part Leaf(Expression tree) => new(tree, 1);

    private static Part Node(Expression tree, int below) =>
        below < MaxDepth ? new(tree, below + 1) : throw new FormatException($"it is nested more than {MaxDepth} levels deep");

    private void Open()
    {
        if (++_brackets > MaxBrackets)
        {
            throw new FormatException($"its brackets are nested more than {MaxBrackets} levels deep");
        }
    }

    private void Close(string bracket)
    {
        _brackets--;
        Expect(bracket);
    }

    private void Expect(string symbol)
    {
        if (!TakeIf(symbol))
        {
            throw new FormatException(Here.Kind == ExpressionTokenKind.End ? $"'{symbol}' is missing" : Unexpected());
        }
    }

    private bool TakeIf(string symbol)
    {
        var found = Here.Is(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    private ExpressionToken Take() => _tokens[_at++];

    private string Unexpected() => Here.Kind switch
    {
        ExpressionTokenKind.End => _tokens.Count == 1 ? "the expression is empty" : "the expression ends too early",
        ExpressionTokenKind.Text => "a text is not expected here",
        _ => $"'{Here.Text}' is not expected here",
    };

    /// <param name="Height">Levels of the tree as GitHub counts them.</param>
    private readonly record struct Part(Expression Tree, int Height);
}
