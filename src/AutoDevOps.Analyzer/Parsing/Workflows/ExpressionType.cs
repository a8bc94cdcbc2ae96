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

    /// <summary>Whether some combinations of a matrix lack it, where it is null.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>Whether it is certainly an object or an array, which become <c>Object</c> and <c>Array</c> in a text, and are equal to themselves only.</summary>
    public bool IsCollection => this is ObjectOf or ArrayOf;

    /// <summary>The same, and it is there in every run.</summary>
    public bool IsAlwaysCollection => IsCollection && !MayBeMissing;

    public static ExpressionType Object(params (string Name, ExpressionType Type)[] properties) =>
        new ObjectOf(properties.ToDictionary(property => property.Name, property => property.Type, StringComparer.OrdinalIgnoreCase), Any);

    /// <summary>An object that has these properties and no other.</summary>
    public static ExpressionType Closed(IEnumerable<(string Name, ExpressionType Type)> properties) =>
        new ObjectOf(properties.DistinctBy(property => property.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(property => property.Name, property => property.Type, StringComparer.OrdinalIgnoreCase), Null);

    /// <summary>The type of a value that is known.</summary>
    public static ExpressionType OfValue(ExpressionValue value) => value switch
    {
        ExpressionValue.ArrayValue array => new ArrayOf(Common(array.Items.Select(OfValue))),
        ExpressionValue.ObjectValue members => Closed(members.Members.Select(member => (member.Key, OfValue(member.Value)))),
        { Kind: "String" } => String,
        { Kind: "Number" } => Number,
        { Kind: "Boolean" } => Boolean,
        _ => Null,
    };

    /// <summary>The type that values of all of these have; of none, any.</summary>
    public static ExpressionType Common(IEnumerable<ExpressionType> types)
    {
        ExpressionType? common = null;
        foreach (var type in types)
        {
            common = common is null ? type : Either(common, type);
        }

        return common ?? Any;
    }

    /// <summary>The type of a value that is one of these two.</summary>
    public static ExpressionType Either(ExpressionType one, ExpressionType other) => (one, other) switch
    {
        (Scalar first, Scalar second) when first == second => one,
        (ArrayOf first, ArrayOf second) => new ArrayOf(Either(first.Item, second.Item), first.IsFiltered && second.IsFiltered) { MayBeMissing = one.MayBeMissing || other.MayBeMissing },
        (ObjectOf first, ObjectOf second) => Either(first, second),
        _ => Any,
    };

    private static ObjectOf Either(ObjectOf one, ObjectOf other) => new(
        one.Properties.Keys.Union(other.Properties.Keys, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, name => Either(one.Of(name), other.Of(name)), StringComparer.OrdinalIgnoreCase),
        Either(one.Others, other.Others))
    {
        MayBeMissing = one.MayBeMissing || other.MayBeMissing,
    };

    public sealed record Unknown : ExpressionType
    {
        public override string Name => "anything";
    }

    public sealed record Scalar(string Words) : ExpressionType
    {
        public override string Name => Words;
    }

    /// <param name="Others">The type of every property that is not named; null of an object that has no other.</param>
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
