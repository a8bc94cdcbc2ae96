namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Evaluates expressions as far as they are known before a run.</summary>
/// <param name="contexts">What a context holds, or null when that is not known.</param>
internal sealed class ExpressionEvaluator(Func<string, ExpressionValue?> contexts)
{
    /// <summary>Characters a text may grow to; GitHub gives an evaluation a megabyte, two bytes a character.</summary>
    private const int MaxCharacters = 524_288;

    private long _characters;

    /// <summary>Whether the expression is truthy or not whatever the contexts hold; null when that depends on them, or on an error.</summary>
    public static bool? ConstantTruth(Expression tree)
    {
        try
        {
            return new ExpressionEvaluator(_ => null).Truth(tree);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    /// <summary>The value, or null when it depends on what is not known.</summary>
    /// <exception cref="ExpressionException">It has no value: a bad format, no JSON, too large.</exception>
    public ExpressionValue? Evaluate(Expression tree) => tree switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Context context => contexts(context.Name),
        Expression.Not not => Truth(not.Operand) is { } truth ? ExpressionValue.Of(!truth) : null,
        Expression.Binary { Operator: "&&" } and => Truth(and.Left) switch
        {
            true => Evaluate(and.Right),
            false => Evaluate(and.Left),
            null => null,
        },
        Expression.Binary { Operator: "||" } or => Truth(or.Left) switch
        {
            true => Evaluate(or.Left),
            false => Evaluate(or.Right),
            null => null,
        },
        Expression.Binary binary => Comparison(binary),
        Expression.Member member => Member(member),
        Expression.Call call => Call(call),
        _ => throw new InvalidOperationException($"Not evaluated: {tree.GetType().Name}."),
    };

    /// <exception cref="ExpressionException">The text is too long.</exception>
    internal static void RefuseLong(long characters)
    {
        if (characters > MaxCharacters)
        {
            throw new ExpressionException("it takes more memory than GitHub gives an expression");
        }
    }

    /// <summary>Truth can be known where the value is not: of <c>x &amp;&amp; false</c>.</summary>
    private bool? Truth(Expression tree)
    {
        switch (tree)
        {
            case Expression.Binary { Operator: "&&" } and:
                var left = Truth(and.Left);
                return left == false ? false : Truth(and.Right) is var right && right == false ? false : left & right;
            case Expression.Binary { Operator: "||" } or:
                var first = Truth(or.Left);
                return first == true ? true : Truth(or.Right) is var second && second == true ? true : first | second;
            case Expression.Not not:
                return !Truth(not.Operand);
            default:
                return Evaluate(tree)?.IsTruthy;
        }
    }

    private ExpressionValue? Comparison(Expression.Binary binary)
    {
        if (Evaluate(binary.Left) is not { } left || Evaluate(binary.Right) is not { } right)
        {
            return null;
        }

        var equal = ExpressionValue.AreEqual(left, right);
        var order = ExpressionValue.Compare(left, right);
        return ExpressionValue.Of(binary.Operator switch
        {
            "==" => equal,
            "!=" => !equal,
            "<" => order < 0,
            "<=" => equal || order < 0,
            ">" => order > 0,
            _ => equal || order > 0,
        });
    }

    private ExpressionValue? Call(Expression.Call call)
    {
        if (ExpressionFunction.Find(call.Name) is not { } function || function.ArityProblem(call.Arguments.Count) is not null)
        {
            throw new ExpressionException($"'{call.Name}' cannot be called so");
        }

        List<ExpressionValue> arguments = [];
        foreach (var argument in call.Arguments)
        {
            if (Evaluate(argument) is not { } value)
            {
                return null;
            }

            arguments.Add(value);
        }

        var result = function.Evaluate?.Invoke(arguments);
        if (result is { Kind: "String" })
        {
            RefuseLong(_characters += result.AsText().Length);
        }

        return result;
    }

    private ExpressionValue? Member(Expression.Member member)
    {
        if (Evaluate(member.Target) is not { } target)
        {
            return null;
        }

        if (member is { Name: "*", Index: null })
        {
            return new ExpressionValue.ArrayValue([.. Values(target)], isFiltered: true);
        }

        var index = member.Index is null ? ExpressionValue.Of(member.Name) : Evaluate(member.Index);
        if (index is null)
        {
            return null;
        }

        return target is ExpressionValue.ArrayValue { IsFiltered: true } filtered
            ? new ExpressionValue.ArrayValue([.. filtered.Items.Select(item => At(item, index)).OfType<ExpressionValue>()], isFiltered: true)
            : At(target, index) ?? ExpressionValue.Null;
    }

    /// <summary>The values one level below; of what came from <c>.*</c>, those of each item.</summary>
    private static IEnumerable<ExpressionValue> Values(ExpressionValue target) => target switch
    {
        ExpressionValue.ArrayValue { IsFiltered: true } filtered => filtered.Items.SelectMany(Below),
        _ => Below(target),
    };

    private static IEnumerable<ExpressionValue> Below(ExpressionValue value) => value switch
    {
        ExpressionValue.ArrayValue array => array.Items,
        ExpressionValue.ObjectValue members => members.Members.Select(member => member.Value),
        _ => [],
    };

    private static ExpressionValue? At(ExpressionValue target, ExpressionValue index)
    {
        switch (target)
        {
            case ExpressionValue.ObjectValue members:
                return index.IsPrimitive ? members.Find(index.AsText()) : null;
            case ExpressionValue.ArrayValue array:
                var number = Math.Floor(index.AsNumber());
                return number >= 0 && number < array.Items.Count ? array.Items[(int)number] : null;
            default:
                return null;
        }
    }
}
