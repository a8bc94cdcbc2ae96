namespace AutoDevOps.Analyzer.Parsing.Hcl;

internal enum HclKind
{
    /// <summary>Something that is only known when it is evaluated, which nobody does here.</summary>
    Expression,
    Text,
    Number,
    Boolean,
    Null,
    List,
    Map,
}

/// <summary>The value of an attribute, as far as it is written out.</summary>
/// <param name="Text">The literal; of an expression, how it is written.</param>
internal sealed record HclValue(HclKind Kind, int Line, string Text)
{
    public IReadOnlyList<HclValue> Items { get; init; } = [];

    public IReadOnlyList<HclAttribute> Entries { get; init; } = [];

    public bool IsTrue => Kind == HclKind.Boolean && Text == "true";

    public bool IsFalse => Kind == HclKind.Boolean && Text == "false";

    /// <summary>The text, when it is written out; else null.</summary>
    public string? Literal => Kind is HclKind.Text or HclKind.Number or HclKind.Boolean ? Text : null;

    public HclValue? this[string key] => Entries.LastOrDefault(entry => entry.Name == key)?.Value;

    /// <summary>The same, so many lines further down.</summary>
    public HclValue Moved(int lines) => this with
    {
        Line = Line + lines,
        Items = [.. Items.Select(item => item.Moved(lines))],
        Entries = [.. Entries.Select(entry => new HclAttribute(entry.Name, entry.Line + lines, entry.Value.Moved(lines)))],
    };

    /// <summary>The texts of a list, or of one text where a list may stand, that are written out.</summary>
    public IEnumerable<HclValue> Literals => Kind == HclKind.List ? Items.Where(item => item.Literal is not null) : Literal is null ? [] : [this];
}

internal sealed record HclAttribute(string Name, int Line, HclValue Value);

/// <summary>A block such as <c>resource "aws_s3_bucket" "logs" { … }</c>.</summary>
internal sealed class HclBlock(string type, IReadOnlyList<string> labels, int line)
{
    public string Type => type;

    public IReadOnlyList<string> Labels => labels;

    public int Line => line;

    public List<HclAttribute> Attributes { get; } = [];

    public List<HclBlock> Blocks { get; } = [];

    public HclValue? this[string name] => Attributes.FindLast(attribute => attribute.Name == name)?.Value;

    /// <summary>The blocks of a type directly in it, those that <c>dynamic</c> makes included.</summary>
    public IEnumerable<HclBlock> Of(string name)
    {
        foreach (var block in Blocks)
        {
            WorkBudget.Spend(1);
            if (block.Type == name)
            {
                yield return block;
            }
            else if (block.Type == "dynamic" && block.Labels is [var made] && made == name)
            {
                yield return block.Blocks.Find(content => content.Type == "content") ?? block;
            }
        }
    }

    /// <summary>The literal of an attribute, here or in a chain of blocks.</summary>
    public string? Literal(string name) => this[name]?.Literal;

    public string Name => labels.Count > 0 ? labels[^1] : type;
}
