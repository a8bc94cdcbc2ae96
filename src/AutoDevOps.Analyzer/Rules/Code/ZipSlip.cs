using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags archives that are unpacked wherever their entries say.</summary>
internal sealed class ZipSlip : CodeRule
{
    private static readonly string[] JavaGuards = ["getCanonicalPath", "getCanonicalFile", "normalize(", "toRealPath", "startsWith(", "contains(\"..\")", "getFileName"];
    private static readonly string[] GoGuards = ["HasPrefix", "IsLocal", "Contains(", "securejoin", "SecureJoin", "filepath.Rel", "OpenRoot", "filepath.Base"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD031", "zip-slip", Category.Security, Severity.Medium,
        What: "A path made of a folder and the name of an archive's entry, in a file that compares it with nothing (Java, Go).",
        Why: "An entry named `../../x` is written outside the folder, over whatever stands there.",
        Remedy: "Normalise the path, and refuse what does not begin with the folder.")
    {
        Confidence = 0.85,
        Equivalents = ["gosec/G305", "codeql/java/zipslip", "codeql/go/zipslip", "sonar/S6096"],
        References = ["CWE-22", "CWE-23", "OWASP A01:2021", "https://security.snyk.io/research/zip-slip-vulnerability"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [(SourceLanguage.Java, "File"), (SourceLanguage.Java, "resolve"), (SourceLanguage.Go, "Join")];

    protected override bool MayConcern(SourceLanguage language, string text) =>
        language == SourceLanguage.Java
            ? text.Contains("getNextEntry", StringComparison.Ordinal) || text.Contains("ZipEntry", StringComparison.Ordinal)
            : text.Contains("zip.", StringComparison.Ordinal) || text.Contains("tar.", StringComparison.Ordinal);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        var isJava = tokens.Language == SourceLanguage.Java;
        var reads = isJava
            ? tokens.Source.Contains("getNextEntry", StringComparison.Ordinal) || tokens.Source.Contains("ZipEntry", StringComparison.Ordinal)
            : tokens.Source.Contains("zip.OpenReader", StringComparison.Ordinal) || tokens.Source.Contains("tar.NewReader", StringComparison.Ordinal) || tokens.Source.Contains("zip.NewReader", StringComparison.Ordinal);
        if (!reads || (isJava ? JavaGuards : GoGuards).Any(guard => tokens.Source.Contains(guard, StringComparison.Ordinal)))
        {
            yield break;
        }

        foreach (var call in Calls(tokens).Where(call => isJava ? call.IsNew || tokens.Is(call.Word, "resolve") : call.Receiver == "filepath"))
        {
            if (call.Arguments is [.., var last] && IsEntryName(tokens, last, isJava))
            {
                yield return At(call, "The name of the entry may lead out of the folder.");
            }
        }
    }

    private static bool IsEntryName(SourceTokens tokens, SourceArgument argument, bool isJava)
    {
        var text = tokens.Between(argument.First, argument.End);
        return isJava
            ? text is "entry.getName()" or "zipEntry.getName()" or "ze.getName()" or "tarEntry.getName()"
            : text is "header.Name" or "hdr.Name" or "f.Name" or "file.Name" or "zf.Name" or "entry.Name";
    }
}
