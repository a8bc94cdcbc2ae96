using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Rules.Code;

/// <summary>Flags Python that lets YAML build whatever objects it names.</summary>
internal sealed class PythonUnsafeYaml : CodeRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "COD012", "python-unsafe-yaml", Category.Security, Severity.High,
        What: "`yaml.load` of PyYAML without a safe loader, or `yaml.unsafe_load`.",
        Why: "A document may name any class and its arguments: loading it runs what its author wants.",
        Remedy: "Use `yaml.safe_load`.")
    {
        Equivalents = ["bandit/B506", "ruff/S506", "semgrep/python.lang.security.deserialization.avoid-pyyaml-load"],
        References = ["CWE-502", "CWE-20", "OWASP A08:2021", "https://pyyaml.org/wiki/PyYAMLDocumentation"],
    };

    protected override IReadOnlyList<(SourceLanguage Language, string Word)> Words { get; } =
        [.. ((string[])["load", "load_all", "unsafe_load", "unsafe_load_all"]).Select(word => (SourceLanguage.Python, word))];

    protected override IEnumerable<CodeFinding> Find(SourceTokens tokens, string path)
    {
        // ruamel.yaml has an object of the same name, which is safe.
        if (!tokens.Source.Contains("import yaml", StringComparison.Ordinal))
        {
            yield break;
        }

        var isOther = tokens.Source.Contains("yaml = YAML(", StringComparison.Ordinal);
        foreach (var call in Calls(tokens).Where(call => call.Receiver == "yaml"))
        {
            var loader = call.Named("Loader") ?? (call.Arguments is [_, var second] ? second : null);
            var name = loader is { } found ? tokens.Text(found.End - 1).ToString() : "";
            if (tokens.Text(call.Word).StartsWith("unsafe") || name is "Loader" or "UnsafeLoader" or "CLoader" || (loader is null && !isOther && call.Arguments.Count == 1 && !tokens.Is(call.Open + 1, "*")))
            {
                yield return At(call, "The document may build any object.");
            }
        }
    }
}
