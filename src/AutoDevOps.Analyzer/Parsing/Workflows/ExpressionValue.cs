using System.Globalization;

namespace AutoDevOps.Analyzer.Parsing.Workflows;

/// <summary>What an expression yields: the six types of GitHub's expressions, with their conversions.</summary>
/// <remarks>GitHub, "Evaluate expressions in workflows and actions": values of different types are compared as numbers, texts without regard to
/// case, arrays and objects by identity.</remarks>
public abstract class ExpressionValue
{
    private ExpressionValue()
    {
    }

    public static ExpressionValue Null { get; } = new NullValue();

    public static ExpressionValue True { get; } = new BooleanValue(true);

    public static ExpressionValue False { get; } = new BooleanValue(false);

    /// <summary><c>Null</c>, <c>Boolean</c>, <c>Number</c>, <c>String</c>, <c>Array</c> or <c>Object</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Everything but <c>false</c>, <c>0</c>, <c>NaN</c>, <c>''</c> and <c>null</c>.</summary>
    public virtual bool IsTruthy => true;

    /// <summary>Whether this is neither an array nor an object.</summary>
    public virtual bool IsPrimitive => true;

    /// <summary>What an array or object becomes in a text is the name of its type.</summary>
    public virtual string AsText() => Kind;

    public virtual double AsNumber() => double.NaN;

    public static ExpressionValue Of(bool value) => value ? True : False;

    public static ExpressionValue Of(double value) => new NumberValue(value);

    public static ExpressionValue Of(string value) => new TextValue(value);

    /// <summary>Whether <c>left == right</c>.</summary>
    public static bool AreEqual(ExpressionValue left, ExpressionValue right) => (left, right) switch
    {
        (NullValue, NullValue) => true,
        (BooleanValue one, BooleanValue other) => one.IsTruthy == other.IsTruthy,
        (TextValue one, TextValue other) => string.Equals(one.Text, other.Text, StringComparison.OrdinalIgnoreCase),
        ({ IsPrimitive: true }, { IsPrimitive: true }) => left.AsNumber() == right.AsNumber(),
        _ => ReferenceEquals(left, right),
    };

    /// <summary>Below zero, zero or above zero as <c>left</c> is less than, equal to or greater than <c>right</c>; null when they have no
    /// order, so that every comparison is false.</summary>
    public static int? Compare(ExpressionValue left, ExpressionValue right)
    {
        if (left is TextValue one && right is TextValue other)
        {
            return string.Compare(one.Text, other.Text, StringComparison.OrdinalIgnoreCase);
        }

        var (first, second) = (left.AsNumber(), right.AsNumber());
        return double.IsNaN(first) || double.IsNaN(second) ? null : first.CompareTo(second);
    }

    public override string ToString() => AsText();

    private sealed class NullValue : ExpressionValue
    {
        public override string Kind => "Null";

        public override bool IsTruthy => false;

        public override string AsText() => "";

        public override double AsNumber() => 0;
    }

    private sealed class BooleanValue(bool value) : ExpressionValue
    {
        public override string Kind => "Boolean";

        public override bool IsTruthy => value;

        public override string AsText() => value ? "true" : "false";

        public override double AsNumber() => value ? 1 : 0;
    }

    private sealed class NumberValue(double value) : ExpressionValue
    {
        public override string Kind => "Number";

        public override bool IsTruthy => value != 0 && !double.IsNaN(value);

        // Fifteen digits: what GitHub prints.
        public override string AsText() => value == 0 ? "0" : value.ToString("G15", CultureInfo.InvariantCulture);

        public override double AsNumber() => value;
    }

    private sealed class TextValue(string text) : ExpressionValue
    {
        public string Text => text;

        public override string Kind => "String";

        public override bool IsTruthy => text.Length > 0;

        public override string AsText() => text;

        public override double AsNumber() => ExpressionNumber.Parse(text);
    }

    /// <summary>A list; its identity is what it is compared by.</summary>
    /// <param name="isFiltered">Whether it came from <c>.*</c>: then the next member is taken of each item.</param>
    public sealed class ArrayValue(IReadOnlyList<ExpressionValue> items, bool isFiltered = false) : ExpressionValue
    {
        public IReadOnlyList<ExpressionValue> Items => items;

        public bool IsFiltered => isFiltered;

        public override string Kind => "Array";

        public override bool IsPrimitive => false;
    }

    /// <summary>Names with values in the order they were given; of names that differ by case only, the first counts.</summary>
    public sealed class ObjectValue : ExpressionValue
    {
        private readonly Dictionary<string, ExpressionValue> _byName = new(StringComparer.OrdinalIgnoreCase);

        public ObjectValue(IEnumerable<KeyValuePair<string, ExpressionValue>> members)
        {
            List<KeyValuePair<string, ExpressionValue>> kept = [];
            foreach (var member in members)
            {
                if (_byName.TryAdd(member.Key, member.Value))
                {
                    kept.Add(member);
                }
            }

            Members = kept;
        }

        public IReadOnlyList<KeyValuePair<string, ExpressionValue>> Members { get; }

        public override string Kind => "Object";

        public override bool IsPrimitive => false;

        /// <summary>The value of a name, or null when there is no such name.</summary>
        public ExpressionValue? Find(string name) => _byName.GetValueOrDefault(name);
    }
}
