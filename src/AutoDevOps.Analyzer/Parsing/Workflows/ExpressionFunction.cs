namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>A function of expressions: how many arguments it takes, and what it yields.</summary>
/// <remarks>GitHub, "Evaluate expressions in workflows and actions". Whether a job failed and what files hash to is known to a run only: these
/// have no <see cref="Evaluate"/>.</remarks>
internal sealed record ExpressionFunction(string Name, int MinArguments, int MaxArguments, Func<IReadOnlyList<ExpressionValue>, ExpressionValue>? Evaluate)
{
    private const int Any = 255;

    private static readonly Dictionary<string, ExpressionFunction> ByName = new[]
    {
        new ExpressionFunction("contains", 2, 2, arguments => ExpressionValue.Of(Contains(arguments[0], arguments[1]))),
        new("startsWith", 2, 2, arguments => Compare(arguments, static (text, part) => text.StartsWith(part, StringComparison.OrdinalIgnoreCase))),
        new("endsWith", 2, 2, arguments => Compare(arguments, static (text, part) => text.EndsWith(part, StringComparison.OrdinalIgnoreCase))),
        new("format", 1, Any, ExpressionFormat.Apply),
        new("join", 1, 2, Join),
        new("toJSON", 1, 1, arguments => ExpressionValue.Of(ExpressionJson.Write(arguments[0]))),
        new("fromJSON", 1, 1, arguments => ExpressionJson.Read(arguments[0].AsText())),
        new("case", 3, Any, Case),
        new("hashFiles", 1, Any, null),
        new("success", 0, Any, null),
        new("failure", 0, Any, null),
        new("always", 0, 0, null),
        new("cancelled", 0, 0, null),
    }.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The function of that name, in any case, or null.</summary>
    public static ExpressionFunction? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Why it cannot be called with so many arguments, or null.</summary>
    public string? ArityProblem(int count) =>
        count < MinArguments ? $"'{Name}' takes at least {MinArguments} {(MinArguments == 1 ? "argument" : "arguments")}, not {count}"
        : count > MaxArguments ? $"'{Name}' takes at most {MaxArguments} {(MaxArguments == 1 ? "argument" : "arguments")}, not {count}"
        : Name == "case" && count % 2 == 0 ? $"'{Name}' takes pairs of a condition and a value, and at last a value for all else: an odd number of arguments, not {count}"
        : null;

    private static bool Contains(ExpressionValue search, ExpressionValue item) => search switch
    {
        ExpressionValue.ArrayValue array => array.Items.Any(value => ExpressionValue.AreEqual(value, item)),
        { IsPrimitive: true } when item.IsPrimitive => search.AsText().Contains(item.AsText(), StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static ExpressionValue Compare(IReadOnlyList<ExpressionValue> arguments, Func<string, string, bool> holds) =>
        ExpressionValue.Of(arguments[0].IsPrimitive && arguments[1].IsPrimitive && holds(arguments[0].AsText(), arguments[1].AsText()));

    private static ExpressionValue Join(IReadOnlyList<ExpressionValue> arguments)
    {
        if (arguments[0] is not ExpressionValue.ArrayValue array)
        {
            return ExpressionValue.Of(arguments[0].IsPrimitive ? arguments[0].AsText() : "");
        }

        var separator = arguments.Count > 1 && arguments[1].IsPrimitive ? arguments[1].AsText() : ",";
        return ExpressionValue.Of(string.Join(separator, array.Items.Select(item => item.AsText())));
    }

    private static ExpressionValue Case(IReadOnlyList<ExpressionValue> arguments)
    {
        for (var index = 0; index < arguments.Count - 1; index += 2)
        {
            if (arguments[index].Kind != "Boolean")
            {
                throw new ExpressionException("a condition of 'case' must be true or false");
            }

            if (arguments[index].IsTruthy)
            {
                return arguments[index + 1];
            }
        }

        return arguments[^1];
    }
}

/// <summary>An expression that parses cannot be evaluated. Thrown inside <c>Parsing.Workflows</c> only.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
