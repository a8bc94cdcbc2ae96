using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;

namespace AutoDevOps.Analyzer.Detectors.Node;

/// <summary>Scripts that rewrite what they complain about, and the same call without that, where a script is no more than one call.</summary>
internal static partial class Repairs
{
    /// <summary>The tools, each with the package that brings it, what makes it rewrite, and what stands in its place.</summary>
    private static readonly (string Tool, string Package, string[] Repairing, string Checking)[] Tools =
    [
        ("eslint", "eslint", ["--fix"], ""), ("oxlint", "oxlint", ["--fix"], ""), ("stylelint", "stylelint", ["--fix"], ""), ("tslint", "tslint", ["--fix"], ""),
        ("prettier", "prettier", ["--write", "-w"], "--check"), ("biome", "@biomejs/biome", ["--write", "--fix", "--apply"], ""),
    ];

    public static bool Is(string body) => body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Any(word => word is "--fix" or "--write" or "--apply" or "--apply-unsafe" or "--fix=true");

    /// <param name="declared">Where a package is declared, or null.</param>
    public static (string Run, Evidence Declared)? Check(string body, Func<string, Evidence?> declared)
    {
        if (ShellLine.Parse(body) is not [{ IsLiteral: true, Words: [var tool, .. var arguments] }] || body.AsSpan().IndexOfAny("|;&<>") >= 0
            || Array.Find(Tools, known => known.Tool == tool) is not { Tool: not null } known || declared(known.Package) is not { } place)
        {
            return null;
        }

        var words = arguments.Select(word => known.Repairing.Contains(word) ? known.Checking : word).Where(word => word.Length > 0).Select(word => Glob().IsMatch(word) ? $"\"{word}\"" : word).ToList();
        return words.TrueForAll(word => Word().IsMatch(word)) && !Is(string.Join(' ', words)) ? ($"{tool} {string.Join(' ', words)}".TrimEnd(), place) : null;
    }

    [GeneratedRegex("[*{}!,]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Glob();

    [GeneratedRegex("""^("[A-Za-z0-9._:/@=+*{},!-]{1,200}"|[A-Za-z0-9._:/@=+-]{1,200})$""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
