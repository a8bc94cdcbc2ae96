namespace AutoDevOps.Analyzer.Rules.OtherCi;

/// <summary>A rule about a Jenkinsfile, which is Groovy and read line by line.</summary>
internal abstract class JenkinsRule : IFileRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public bool Reads(SnapshotFile file) =>
        !file.IsSample && (file.Name == "Jenkinsfile" || file.Name.StartsWith("Jenkinsfile.", StringComparison.Ordinal) || file.Name.EndsWith(".jenkinsfile", StringComparison.OrdinalIgnoreCase));

    public IEnumerable<Finding> Check(SnapshotFile file) => Check(file, [.. file.Lines().Where(line => line.Text.Length <= 1_000 && !line.Text.AsSpan().TrimStart().StartsWith("//"))]);

    /// <param name="lines">Those that are no comment, with their numbers.</param>
    protected abstract IEnumerable<Finding> Check(SnapshotFile file, IReadOnlyList<(int Number, string Text)> lines);
}
