namespace AutoDevOps.Analyzer.Rules;

/// <summary>How bad a finding is. The order is the rank: a larger value is worse.</summary>
public enum Severity
{
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>What a finding is about; each category has its own score.</summary>
public enum Category
{
    Security,
    CiCd,
    CodeQuality,
    Dependencies,
    Performance,
}

/// <summary>What a rule is and says; the documentation is printed from it.</summary>
/// <param name="Id">Stable for ever: a family's three letters and a number, such as <c>GHA001</c>.</param>
/// <param name="Name">Kebab case, for people: <c>unpinned-action</c>.</param>
/// <param name="What">What is flagged, one sentence.</param>
/// <param name="Why">What goes wrong if it stays, one sentence.</param>
/// <param name="Remedy">What to do, one sentence in the imperative.</param>
public sealed record RuleDescriptor(
    string Id, string Name, Category Category, Severity Severity, string What, string Why, string Remedy)
{
    /// <summary>How often such a finding is right, from 0 to 1; a finding may state its own.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The same rule in other tools: <c>zizmor/unpinned-uses</c>.</summary>
    public IReadOnlyList<string> Equivalents { get; init; } = [];

    /// <summary>CWE, OWASP and CIS identifiers, or addresses of the vendor's documentation.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Runs only at <c>--level strict</c>.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether files of the repository may say that its findings may stay. Not what others demand of the repository.</summary>
    public bool CanBeIgnored => !Id.StartsWith("POL", StringComparison.Ordinal);

    /// <summary>A finding of this rule on whole lines.</summary>
    public Finding At(string path, int line, string message, int? endLine = null) =>
        At(new Location(path, line, endLine ?? line), message);

    /// <summary>A finding of this rule.</summary>
    public Finding At(Location location, string message) => new(this, location, message, Confidence);
}
