using AutoDevOps.Benchmarks.Chaos;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>What gitleaks' own helpers make: patterns by a size, values by a pattern, and assignments of a value in many languages. Their texts
/// are read from the clone.</summary>
internal sealed class GitleaksHelpers
{
    private readonly Dictionary<string, string> _patterns = new(StringComparer.Ordinal);
    private readonly List<GoText> _templates = [];
    private readonly string _assignment;

    /// <param name="folder">Of the helpers: <c>cmd/generate/config/utils</c>.</param>
    public GitleaksHelpers(string folder)
    {
        var patterns = GoSource.Tokens(File.ReadAllText(Path.Combine(folder, "patterns.go")));
        for (var at = 0; at + 1 < patterns.Count; at++)
        {
            if (patterns[at] is { Kind: GoTokenKind.Name, Text: "func" })
            {
                _patterns[patterns[at + 1].Text] = patterns.Skip(at).First(token => token.Kind == GoTokenKind.Text).Text;
            }
        }

        var samples = GoSource.Tokens(File.ReadAllText(Path.Combine(folder, "generate.go")));
        _assignment = samples.SkipWhile(token => token.Text != "GenerateSampleSecret").First(token => token.Kind == GoTokenKind.Text).Text;
        var start = samples.FindIndex(token => token.Text == "map" && token.Kind == GoTokenKind.Name);
        _templates.AddRange(new GoValues(samples, this, [], new(0)).Read(ref start).Items!);
    }

    public GoValue Call(string name, IReadOnlyList<GoValue> arguments, int line, Dice dice)
    {
        if (name == "append")
        {
            return Append(arguments);
        }

        var texts = arguments.Select(argument => argument.Text).ToList();
        if (texts.Contains(null))
        {
            return GoValue.None;
        }

        var isGenerated = texts.Exists(text => text!.IsGenerated);
        return (name, texts) switch
        {
            ("NewSecret" or "newPlausibleSecret", [var pattern]) => Text(PatternText.Make(pattern!.Text, dice), true),
            ("GenerateSampleSecret", [var identifier, var secret]) => Text(Format(_assignment, [identifier!.Text, secret!.Text]), isGenerated),
            ("GenerateSampleSecrets", [var identifier, var secret]) => new(null, [.. _templates.Select(template => new GoText(Fill(template.Text, identifier!.Text, secret!.Text), line, template.Key, isGenerated))]),
            ("Sprintf", [var format, .. var values]) => Text(Format(format!.Text, [.. values.Select(value => value!.Text)]), isGenerated),
            _ when _patterns.TryGetValue(name, out var pattern) => Text(Format(pattern, [.. texts.Select(text => text!.Text)]), false),
            _ => GoValue.None,
        };

        GoValue Text(string? text, bool isMade) => text is null ? GoValue.None : new(new(text, line, "", isMade), null);
    }

    private static GoValue Append(IReadOnlyList<GoValue> arguments) =>
        new(null, [.. arguments.SelectMany(argument => argument.Items ?? (argument.Text is { } text ? [text] : []))],
            arguments.Sum(argument => argument.Items is null && argument.Text is null ? 1 : argument.Unknown));

    private static string Fill(string template, string identifier, string secret) =>
        template.Replace("{i}", identifier, StringComparison.Ordinal).Replace("{I}", identifier.ToUpperInvariant(), StringComparison.Ordinal).Replace("{s}", secret, StringComparison.Ordinal);

    /// <summary>Puts values where <c>%s</c> stands; null when there is anything else to put in.</summary>
    private static string? Format(string format, IReadOnlyList<string> values)
    {
        var parts = format.Split("%s");
        return parts.Length != values.Count + 1 || parts.Any(part => part.Contains('%', StringComparison.Ordinal))
            ? null
            : string.Concat(parts.Select((part, index) => part + (index < values.Count ? values[index] : "")));
    }
}
