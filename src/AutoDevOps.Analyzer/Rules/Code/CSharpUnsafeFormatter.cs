using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags the formatters of .NET that build whatever objects a stream names.</summary>
internal sealed class CSharpUnsafeFormatter : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD014", "csharp-unsafe-formatter", Category.Security, Severity.High,
        What: "`BinaryFormatter`, `SoapFormatter`, `NetDataContractSerializer`, `LosFormatter` or `ObjectStateFormatter` in C#.",
        Why: "A stream may name any class: reading it runs what its author wants, and no setting makes that safe.",
        Remedy: "Use `System.Text.Json`, or another serializer that is told the type.")
    {
        Equivalents = ["roslyn/CA2300", "roslyn/CA2305", "roslyn/CA2310", "roslyn/CA2315", "roslyn/SYSLIB0011", "sonar/S5773"],
        References = ["CWE-502", "OWASP A08:2021", "https://learn.microsoft.com/dotnet/standard/serialization/binaryformatter-security-guide"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [.. ((string[])["BinaryFormatter", "SoapFormatter", "NetDataContractSerializer", "LosFormatter", "ObjectStateFormatter"]).Select(word => (SourceLanguage.CSharp, word))];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path) =>
        tokens.Source.Contains("Deserialize", StringComparison.Ordinal) || tokens.Source.Contains("ReadObject", StringComparison.Ordinal)
            ? Calls(tokens).Where(call => call.IsNew).Select(call => At(call, $"'{tokens.Text(call.Word)}' builds any object."))
            : [];
}
