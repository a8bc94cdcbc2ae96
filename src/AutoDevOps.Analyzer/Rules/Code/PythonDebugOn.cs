using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags web applications in Python that run with their debugger.</summary>
internal sealed partial class PythonDebugOn : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD023", "python-debug-on", Category.Security, Severity.Medium,
        What: "Flask's `run(debug=True)`, or `DEBUG = True` in Django's settings for production.",
        Why: "Flask's debugger runs any Python for whoever reaches an error page; Django's shows settings and sources.",
        Remedy: "Take the switch from the environment, off unless it is set.")
    {
        Confidence = 0.85,
        Equivalents = ["bandit/B201", "ruff/S201", "semgrep/python.flask.security.audit.debug-enabled", "codeql/py/flask-debug", "sonar/S4507"],
        References = ["CWE-489", "CWE-215", "OWASP A05:2021", "https://flask.palletsprojects.com/debugging/", "https://docs.djangoproject.com/en/stable/ref/settings/#debug"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } = [(SourceLanguage.Python, "run"), (SourceLanguage.Python, "DEBUG")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        if (tokens.Source.Contains("Flask(", StringComparison.Ordinal))
        {
            foreach (var call in tokens.Calls("run").Where(call => call.Has("debug", "True")))
            {
                yield return At(call, "The application runs with Flask's debugger.");
            }
        }

        foreach (var word in Production().IsMatch(path) ? tokens.Words("DEBUG") : [])
        {
            if (tokens.Is(word + 1, "=") && tokens.Is(word + 2, "True") && tokens.Place(word, word).Column == 1)
            {
                yield return new(word, word + 2, "The settings for production have DEBUG on.");
            }
        }
    }

    [GeneratedRegex("(^|/)settings/(prod|production|live)[^/]*\\.py$|(^|/)settings_(prod|production|live)\\.py$|(^|/)(prod|production)_settings\\.py$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Production();
}
