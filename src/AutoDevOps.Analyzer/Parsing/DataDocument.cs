namespace AutoDevOps.Analyzer.Parsing;

public enum DataFormat
{
    Json,
    Yaml,
    Toml,
}

/// <summary>A parsed file: its root, or the reason why there is none.</summary>
/// <remarks>Parsing never throws on content. Limits: <see cref="MaxDepth"/> levels and <see cref="MaxNodes"/> nodes, counted
/// after aliases are followed, which is what makes an alias bomb small.</remarks>
public sealed record DataDocument(DataNode? Root, IReadOnlyList<Diagnostic> Diagnostics)
{
    public const int MaxDepth = 100;

    public const int MaxNodes = 250_000;

    internal static DataDocument Parse(DataFormat format, string path, string text)
    {
        WorkBudget.Spend(text.Length / 4);
        try
        {
            var root = format switch
            {
                DataFormat.Json => new JsonTreeReader(text).Read(),
                DataFormat.Yaml => new YamlTreeReader(text).Read(),
                _ => TomlTreeReader.Read(text),
            };
            return new(root, []);
        }
        catch (DataFormatException problem)
        {
            return new(null, [new(path, LineIn(text, problem.Line), problem.Message)]);
        }
    }

    /// <summary>What is missing at the end is missed on a line that does not exist: then the last that does.</summary>
    internal static int LineIn(string text, int line) => Math.Clamp(line, 1, Math.Max(1, text.AsSpan().TrimEnd('\n').Count('\n') + 1));
}

/// <summary>The text is not of its format. Thrown inside <c>Parsing</c> only.</summary>
internal sealed class DataFormatException(int line, string message) : Exception(message)
{
    public int Line => line;
}
