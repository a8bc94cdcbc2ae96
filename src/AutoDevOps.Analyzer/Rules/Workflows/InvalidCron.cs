using System.Globalization;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a schedule that is not POSIX cron, or names no time zone.</summary>
internal sealed class InvalidCron : IFileRule
{
    private const int MaxLength = 500;

    private static readonly (string Name, int Low, int High, string[] Words)[] Fields =
    [
        ("minute", 0, 59, []),
        ("hour", 0, 23, []),
        ("day of month", 1, 31, []),
        ("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        ("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA005", "invalid-cron", Category.CiCd, Severity.High,
        What: "A schedule that is not a cron expression of five fields, or names a time zone that there is not.",
        Why: "GitHub refuses the workflow, or never starts it.",
        Remedy: "Write minute, hour, day of month, month and day of week, as in '15 4 * * 1-5', and the zone as in 'Europe/Berlin'.")
    {
        Equivalents = ["actionlint/events"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file)
    {
        if (Workflow.Read(file) is not { } workflow)
        {
            yield break;
        }

        foreach (var schedule in workflow.Triggers.Where(trigger => trigger.Name == "schedule"))
        {
            foreach (var item in schedule.Filter?.Items ?? [])
            {
                if (item["cron"] is { Text: { } text } cron && Problem(text) is { } problem)
                {
                    yield return Descriptor.At(file.Path, cron.Line, $"'{text}' is not a cron expression: {problem}.");
                }

                if (item["timezone"] is { Text: { Length: > 0 } name } zone && !name.Contains("${{", StringComparison.Ordinal) && !TimeZoneNames.All.Contains(name))
                {
                    yield return Descriptor.At(NodeLocation.Of(file, zone), $"'{name}' is no time zone: those of IANA's database are known, such as 'Europe/Berlin'.");
                }
            }
        }
    }

    private static string? Problem(string cron)
    {
        if (cron.Length > MaxLength)
        {
            return $"it is longer than {MaxLength} characters";
        }

        var parts = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
        {
            return $"it has {parts.Length} fields, not 5";
        }

        for (var index = 0; index < 5; index++)
        {
            var field = Fields[index];
            if (!parts[index].Split(',').All(part => IsPart(part, field.Low, field.High, field.Words)))
            {
                return $"'{parts[index]}' is no {field.Name} ({field.Low} to {field.High})";
            }
        }

        return null;
    }

    private static bool IsPart(string part, int low, int high, string[] words)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step < 1)
            {
                return false;
            }

            part = part[..slash];
        }

        if (part == "*")
        {
            return true;
        }

        var bounds = part.Split('-');
        var values = bounds.Select(bound => Value(bound, low, high, words)).ToList();
        return values.Count <= 2 && values.All(value => value is not null) && (values.Count == 1 || values[0] <= values[1] || words.Length == 7);
    }

    private static int? Value(string text, int low, int high, string[] words)
    {
        var word = Array.FindIndex(words, candidate => candidate.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0)
        {
            return low + word;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value : null;
    }
}
