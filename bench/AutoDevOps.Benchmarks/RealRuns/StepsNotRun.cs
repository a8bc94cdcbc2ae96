using System.Text.RegularExpressions;

namespace AutoDevOps.Benchmarks.RealRuns;

/// <summary>Knows the scripts that are not run here: those that change more than the copy they run in, since a person's machine is no hosted
/// runner, and those that only bring a package manager, which is there already.</summary>
internal static partial class StepsNotRun
{
    /// <summary>Why it is not run, or null.</summary>
    public static string? Reason(string script) =>
        Text().IsMatch(script) ? "changes more than the copy"
        : Corepack().IsMatch(script.Trim()) ? "the package managers of the machine are used"
        : null;

    [GeneratedRegex(@"^(npm (i|install) [^&;\n]*corepack[^&;\n]*(&&|$) *)?(corepack (enable|prepare|install)[^&;\n]*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Corepack();

    [GeneratedRegex(@"(\bsudo\b|\bapt(-get)? |\bbrew |\bpublish\b|\bdeploy\b|--with-deps|--prefix[= ]/usr|GITHUB_(OUTPUT|ENV|PATH)|codecov\.io)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Text();
}
