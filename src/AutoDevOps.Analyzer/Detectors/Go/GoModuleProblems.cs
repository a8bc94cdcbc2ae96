using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Detectors.Go;

/// <summary>What the <c>go</c> command refuses of a <c>go.mod</c> (the Go Modules Reference, "Lexical elements" and "Grammar").</summary>
internal static class GoModuleProblems
{
    private static readonly string[] Directives = ["module", "go", "toolchain", "godebug", "require", "tool", "exclude", "replace", "retract", "ignore"];

    public static IEnumerable<Diagnostic> Find(SnapshotFile file)
    {
        var (opened, openedAt, hasModule) = ("", 0, false);
        foreach (var (number, text) in file.Lines())
        {
            var comment = text.IndexOf("//", StringComparison.Ordinal);
            var words = (comment < 0 ? text : text[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (opened.Length > 0)
            {
                opened = words is [")"] ? "" : opened;
                continue;
            }

            var directive = words[0].TrimEnd('(');
            hasModule |= directive == "module";
            if (!Directives.Contains(directive))
            {
                yield return new(file.Path, number, $"'{directive}' is no directive of go.mod{(NearestName.Of(directive, Directives) is { } near ? $"; did you mean {near}?" : ".")} The go command refuses the file.");
                yield break;
            }

            (opened, openedAt) = words[^1].EndsWith('(') ? (directive, number) : ("", 0);
        }

        if (opened.Length > 0)
        {
            yield return new(file.Path, openedAt, $"The block '{opened} (' is never closed. Add a line with `)`.");
        }
        else if (!hasModule)
        {
            yield return new(file.Path, 1, "Names no module, and the go command refuses it. Begin it with `module` and the path that others import it by.");
        }
    }
}
