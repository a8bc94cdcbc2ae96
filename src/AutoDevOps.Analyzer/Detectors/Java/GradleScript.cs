using System.Text;
using System.Text.RegularExpressions;

namespace AutoDevOps.Analyzer.Detectors.Java;

/// <summary>What a Gradle script says plainly, in Groovy or Kotlin. Scripts are programs; they are read, never run.</summary>
internal sealed partial class GradleScript
{
    private const int MaxLines = 50_000;

    private GradleScript(SnapshotFile file) => File = file;

    public SnapshotFile File { get; }

    /// <summary>The plugins it applies, with the aliases of a version catalog as <c>libs.plugins.x</c>.</summary>
    public List<(string Id, int Line)> Plugins { get; } = [];

    /// <summary>Dependencies written out as <c>group:artifact</c>, and aliases of a version catalog as <c>libs.x</c>.</summary>
    public List<(string Name, int Line)> Dependencies { get; } = [];

    /// <summary>The toolchains it asks for, with their lines; a version of a catalog as <c>libs.versions.x</c>.</summary>
    public List<(string Version, int Line)> Toolchains { get; } = [];

    /// <summary>The releases it compiles for.</summary>
    public List<(string Version, int Line)> Releases { get; } = [];

    /// <summary>The folders of other builds that it includes.</summary>
    public List<string> IncludedBuilds { get; } = [];

    public string? ProjectName { get; private set; }

    public bool IncludesProjects { get; private set; }

    public static GradleScript Read(SnapshotFile file)
    {
        var script = new GradleScript(file);
        var number = 0;
        foreach (var line in WithoutComments(file.Text).Split('\n').Take(MaxLines))
        {
            number++;
            if (line.Length < 2000 && line.AsSpan().Trim().Length > 0)
            {
                WorkBudget.Spend(1 + (line.Length / 32));
                script.Line(line, number);
            }
        }

        return script;
    }

    private void Line(string line, int number)
    {
        if (!NotApplied().IsMatch(line))
        {
            Plugins.AddRange(Plugin().Matches(line).Select(match => (Id(match), number)));
            if (Core().Match(line) is { Success: true } core)
            {
                Plugins.Add((core.Groups["id"].Value, number));
            }
        }

        Dependencies.AddRange(Coordinates().Matches(line).Select(match => ($"{match.Groups["group"].Value}:{match.Groups["name"].Value}", number)));
        Dependencies.AddRange(Alias().Matches(line).Select(match => (match.Groups["alias"].Value, number)));
        if (Toolchain().Match(line) is { Success: true } toolchain)
        {
            Toolchains.Add((toolchain.Groups["version"].Value, number));
        }

        if (Release().Match(line) is { Success: true } release)
        {
            Releases.Add((release.Groups["version"].Value, number));
        }

        IncludedBuilds.AddRange(IncludeBuild().Matches(line).Select(match => match.Groups["path"].Value));
        IncludesProjects |= Include().IsMatch(line);
        ProjectName ??= RootName().Match(line) is { Success: true } name ? name.Groups["name"].Value : null;
    }

    private static string Id(Match match) =>
        match.Groups["kotlin"] is { Success: true } kotlin ? $"org.jetbrains.kotlin.{kotlin.Value}"
        : match.Groups["alias"] is { Success: true } alias ? alias.Value
        : match.Groups["id"].Value;

    /// <summary>Comments blanked; what stands in texts stays, and lines keep their numbers.</summary>
    private static string WithoutComments(string text)
    {
        WorkBudget.Spend(text.Length / 8);
        var kept = new StringBuilder(text.Length);
        var quote = '\0';
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (quote == '\0' && character == '/' && index + 1 < text.Length && text[index + 1] is '/' or '*' && character == '/')
            {
                var isBlock = text[index + 1] == '*';
                var found = text.IndexOf(isBlock ? "*/" : "\n", index + 2 <= text.Length ? index + 2 : text.Length, StringComparison.Ordinal);
                var end = found < 0 ? text.Length : isBlock ? found + 2 : found;
                kept.Append('\n', text.AsSpan(index, end - index).Count('\n'));
                index = end - 1;
                continue;
            }

            if (character == '\\' && quote != '\0' && index + 1 < text.Length && text[index + 1] != '\n')
            {
                kept.Append(character).Append(text[++index]);
                continue;
            }

            // A text ends with its line at the latest: an apostrophe in prose must not swallow the rest.
            quote = character == '\n' ? '\0' : quote == '\0' && character is '"' or '\'' && quote == '\0' ? character : character == quote ? '\0' : quote;
            kept.Append(character);
        }

        return kept.ToString();
    }

    [GeneratedRegex(@"\bapply\s*\(?\s*false", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NotApplied();

    [GeneratedRegex("""
        \bid\s*\(?\s*["'](?<id>[A-Za-z0-9_.-]+)["']|\bkotlin\(\s*"(?<kotlin>jvm|multiplatform|android|js)"\s*\)|\balias\s*\(?\s*(?<alias>[a-z][A-Za-z0-9]*\.plugins\.[A-Za-z0-9_.]+)|\bapply\s*\(?\s*plugin\s*[:=]\s*["'](?<id>[A-Za-z0-9_.-]+)["']|\b(plugins|pluginManager)\.apply\(\s*["'](?<id>[A-Za-z0-9_.-]+)["']
        """, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Plugin();

    [GeneratedRegex("^\\s*`?(?<id>java|java-library|java-test-fixtures|application|groovy|scala|war|checkstyle|pmd|jacoco|kotlin-dsl|java-platform)`?\\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Core();

    [GeneratedRegex("""["'](?<group>[A-Za-z][A-Za-z0-9_.-]*\.[A-Za-z0-9_.-]+):(?<name>[A-Za-z0-9_.-]+)(:[^"']*)?["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Coordinates();

    [GeneratedRegex(@"\b(?<alias>libs\.[A-Za-z0-9_.]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Alias();

    [GeneratedRegex("""(JavaLanguageVersion\.of|jvmToolchain)\s*\(\s*["']?(?<version>[0-9]{1,2}|libs\.versions\.[A-Za-z0-9_.]+?)(\.get\(\))?(\.toInt\(\))?["']?\s*\)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Toolchain();

    [GeneratedRegex("""\b(release(\.set)?\s*[=(]|(source|target)Compatibility\s*=?|jvmTarget(\.set)?\s*[=(])\s*\(?\s*(JavaVersion\.|JvmTarget\.|["'])?(?<version>(VERSION_|JVM_)?(1[._])?[0-9]{1,2})\b""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Release();

    [GeneratedRegex("""\bincludeBuild\s*\(?\s*["'](?<path>[^"'$]+)["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex IncludeBuild();

    [GeneratedRegex("""^\s*(include\s*\(?\s*["']|include\s*\(\s*$|projects\.)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Include();

    [GeneratedRegex("""\brootProject\.name\s*=\s*["'](?<name>[^"'$]{1,100})["']""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex RootName();
}
