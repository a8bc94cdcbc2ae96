namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>The syntax tree of what stands between <c>${{</c> and <c>}}</c>.</summary>
/// <remarks>GitHub, "Evaluate expressions in workflows and actions".</remarks>
public abstract record Expression
{
    /// <summary>The places in the contexts whose text can become part of the result, such as <c>github.head_ref</c>.</summary>
    /// <remarks>A comparison yields a boolean and so carries nothing; of <c>a &amp;&amp; b</c> only <c>b</c> can be a text
    /// with something in it.</remarks>
    public IEnumerable<ContextPath> Flows() => Flows(asJson: false);

    /// <summary>This expression and everything below it.</summary>
    public IEnumerable<Expression> All() => Children.SelectMany(child => child.All()).Prepend(this);

    /// <summary>The expression with something else in the place of those parts for which there is something.</summary>
    internal Expression Replace(Func<Expression, Expression?> other) => other(this) ?? this switch
    {
        Binary binary => binary with { Left = binary.Left.Replace(other), Right = binary.Right.Replace(other) },
        Not not => new Not(not.Operand.Replace(other)),
        Call call => call with { Arguments = [.. call.Arguments.Select(argument => argument.Replace(other))] },
        _ => this,
    };

    protected abstract IReadOnlyList<Expression> Children { get; }

    protected abstract IEnumerable<ContextPath> Flows(bool asJson);

    /// <param name="Text">A text without its quotes, anything else as written.</param>
    public sealed record Literal(string Text, ExpressionValue Value) : Expression
    {
        protected override IReadOnlyList<Expression> Children => [];

        protected override IEnumerable<ContextPath> Flows(bool asJson) => [];
    }

    /// <summary>The name of a context: <c>github</c>, <c>env</c> …</summary>
    public sealed record Context(string Name) : Expression
    {
        protected override IReadOnlyList<Expression> Children => [];

        protected override IEnumerable<ContextPath> Flows(bool asJson) => [new([Name], asJson)];
    }

    /// <summary><c>target.name</c>, <c>target['name']</c>, <c>target.*</c> or <c>target[expression]</c>.</summary>
    /// <param name="Name"><c>*</c> where it is not known before the run.</param>
    public sealed record Member(Expression Target, string Name, Expression? Index) : Expression
    {
        protected override IReadOnlyList<Expression> Children => Index is null ? [Target] : [Target, Index];

        protected override IEnumerable<ContextPath> Flows(bool asJson) =>
            Target.Flows(asJson).Select(path => path with { Names = [.. path.Names, Name] });
    }

    public sealed record Call(string Name, IReadOnlyList<Expression> Arguments) : Expression
    {
        protected override IReadOnlyList<Expression> Children => Arguments;

        protected override IEnumerable<ContextPath> Flows(bool asJson) => Name.ToLowerInvariant() switch
        {
            "format" or "join" or "fromjson" => Arguments.SelectMany(argument => argument.Flows(asJson)),
            "tojson" => Arguments.SelectMany(argument => argument.Flows(asJson: true)),
            // case(condition, value, condition, value, …, default)
            "case" => Arguments.Where((_, index) => index % 2 == 1 || index == Arguments.Count - 1)
                .SelectMany(argument => argument.Flows(asJson)),
            _ => [],
        };
    }

    public sealed record Not(Expression Operand) : Expression
    {
        protected override IReadOnlyList<Expression> Children => [Operand];

        protected override IEnumerable<ContextPath> Flows(bool asJson) => [];
    }

    /// <param name="Operator"><c>&amp;&amp; || == != &lt; &lt;= &gt; &gt;=</c></param>
    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression
    {
        protected override IReadOnlyList<Expression> Children => [Left, Right];

        protected override IEnumerable<ContextPath> Flows(bool asJson) => Operator switch
        {
            "&&" => Right.Flows(asJson),
            "||" => Left.Flows(asJson).Concat(Right.Flows(asJson)),
            _ => [],
        };
    }
}

/// <summary>A place in a context, such as <c>github.event.commits.*.message</c>.</summary>
/// <param name="Names">At least one; <c>*</c> stands for any.</param>
/// <param name="AsJson">Whether the whole object there is printed.</param>
public sealed record ContextPath(IReadOnlyList<string> Names, bool AsJson)
{
    public override string ToString() => string.Join('.', Names);
}
