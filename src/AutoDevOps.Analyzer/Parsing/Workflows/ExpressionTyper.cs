using System.Globalization;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>Infers the type of an expression, and finds what can have no sense whatever the run brings.</summary>
/// <remarks>GitHub, "Evaluate expressions in workflows and actions": nothing of this stops a run. A property of a text is null, an object is equal
/// to nothing but itself and has no order, and in a text it is the word <c>Object</c>.</remarks>
/// <param name="contexts">The type of a context where the expression stands; <see cref="ExpressionType.Any"/> for what is not known.</param>
internal sealed class ExpressionTyper(Func<string, ExpressionType> contexts)
{
    /// <summary>Contexts that have what the documentation names; there may be more to come, so only what is almost one of these is a mistake.</summary>
    private static readonly string[] Documented = ["github", "runner", "job", "strategy"];

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public ExpressionType Of(Expression tree) => tree switch
    {
        Expression.Literal literal => OfScalar(literal.Value.Kind),
        Expression.Context context => contexts(context.Name),
        Expression.Member member => Member(member),
        Expression.Not not => Not(not),
        Expression.Binary binary => Binary(binary),
        Expression.Call call => Call(call),
        _ => throw new InvalidOperationException($"Not typed: {tree.GetType().Name}."),
    };

    private static ExpressionType OfScalar(string kind) => kind switch
    {
        "String" => ExpressionType.String,
        "Number" => ExpressionType.Number,
        "Boolean" => ExpressionType.Boolean,
        _ => ExpressionType.Null,
    };

    private ExpressionType Not(Expression.Not not)
    {
        // For what is wrong inside of it.
        Of(not.Operand);
        return ExpressionType.Boolean;
    }

    private ExpressionType Member(Expression.Member member)
    {
        var target = Of(member.Target);
        var index = member.Index is null ? null : Of(member.Index);
        var isStar = member is { Name: "*", Index: null };
        switch (target)
        {
            case ExpressionType.Scalar scalar:
                // What is null is not there at all, which other rules speak of.
                if (scalar != ExpressionType.Null)
                {
                    _problems.Add($"'{Words(member.Target)}' is {scalar.Name} and has {(member.Name == "*" ? "no items" : $"no '{member.Name}'")}, so this is always empty.");
                }

                return ExpressionType.Any;
            case ExpressionType.ObjectOf all when isStar:
                return new ExpressionType.ArrayOf(all.Properties.Values.Append(all.Others).Aggregate(ExpressionType.Either), IsFiltered: true);
            case ExpressionType.ArrayOf array when isStar:
                return array with { IsFiltered = true };
            case ExpressionType.Unknown when isStar:
                return new ExpressionType.ArrayOf(ExpressionType.Any, IsFiltered: true);
            case ExpressionType.ObjectOf known when member.Target is Expression.Context && NamesNone(known, index):
                _problems.Add($"'{Words(member.Index!)}' is {index!.Name}, and '{Words(member.Target)}' has no property of such a name, so this is always empty.");
                return ExpressionType.Any;
            case ExpressionType.ObjectOf known when member.Index is null or Expression.Literal:
                return Property(member, known);
            case ExpressionType.ArrayOf array when index == ExpressionType.Number:
                return array.Item;
            case ExpressionType.ArrayOf { IsFiltered: true } filtered when member.Index is null or Expression.Literal:
                return new ExpressionType.ArrayOf(filtered.Item is ExpressionType.ObjectOf item ? item.Of(member.Name) : ExpressionType.Any, IsFiltered: true);
            default:
                return ExpressionType.Any;
        }
    }

    /// <summary>Whether no property is called as a number, or as true and false, is written: that is how one is looked up.</summary>
    private static bool NamesNone(ExpressionType.ObjectOf known, ExpressionType? index) =>
        index == ExpressionType.Number ? !known.Properties.Keys.Any(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        : index == ExpressionType.Boolean && !known.Properties.Keys.Any(name => bool.TryParse(name, out _));

    private ExpressionType Property(Expression.Member member, ExpressionType.ObjectOf known)
    {
        var isKnown = known.Properties.ContainsKey(member.Name);
        var hint = isKnown || (known.Others != ExpressionType.Null && !Documented.Contains(Words(member.Target))) ? ""
            : NearestName.Of(member.Name, known.Properties.Keys) is { } nearest ? $" Did you mean '{nearest}'?"
            : "";
        if (isKnown || (known.Others != ExpressionType.Null && hint.Length == 0))
        {
            return known.Of(member.Name);
        }

        _problems.Add($"'{Words(member.Target)}' has no '{member.Name}', so this is always empty.{hint}");
        return ExpressionType.Any;
    }

    private ExpressionType Binary(Expression.Binary binary)
    {
        var (left, right) = (Of(binary.Left), Of(binary.Right));
        switch (binary.Operator)
        {
            // An object is true, so that the other one is the value, or never is.
            case "&&":
                return left.IsAlwaysCollection ? right : ExpressionType.Either(left, right);
            case "||":
                return left.IsAlwaysCollection ? left : ExpressionType.Either(left, right);
            case "==" or "!=":
                if (WhyNeverEqual(binary, left, right) is { } why)
                {
                    _problems.Add($"{why}, so this is always {(binary.Operator == "==" ? "false" : "true")}.");
                }
                else if (TextBesideBoolean(binary, left, right) is { } text and not Expression.Literal)
                {
                    _problems.Add($"The text '{Words(text)}' is compared with a boolean as a number, which 'true' and 'false' are not: compare it with a text in quotes.");
                }

                return ExpressionType.Boolean;
            default:
                if (left.IsAlwaysCollection || right.IsAlwaysCollection)
                {
                    _problems.Add($"{Capital((left.IsAlwaysCollection ? left : right).Name)} has no order, so this is always false.");
                }
                else if (HasNoOrder(left) || HasNoOrder(right))
                {
                    var unordered = HasNoOrder(left) ? left : right;
                    _problems.Add($"{Capital(unordered.Name)} has no order: it is compared as the number {(unordered == ExpressionType.Null ? "0" : "0 or 1")}.");
                }

                return ExpressionType.Boolean;
        }
    }

    /// <summary>Values of two types are compared as numbers, which only a text that is one can be, and no object or array. What is not there is
    /// null, so that a comparison with null asks for that.</summary>
    private static string? WhyNeverEqual(Expression.Binary binary, ExpressionType left, ExpressionType right)
    {
        if ((left.IsAlwaysCollection && IsValue(right)) || (right.IsAlwaysCollection && IsValue(left)) || (left.IsAlwaysCollection && right.IsAlwaysCollection && left.GetType() != right.GetType()))
        {
            return $"{Capital(left.Name)} and {right.Name} are never equal";
        }

        if (left.IsAlwaysCollection && right.IsAlwaysCollection && binary.Left != binary.Right)
        {
            return $"{Capital(left.Name)} is equal to itself only, whatever is in it";
        }

        return TextBesideBoolean(binary, left, right) is Expression.Literal literal && double.IsNaN(literal.Value.AsNumber())
            ? $"A boolean is compared with the text '{literal.Text}' as a number, which it is not"
            : null;
    }

    private static Expression? TextBesideBoolean(Expression.Binary binary, ExpressionType left, ExpressionType right) =>
        left == ExpressionType.String && right == ExpressionType.Boolean ? binary.Left
        : left == ExpressionType.Boolean && right == ExpressionType.String ? binary.Right
        : null;

    private static bool HasNoOrder(ExpressionType type) => type == ExpressionType.Boolean || type == ExpressionType.Null;

    private static bool IsValue(ExpressionType type) => type is ExpressionType.Scalar && type != ExpressionType.Null;

    private ExpressionType Call(Expression.Call call)
    {
        var arguments = call.Arguments.Select(Of).ToList();
        var name = call.Name.ToLowerInvariant();
        switch (name)
        {
            case "startswith" or "endswith":
                Refuse(call, arguments, type => type.IsCollection, "so this is always false");
                break;
            case "contains":
                Refuse(call, arguments.Take(1), type => type is ExpressionType.ObjectOf, "so this is always false");
                break;
            case "format" or "fromjson" or "hashfiles":
                Refuse(call, arguments, type => type.IsCollection, "and an object or array is only the word for its type there: put it into 'toJSON'");
                break;
            case "join":
                Refuse(call, arguments.Take(1), type => type is ExpressionType.ObjectOf, "so this is always empty");
                break;
        }

        return name switch
        {
            "fromjson" when call.Arguments is [Expression.Literal { Value: { Kind: "String" } json }] => Read(json.AsText()),
            "format" when call.Arguments is [Expression.Literal { Value: { Kind: "String" } format }, ..] => Formatted(format.AsText(), call.Arguments.Count - 1),
            "format" or "join" or "tojson" or "hashfiles" => ExpressionType.String,
            "contains" or "startswith" or "endswith" or "success" or "failure" or "always" or "cancelled" => ExpressionType.Boolean,
            "case" when arguments.Count > 2 => arguments.Where((_, index) => index % 2 == 1 || index == arguments.Count - 1).Aggregate(ExpressionType.Either),
            _ => ExpressionType.Any,
        };
    }

    private ExpressionType Read(string json)
    {
        try
        {
            return ExpressionType.OfValue(ExpressionJson.Read(json));
        }
        catch (ExpressionException)
        {
            _problems.Add("The text given to 'fromJSON' is no JSON, so the run fails here.");
            return ExpressionType.Any;
        }
    }

    /// <summary>Whether each argument stands somewhere in the format, and each place has its argument.</summary>
    private ExpressionType Formatted(string format, int count)
    {
        try
        {
            var places = ExpressionFormat.Places(format);
            if (places.Where(place => place >= count).Order().Cast<int?>().FirstOrDefault() is { } missing)
            {
                _problems.Add($"The format asks for {{{missing}}}, and there {(count == 1 ? "is 1 value" : $"are {count} values")} for it, counted from 0: the run fails here.");
            }
            else if (Enumerable.Range(0, count).Where(index => !places.Contains(index)).Cast<int?>().FirstOrDefault() is { } unused)
            {
                _problems.Add($"The format has no {{{unused}}}, so a value that is given for it is left out.");
            }
        }
        catch (ExpressionException problem)
        {
            _problems.Add($"The run fails here: {problem.Message}.");
        }

        return ExpressionType.String;
    }

    private void Refuse(Expression.Call call, IEnumerable<ExpressionType> arguments, Func<ExpressionType, bool> isWrong, string consequence)
    {
        if (arguments.FirstOrDefault(isWrong) is { } wrong)
        {
            _problems.Add($"'{call.Name}' is given {wrong.Name}, {consequence}.");
        }
    }

    /// <summary>A chain of names as it is written; for anything else, what it is.</summary>
    private static string Words(Expression tree) => tree switch
    {
        Expression.Context context => context.Name,
        Expression.Member member => $"{Words(member.Target)}.{member.Name}",
        Expression.Literal literal => literal.Text,
        Expression.Call call => $"{call.Name}()",
        _ => "this",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
