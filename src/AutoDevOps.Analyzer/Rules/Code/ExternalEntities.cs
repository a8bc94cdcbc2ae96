using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags readers of XML that fetch what a document names.</summary>
internal sealed partial class ExternalEntities : CodeRule
{
    private static readonly string[] JavaGuards =
        ["setFeature", "setProperty", "setAttribute", "setExpandEntityReferences", "SUPPORT_DTD", "ACCESS_EXTERNAL_DTD", "setEntityResolver", "setXMLResolver", "XMLConstants"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD026", "external-entities", Category.Security, Severity.Medium,
        What: "A reader of XML that resolves external entities: Java's factories as they come, lxml and .NET when told to.",
        Why: "A document may name a file or an address of the inner network, and gets its content.",
        Remedy: "Forbid document types (`disallow-doctype-decl`, `DtdProcessing.Prohibit`, `resolve_entities=False`).")
    {
        Confidence = 0.85,
        Equivalents = ["spotbugs/XXE_DOCUMENT", "spotbugs/XXE_SAXPARSER", "sonar/S2755", "roslyn/CA3075", "codeql/java/xxe", "semgrep/java.lang.security.audit.xxe.documentbuilderfactory-disallow-doctype-decl-missing"],
        References = ["CWE-611", "OWASP A05:2021", "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Java, "newInstance"), (SourceLanguage.Java, "newFactory"), (SourceLanguage.Python, "XMLParser"), (SourceLanguage.CSharp, "DtdProcessing")];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language != SourceLanguage.Java || text.Contains("DocumentBuilderFactory", StringComparison.Ordinal) || text.Contains("SAXParserFactory", StringComparison.Ordinal) || text.Contains("XMLInputFactory", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path) => tokens.Language switch
    {
        SourceLanguage.Java => Java(tokens),
        SourceLanguage.Python => Calls(tokens).Where(call => call.Receiver is "etree" or "lxml.etree" && (call.Has("resolve_entities", "True") || call.Has("no_network", "False")))
            .Select(call => At(call, "The parser resolves external entities.")),
        _ => CSharp(tokens),
    };

    private IEnumerable<CodeFinding> Java(SourceTokens tokens) =>
        JavaGuards.Any(guard => tokens.Source.Contains(guard, StringComparison.Ordinal)) ? Unguarded(tokens) : !tokens.Source.Contains(".parse(", StringComparison.Ordinal) && !tokens.Source.Contains("createXML", StringComparison.Ordinal)
            ? []
            : Calls(tokens).Where(call => call.Receiver is "DocumentBuilderFactory" or "SAXParserFactory" or "XMLInputFactory")
                .Select(call => At(call, $"'{call.Receiver}' resolves external entities as it comes."));

    /// <summary>Builders of a factory that is set up nowhere between its beginning and them, in a file that sets up others.</summary>
    private static IEnumerable<CodeFinding> Unguarded(SourceTokens tokens)
    {
        if (tokens.Source.Contains(".newDocument()", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var call in tokens.Calls("newDocumentBuilder"))
        {
            var name = call.Word - 2;
            var given = tokens.Is(call.Word - 1, ".") && tokens.IsWord(name) ? tokens.Resolve(new("", name, name + 1)) : new("", name, name);
            if (given.First == name)
            {
                continue;
            }

            var before = tokens.Between(given.First, name);
            var factory = tokens.Text(name).ToString();
            if ((tokens.Between(given.First, given.End) == NewFactory || before.Contains($"{factory} = {NewFactory}", StringComparison.Ordinal)) && !IsSetUp(before, factory))
            {
                yield return At(call, "The factory resolves external entities as it comes.");
            }
        }
    }

    /// <summary>Whether something is done to a factory that may forbid it: what it is handed to may, and what is set by a name.</summary>
    private static bool IsSetUp(string text, string factory) =>
        Setting().Matches(text).Any(setting => setting.Groups["name"].Value == factory && (setting.Groups["feature"] is not { Success: true } feature || Forbids().IsMatch(feature.Value)))
        || Handed().Matches(text).Any(handed => handed.Groups["name"].Value == factory);

    private const string NewFactory = "DocumentBuilderFactory.newInstance()";

    [GeneratedRegex(@"\b(?<name>\w+)\.set(Feature\(\s*(""(?<feature>[^""]*)"")?|Attribute|ExpandEntityReferences)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Setting();

    [GeneratedRegex(@"disallow-doctype-decl|external-(general|parameter)-entities|secure-processing|load-external-dtd", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Forbids();

    [GeneratedRegex(@"[(,]\s*(?<name>\w+)\s*[,)]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Handed();

    private static IEnumerable<CodeFinding> CSharp(SourceTokens tokens) =>
        from word in tokens.Words("DtdProcessing")
        where tokens.Is(word + 1, "=") && tokens.Is(word + 2, "DtdProcessing") && tokens.Is(word + 4, "Parse") && tokens.Source.Contains("new XmlUrlResolver", StringComparison.Ordinal)
        select new CodeFinding(word, word + 4, "The reader resolves external entities.");
}
