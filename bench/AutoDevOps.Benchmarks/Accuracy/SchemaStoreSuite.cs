namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Workflows and actions that a JSON schema must accept, and must refuse. A schema has no rules: one of ours that checks what GitHub
/// accepts must speak, wherever in the file.</summary>
internal sealed class SchemaStoreSuite : ISuite
{
    // A rule that names actionlint is about what GitHub accepts; of what it accepts, a schema knows shapes alone: not which runner is still there.
    private const string Correctness = "actionlint/*";
    private const string Shape = "actionlint/syntax-check";

    private static readonly (string Schema, string Path)[] Kinds = [("github-workflow", ".github/workflows/ci.yaml"), ("github-action", "action.yml")];

    public string Name => "schemastore";

    public string Repository => "SchemaStore/schemastore";

    public string What => "`src/test` and `src/negative_test` of `github-workflow` and `github-action`; of `dependabot-2.0` we check nothing that a schema does";

    public SuiteReading Read(string folder, IReadOnlySet<string> claimed)
    {
        var reading = new SuiteReading();
        foreach (var part in new[] { "negative_test", "test" })
        {
            foreach (var (schema, path) in Kinds)
            {
                foreach (var file in Directory.GetFiles(Path.Combine(folder, "src", part, schema)).Order(StringComparer.Ordinal))
                {
                    var place = $"src/{part}/{schema}/{Path.GetFileName(file)}";
                    reading.Samples.Add(new(path, File.ReadAllText(file), [part == "test" ? new(Shape, false, 0, place) : new(Correctness, true, 0, place)]));
                }
            }

            reading.LeaveOut("dependabot configurations", Directory.GetFiles(Path.Combine(folder, "src", part, "dependabot-2.0")).Length);
        }

        return reading;
    }
}
