namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>What is known of a value before the run: one of the six types of GitHub's expressions, or that it may be any.</summary>
internal abstract record ExpressionType
{
    private ExpressionType()
    {
    }

    /// <summary>It is known to the run only.</summary>
    public static ExpressionType Any { get; } = new Unknown();

    public static ExpressionType Null { get; } = new Scalar("null");

    public static ExpressionType Boolean { get; } = new Scalar("a boolean");

    public static ExpressionType Number { get; } = new Scalar("a number");

    public static ExpressionType String { get; } = new Scalar("a text");

    /// <summary>An object of which nothing but that is known.</summary>
    public static ExpressionType AnyObject { get; } = new ObjectOf(new Dictionary<string, ExpressionType>(), Any);

    /// <summary>An object whose every value is a text.</summary>
    public static ExpressionType Texts { get; } = new ObjectOf(new Dictionary<string, ExpressionType>(), String);

    /// <summary>As a message says it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it is certainly an object or an array, which become <c>Object</c> and <c>Array</c> in a text, and are equal to themselves only.</summary>
    public bool IsCollection => this is ObjectOf or ArrayOf;

    public static ExpressionType Object(params (string Name, ExpressionType Type)[] properties) =>
        new ObjectOf(properties.ToDictionary(property => property.Name, property => property.Type, StringComparer.OrdinalIgnoreCase), Any);

    /// <summary>The type of a value that is one of these two.</summary>
    public static ExpressionType Either(ExpressionType one, ExpressionType other) => (one, other) switch
    {
        (Scalar first, Scalar second) when first == second => one,
        (ArrayOf first, ArrayOf second) => new ArrayOf(Either(first.Item, second.Item), first.IsFiltered && second.IsFiltered),
        (ObjectOf first, ObjectOf second) => new ObjectOf(
            first.Properties.Keys.Union(second.Properties.Keys, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(name => name, name => Either(first.Of(name), second.Of(name)), StringComparer.OrdinalIgnoreCase),
            Either(first.Others, second.Others)),
        _ => Any,
    };

    public sealed record Unknown : ExpressionType
    {
        public override string Name => "anything";
    }

    public sealed record Scalar(string Words) : ExpressionType
    {
        public override string Name => Words;
    }

    /// <param name="Others">The type of every property that is not named.</param>
    public sealed record ObjectOf(IReadOnlyDictionary<string, ExpressionType> Properties, ExpressionType Others) : ExpressionType
    {
        public override string Name => "an object";

        public ExpressionType Of(string name) => Properties.GetValueOrDefault(name, Others);
    }

    /// <param name="IsFiltered">It came of <c>.*</c>: a name after it is looked up in each item.</param>
    public sealed record ArrayOf(ExpressionType Item, bool IsFiltered = false) : ExpressionType
    {
        public override string Name => "an array";
    }
}
