namespace AutoDevOps.Analyzer.Pipelines;

/// <summary>Writes the configuration of Dependabot: weekly, grouped, and not before a version is a week old.</summary>
public sealed class DependabotWriter : IPipelineWriter
{
    public string Platform => "dependabot";

    public IReadOnlyList<GeneratedFile> Write(BuildPlan plan)
    {
        var lines = new LineWriter();
        lines.Add(0, GeneratedMark.Line);
        lines.Add(0, "version: 2");
        lines.Add(0, "updates:");
        foreach (var ecosystem in plan.Updates.GroupBy(update => update.Ecosystem))
        {
            var basis = Basis.OfAll(ecosystem.Select(update => update.Basis));
            lines.Cite(1, basis);
            lines.Add(1, $"- package-ecosystem: {ecosystem.Key}", basis);
            lines.Add(2, "directories:");
            foreach (var folder in ecosystem.Select(update => update.Folder).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                lines.Add(3, $"- {YamlText.Scalar(folder)}");
            }

            lines.Add(2, "schedule:");
            lines.Add(3, "interval: weekly");
            lines.Add(2, "# A version that was withdrawn or attacked is usually known within days.");
            lines.Add(2, "cooldown:");
            lines.Add(3, "default-days: 7");
            lines.Add(2, "groups:");
            lines.Add(3, "minor-and-patch:");
            lines.Add(4, "update-types: [minor, patch]");
        }

        return [lines.ToFile(".github/dependabot.yml")];
    }
}
