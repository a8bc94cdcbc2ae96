using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>A folder below <c>Fixtures/Rules</c> as a snapshot: <c>&lt;rule&gt;/bad</c> with <c>expected.txt</c>, which lists
/// <c>path:line</c> of each finding, or <c>&lt;rule&gt;/good</c>.</summary>
internal sealed class RuleFixture
{
    private const string Expectation = "expected.txt";

    private RuleFixture(RepositorySnapshot snapshot, IReadOnlyList<string> expected)
    {
        Snapshot = snapshot;
        Expected = expected;
        var model = RepositoryModelBuilder.Build(snapshot).Model;

        // A manifest with a test script stands for a component, so that rules do not depend on how well one is detected.
        Model = snapshot.Find("package.json")?.Json().Root?.At("scripts", "test") is null
            ? model
            : model with { Components = [new Component(".", "fixture", Ecosystems.Node) { Commands = [new(CommandKind.Test, "npm test", ".", 0.95, [new("package.json", 4)])] }] };
    }

    public RepositorySnapshot Snapshot { get; }

    public RepositoryModel Model { get; }

    public IReadOnlyList<string> Expected { get; }

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "Rules");

    public static RuleFixture Read(string rule, string kind)
    {
        var folder = Path.Combine(Root, rule, kind);
        var expectation = Path.Combine(folder, Expectation);
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Where(path => path != expectation)
            .Select(path => ToFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path)));
        return new(
            new RepositorySnapshot(files),
            File.Exists(expectation) ? [.. File.ReadAllLines(expectation).Order(StringComparer.Ordinal)] : []);
    }

    public IReadOnlyList<Finding> Run(IRule rule) => Run(rule, Snapshot, Model);

    public static IReadOnlyList<Finding> Run(IRule rule, RepositorySnapshot snapshot, RepositoryModel model) => rule switch
    {
        IFileRule fileRule => [.. snapshot.Files.Where(fileRule.Reads).SelectMany(fileRule.Check)],
        IRepositoryRule repositoryRule => repositoryRule.HasSubject(snapshot, model) ? [.. repositoryRule.Check(snapshot, model)] : [],
        IDatedRule datedRule => datedRule.HasSubject(snapshot) ? [.. datedRule.Check(snapshot, new(2027, 1, 31))] : [],
        _ => throw new InvalidOperationException($"{rule.GetType()} is neither kind of rule."),
    };

    private static SnapshotFile ToFile(string path, string text)
    {
        if (text.StartsWith("@@BINARY@@", StringComparison.Ordinal))
        {
            return new(path, 100, FileKind.Binary, () => []);
        }

        if (text.StartsWith("@@BOM@@", StringComparison.Ordinal))
        {
            return SnapshotFile.FromText(path, '\uFEFF' + text[7..]);
        }

        // A path that cannot stand beside the others everywhere.
        if (text.StartsWith("@@PATH:", StringComparison.Ordinal))
        {
            return SnapshotFile.FromText(text[7..text.LastIndexOf("@@", StringComparison.Ordinal)], "");
        }

        if (text.StartsWith("@@SIZE:", StringComparison.Ordinal))
        {
            return new(path, long.Parse(text[7..text.LastIndexOf("@@", StringComparison.Ordinal)]), FileKind.TooLarge, () => []);
        }

        return SnapshotFile.FromText(path, FakeSecrets.Fill(text));
    }
}
