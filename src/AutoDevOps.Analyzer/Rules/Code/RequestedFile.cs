using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags files that whoever sends a request chooses.</summary>
internal sealed class RequestedFile : CodeRule
{
    private static readonly string[] JavaScript = ["sendFile", "readFile", "readFileSync", "createReadStream", "download", "unlink", "unlinkSync", "writeFile", "writeFileSync"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD032", "requested-file", Category.Security, Severity.High,
        What: "A file whose path is taken from a request as it came.",
        Why: "A path with `..` in it reads, or writes, any file that the server can.",
        Remedy: "Look the name up in a list, or normalise the path and refuse what leaves the folder.")
    {
        Confidence = 0.9,
        Equivalents = ["eslint/security/detect-non-literal-fs-filename", "gosec/G304", "codeql/js/path-injection", "codeql/py/path-injection", "spotbugs/PATH_TRAVERSAL_IN", "sonar/S2083", "roslyn/CA3003"],
        References = ["CWE-22", "OWASP A01:2021"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
    [
        .. JavaScript.Select(word => (SourceLanguage.JavaScript, word)), (SourceLanguage.Python, "open"), (SourceLanguage.Python, "send_file"),
        (SourceLanguage.Java, "File"), (SourceLanguage.Java, "FileInputStream"), (SourceLanguage.Go, "ReadFile"), (SourceLanguage.Go, "Open"), (SourceLanguage.Go, "ServeFile"),
        (SourceLanguage.CSharp, "ReadAllText"), (SourceLanguage.CSharp, "OpenRead"), (SourceLanguage.CSharp, "ReadAllBytes"),
    ];

    protected override bool MayConcern(SourceLanguage language, string text) => RequestData.MayBeIn(language, text);

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        foreach (var call in Calls(tokens).Where(IsFile))
        {
            foreach (var argument in call.Arguments.Take(tokens.Is(call.Word, "ServeFile") ? 3 : 1))
            {
                if (tokens.Resolve(argument) is var file && RequestData.IsIn(tokens, file) && !IsChecked(tokens, call, file))
                {
                    yield return At(call, "Whoever sends the request chooses the file.");
                }
            }
        }
    }

    private static bool IsFile(SourceCall call) => call.Tokens.Language switch
    {
        SourceLanguage.JavaScript => call.Receiver is "res" or "fs" or "fsp" or "fs.promises" or "reply" or "",
        SourceLanguage.Python => call.Receiver.Length == 0 || call.Receiver == "flask",
        SourceLanguage.Java => call.IsNew,
        SourceLanguage.CSharp => call.Receiver is "File" or "System.IO.File",
        _ => call.Receiver is "os" or "http" or "ioutil",
    };

    /// <summary>A root that the path may not leave, a list it is in, or only its last name.</summary>
    private static bool IsChecked(SourceTokens tokens, SourceCall call, SourceArgument file)
    {
        var text = tokens.Between(file.First, file.End);
        return text.Contains("basename", StringComparison.OrdinalIgnoreCase) || text.Contains("secure_filename", StringComparison.Ordinal) || text.Contains("filepath.Base", StringComparison.Ordinal)
            || text.Contains("GetFileName", StringComparison.Ordinal) || text.Contains(".files", StringComparison.Ordinal) || text.Contains(".file.", StringComparison.Ordinal)
            || tokens.Between(call.Open, call.Close + 1).Contains("root:", StringComparison.Ordinal);
    }
}
