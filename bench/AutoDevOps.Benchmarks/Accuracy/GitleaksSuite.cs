using AutoDevOps.Benchmarks.Chaos;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>The true and false positives that stand beside each of gitleaks' rules, in Go.</summary>
internal sealed class GitleaksSuite : ISuite
{
    private const string Rules = "cmd/generate/config/rules";
    private const string Helpers = "cmd/generate/config/utils";

    public string Name => "gitleaks";

    public string Repository => "gitleaks/gitleaks";

    public string What => "the true and false positives beside each rule. What it generates by a pattern, and an assignment in many languages, is generated here too, the same each time";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        var helpers = new GitleaksHelpers(Path.Combine(folder, Helpers));
        foreach (var path in Directory.GetFiles(Path.Combine(folder, Rules), "*.go").Order(StringComparer.Ordinal))
        {
            var tokens = GoSource.Tokens(File.ReadAllText(path));
            var names = new Dictionary<string, GoValue>(StringComparer.Ordinal);
            var dice = new Dice(7);
            for (var at = 0; at < tokens.Count - 2; at++)
            {
                if (tokens[at] is { Kind: GoTokenKind.Name, Text: "func" })
                {
                    var end = BodyEnd(tokens, at);
                    ReadRule(reading, $"{Rules}/{Path.GetFileName(path)}", tokens[at..end], helpers, new(names, StringComparer.Ordinal), dice);
                    at = end - 1;
                }
                else
                {
                    Assign(tokens, ref at, helpers, names, dice);
                }
            }
        }

        return reading;
    }

    private static void ReadRule(SuiteReading reading, string place, List<GoToken> tokens, GitleaksHelpers helpers, Dictionary<string, GoValue> names, Dice dice)
    {
        tokens.Add(new(GoTokenKind.End, "", 0));
        var rule = "";
        for (var at = 0; at < tokens.Count - 2; at++)
        {
            if (tokens[at] is { Kind: GoTokenKind.Name, Text: "RuleID" } && tokens[at + 1].Is(":") && tokens[at + 2].Kind == GoTokenKind.Text)
            {
                rule = "gitleaks/" + tokens[at + 2].Text;
            }
            else if (tokens[at] is { Kind: GoTokenKind.Name, Text: "Validate" or "ValidateWithPaths" } && tokens[at + 1].Is("("))
            {
                Take(reading, place, rule, Arguments(tokens, at + 1, helpers, names, dice));
            }
            else
            {
                Assign(tokens, ref at, helpers, names, dice);
            }
        }
    }

    private static void Take(SuiteReading reading, string place, string rule, List<GoValue> arguments)
    {
        foreach (var (value, isPositive) in arguments.Skip(1).Select((value, index) => (value, index == 0)))
        {
            if (value.Items is null || value.Unknown > 0)
            {
                reading.LeaveOut("lists and members of lists that are computed in another way", Math.Max(1, value.Unknown));
            }

            foreach (var text in value.Items ?? [])
            {
                var shown = text.Key.Length == 0 ? "" : $" ({text.Key})";
                reading.Samples.Add(new(PathOf(text.Key), text.Text, [new(rule, isPositive, 0, $"{place}:{text.Line}{shown}") { IsGenerated = text.IsGenerated }]));
            }
        }
    }

    private static List<GoValue> Arguments(List<GoToken> tokens, int open, GitleaksHelpers helpers, Dictionary<string, GoValue> names, Dice dice)
    {
        var values = new GoValues(tokens, helpers, names, dice);
        var arguments = new List<GoValue>();
        for (var at = open; !tokens[at].Is(")") && tokens[at].Kind != GoTokenKind.End;)
        {
            at++;
            arguments.Add(values.Read(ref at));
        }

        return arguments;
    }

    /// <summary>Takes <c>name := value</c> and <c>name = value</c>; otherwise stays where it is.</summary>
    private static void Assign(List<GoToken> tokens, ref int at, GitleaksHelpers helpers, Dictionary<string, GoValue> names, Dice dice)
    {
        if (tokens[at].Kind == GoTokenKind.Name && (tokens[at + 1].Is(":=") || tokens[at + 1].Is("=")) && !tokens[at + 2].Is("="))
        {
            // Rules are made in the same way, and their identifiers are wanted.
            var isRule = tokens[at + 2].Text is "config" or "&";
            var start = at + 2;
            var value = isRule ? GoValue.None : new GoValues(tokens, helpers, names, dice).Read(ref start);
            names[tokens[at].Text] = value;
            at = isRule ? at + 1 : start - 1;
        }
    }

    private static int BodyEnd(List<GoToken> tokens, int at)
    {
        var (depth, seen) = (0, false);
        for (; at < tokens.Count - 1; at++)
        {
            depth += tokens[at].Is("{") ? 1 : tokens[at].Is("}") ? -1 : 0;
            seen |= depth > 0;
            if (seen && depth == 0)
            {
                return at + 1;
            }
        }

        return at;
    }

    /// <summary>A path for the language that the key of a sample begins with, or the path that is the key.</summary>
    private static string PathOf(string key) => key.Split(' ')[0] switch
    {
        "ini" => "conf/settings.ini",
        "json" => "conf/settings.json",
        "xml" => "conf/settings.xml",
        "yaml" => "conf/settings.yaml",
        "C#" => "src/Settings.cs",
        "go" => "src/settings.go",
        "java" => "src/Settings.java",
        "kotlin" => "src/Settings.kt",
        "php" => "src/settings.php",
        "python" => "src/settings.py",
        "make" => "Makefile",
        "logstash" => "conf/logstash.conf",
        var path when path.Contains('/', StringComparison.Ordinal) || path.Contains('.', StringComparison.Ordinal) => Path.GetFileName(path),
        _ => "conf/settings.conf",
    };
}
