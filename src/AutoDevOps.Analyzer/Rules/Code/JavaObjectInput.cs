using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Java that deserialises objects from a connection.</summary>
internal sealed class JavaObjectInput : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD016", "java-object-input", Category.Security, Severity.High,
        What: "An `ObjectInputStream` or `XMLDecoder` in Java on the stream of a socket or request, without a filter.",
        Why: "A stream may name any class on the class path: reading it runs what its author wants.",
        Remedy: "Use JSON, or set an `ObjectInputFilter` with the classes that may come.")
    {
        Confidence = 0.9,
        Equivalents = ["spotbugs/OBJECT_DESERIALIZATION", "sonar/S5135", "codeql/java/unsafe-deserialization", "semgrep/java.lang.security.audit.object-deserialization"],
        References = ["CWE-502", "OWASP A08:2021", "https://docs.oracle.com/en/java/javase/21/core/serialization-filtering1.html"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Java, "ObjectInputStream"), (SourceLanguage.Java, "XMLDecoder")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path) =>
        tokens.Source.Contains("ObjectInputFilter", StringComparison.Ordinal)
            ? []
            : from call in Calls(tokens)
              where call.IsNew && tokens.Between(call.Open + 1, call.Close).Contains("getInputStream", StringComparison.Ordinal)
              select At(call, "What came over a connection builds any object.");
}
