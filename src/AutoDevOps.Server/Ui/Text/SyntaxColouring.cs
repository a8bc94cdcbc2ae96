using System.Text.RegularExpressions;

namespace AutoDevOps.Server.Ui.Text;

/// <summary>Colours one line of code at a time: enough to read an excerpt by, and linear in its length whatever is in it.</summary>
/// <remarks>Lines are taken by themselves, because an excerpt begins anywhere: a string or comment over several lines loses its colour
/// on the later ones.</remarks>
internal static partial class SyntaxColouring
{
    private const int MaxColouredLength = 2000;

    private enum Language
    {
        Plain,
        Yaml,
        Json,
        Hash,
        Slashes,
        Markup,
    }

    public static IReadOnlyList<CodeToken> Line(string path, string line)
    {
        var language = Of(path);
        if (line.Length == 0 || line.Length > MaxColouredLength || language == Language.Plain)
        {
            return [new CodeToken(line, null)];
        }

        var pattern = language switch
        {
            Language.Yaml => Yaml(),
            Language.Json => Json(),
            Language.Hash => Hash(),
            Language.Markup => Markup(),
            _ => Slashes(),
        };
        var tokens = new List<CodeToken>();
        var at = 0;
        foreach (Match match in pattern.Matches(line))
        {
            var group = match.Groups.Cast<Group>().Skip(1).FirstOrDefault(group => group.Success && group.Length > 0);
            if (group is null)
            {
                continue;
            }

            if (group.Index > at)
            {
                tokens.Add(new CodeToken(line[at..group.Index], null));
            }

            tokens.Add(new CodeToken(group.Value, group.Name));
            at = group.Index + group.Length;
        }

        if (at < line.Length)
        {
            tokens.Add(new CodeToken(line[at..], null));
        }

        return tokens;
    }

    private static Language Of(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".yml" or ".yaml" => Language.Yaml,
            ".json" or ".jsonc" or ".webmanifest" => Language.Json,
            ".py" or ".rb" or ".sh" or ".bash" or ".toml" or ".ini" or ".cfg" or ".conf" or ".tf" or ".hcl" or ".env" or ".properties" or ".dockerfile" => Language.Hash,
            ".cs" or ".go" or ".rs" or ".java" or ".kt" or ".kts" or ".scala" or ".swift" or ".c" or ".h" or ".cpp" or ".cc" or ".hpp" or ".js" or ".mjs" or ".cjs"
                or ".ts" or ".tsx" or ".jsx" or ".php" or ".groovy" or ".gradle" or ".dart" or ".zig" or ".css" or ".mod" => Language.Slashes,
            ".xml" or ".html" or ".csproj" or ".props" or ".targets" or ".svg" or ".razor" => Language.Markup,
            _ when name.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase) || name is "Makefile" or "Gemfile" or ".gitignore" or ".dockerignore" or ".npmrc" => Language.Hash,
            _ when name is "Jenkinsfile" => Language.Slashes,
            _ => Language.Plain,
        };
    }

    private const string Keywords =
        "abstract|and|as|async|await|break|case|catch|class|const|continue|def|default|defer|do|elif|else|end|enum|esac|except|export|extends|fi|final|finally|fn|for|from|func|function|"
        + "go|if|impl|implements|import|in|interface|internal|is|lambda|let|match|mod|module|namespace|new|not|or|package|pass|private|protected|pub|public|raise|readonly|record|require|resource|return|"
        + "sealed|select|self|static|struct|super|switch|then|this|throw|throws|trait|try|type|use|using|val|var|variable|void|when|where|while|with|yield|"
        + "FROM|RUN|COPY|ADD|ENV|ARG|WORKDIR|USER|CMD|ENTRYPOINT|EXPOSE|LABEL|VOLUME|HEALTHCHECK|STOPSIGNAL|SHELL|ONBUILD";

    private const string Numbers = @"|(?<n>\b(?:0x[0-9A-Fa-f]+|\d+(?:\.\d+)*)\b|\b(?:true|false|null|nil|None|True|False|undefined)\b)";
    private const string Strings = """(?<s>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""";
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    [GeneratedRegex("""(?<w>\$\{\{[^}]*\}\})|(?<c>(?:^|\s)#.*$)|(?<k>[A-Za-z_][\w.\-/]*:(?:\s|$))|(?<s>"(?:[^"\\]|\\.)*"|'[^']*')|(?<n>\b(?:true|false|null|yes|no)\b|\b\d+(?:\.\d+)*\b)""", Options)]
    private static partial Regex Yaml();

    [GeneratedRegex("""(?<k>"(?:[^"\\]|\\.)*"\s*:)|(?<s>"(?:[^"\\]|\\.)*")|(?<c>//.*$)|(?<n>\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b)""", Options)]
    private static partial Regex Json();

    [GeneratedRegex(Strings + "|(?<c>#.*$)|(?<k>\\b(?:" + Keywords + ")\\b)" + Numbers, Options)]
    private static partial Regex Hash();

    [GeneratedRegex(Strings + "|(?<c>//.*$|/\\*.*?\\*/|^\\s*\\*.*$)|(?<k>\\b(?:" + Keywords + ")\\b)" + Numbers, Options)]
    private static partial Regex Slashes();

    [GeneratedRegex("""(?<c><!--.*?-->)|(?<k></?[\w:.\-]+|/?>)|(?<s>"[^"]*"|'[^']*')""", Options)]
    private static partial Regex Markup();
}
