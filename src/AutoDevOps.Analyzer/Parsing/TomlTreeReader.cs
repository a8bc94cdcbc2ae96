using System.Globalization;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace AutoDevOps.Analyzer.Parsing;

/// <summary>TOML with positions, from Tomlyn's syntax tree; dotted keys and tables are unfolded into mappings.</summary>
internal sealed class TomlTreeReader
{
    private int _nodes;

    /// <summary>What people write by hand is far smaller, and the parser's own tree takes a hundred times the text.</summary>
    private const int MaxCharacters = 256 * 1024;

    public static DataNode Read(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new DataFormatException(0, $"The file has more than {MaxCharacters} characters, which is more TOML than is read.");
        }

        try
        {
            return new TomlTreeReader().Read(SyntaxParser.Parse(text));
        }
        catch (TomlException problem)
        {
            // The parser gives up in this way on what is nested more than 64 levels deep.
            throw new DataFormatException((problem.Line ?? 0) + 1, $"Not valid TOML: {problem.Message.Split(". ")[0].TrimEnd('.')}.");
        }
    }

    private DataNode Read(DocumentSyntax document)
    {
        if (document.HasErrors)
        {
            var first = document.Diagnostics[0];
            throw new DataFormatException(first.Span.Start.Line + 1, $"Not valid TOML: {first.Message}");
        }

        var root = DataNode.Mapping(new(1, 1), new(1, 1));
        foreach (var pair in document.KeyValues)
        {
            Add(root, pair);
        }

        foreach (var table in document.Tables)
        {
            var target = Open(root, table);
            foreach (var pair in table.Items)
            {
                Add(target, pair);
            }
        }

        return root;
    }

    private static DataNode Open(DataNode root, TableSyntaxBase table)
    {
        var names = Names(table.Name!);
        var parent = Descend(root, names[..^1]);
        var last = names[^1];
        if (table is TableArraySyntax)
        {
            if (parent[last.Text!] is not { Kind: NodeKind.Sequence } list)
            {
                list = DataNode.Sequence(Start(table), End(table));
                parent.Add(last, list);
            }

            var item = DataNode.Mapping(Start(table), End(table));
            list.Add(item);
            return item;
        }

        return Descend(parent, [last]);
    }

    private static DataNode Descend(DataNode node, IReadOnlyList<DataNode> names)
    {
        foreach (var name in names)
        {
            var child = node[name.Text!];
            if (child is { Kind: NodeKind.Sequence, Items.Count: > 0 })
            {
                // TOML 1.0: a table below an array of tables belongs to the array's last element.
                child = child.Items[^1];
            }

            if (child is null)
            {
                child = DataNode.Mapping(name.Start, name.End);
                node.Add(name, child);
            }

            node = child;
        }

        return node;
    }

    private void Add(DataNode table, KeyValueSyntax pair)
    {
        var names = Names(pair.Key!);
        Descend(table, names[..^1]).Add(names[^1], Value(pair.Value!));
    }

    private static List<DataNode> Names(KeySyntax key)
    {
        List<DataNode> names = [Name(key.Key!)];
        names.AddRange(key.DotKeys.Select(dotted => Name(dotted.Key!)));
        return names;
    }

    private static DataNode Name(BareKeyOrStringValueSyntax key)
    {
        var text = key switch
        {
            BareKeySyntax bare => bare.Key!.Text,
            StringValueSyntax quoted => quoted.Value,
            _ => key.ToString(),
        };
        return DataNode.Scalar(text ?? "", ScalarType.String, Start(key), End(key));
    }

    private DataNode Value(ValueSyntax value)
    {
        if (++_nodes > DataDocument.MaxNodes)
        {
            throw new DataFormatException(Start(value).Line, $"The file has more than {DataDocument.MaxNodes} values.");
        }

        switch (value)
        {
            case ArraySyntax array:
                var sequence = DataNode.Sequence(Start(array), End(array));
                foreach (var item in array.Items)
                {
                    sequence.Add(Value(item.Value!));
                }

                return sequence;
            case InlineTableSyntax inline:
                var mapping = DataNode.Mapping(Start(inline), End(inline));
                foreach (var pair in inline.Items)
                {
                    Add(mapping, pair.KeyValue!);
                }

                return mapping;
            case StringValueSyntax text:
                return DataNode.Scalar(text.Value, ScalarType.String, Start(text), End(text));
            case BooleanValueSyntax boolean:
                return DataNode.Scalar(boolean.Value ? "true" : "false", ScalarType.Boolean, Start(boolean), End(boolean));
            case IntegerValueSyntax integer:
                return DataNode.Scalar(integer.Value.ToString(CultureInfo.InvariantCulture), ScalarType.Number, Start(integer), End(integer));
            default:
                return DataNode.Scalar(value.ToString().Trim(), value is FloatValueSyntax ? ScalarType.Number : ScalarType.String, Start(value), End(value));
        }
    }

    private static Position Start(SyntaxNode node) => new(node.Span.Start.Line + 1, node.Span.Start.Column + 1);

    private static Position End(SyntaxNode node) => new(node.Span.End.Line + 1, node.Span.End.Column + 2);
}
