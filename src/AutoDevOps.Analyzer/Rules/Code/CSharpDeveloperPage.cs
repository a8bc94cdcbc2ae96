using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags ASP.NET Core that shows its exceptions to everybody.</summary>
internal sealed class CSharpDeveloperPage : CodeRule
{
    private static readonly string[] Conditions = ["IsDevelopment", "IsEnvironment", "IsProduction", "EnvironmentName", "#if DEBUG", "Debugger.IsAttached"];

    public override RuleDescriptor Descriptor { get; } = new(
        "COD024", "csharp-developer-page", Category.Security, Severity.Medium,
        What: "`UseDeveloperExceptionPage` in a file that asks nowhere for the environment.",
        Why: "Whoever causes an error reads the stack, the sources and the headers, cookies included.",
        Remedy: "Call it only when `Environment.IsDevelopment()` says so.")
    {
        Confidence = 0.9,
        Equivalents = ["sonar/S4507"],
        References = ["CWE-489", "CWE-209", "OWASP A05:2021", "https://learn.microsoft.com/aspnet/core/fundamentals/error-handling"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } = [(SourceLanguage.CSharp, "UseDeveloperExceptionPage")];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path) =>
        Conditions.Any(condition => tokens.Source.Contains(condition, StringComparison.Ordinal))
            ? []
            : Calls(tokens).Select(call => At(call, "The developer's page is shown in every environment."));
}
