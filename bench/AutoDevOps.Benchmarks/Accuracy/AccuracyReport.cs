using System.Text;
using AutoDevOps.Analyzer.Rules;
using static AutoDevOps.Benchmarks.Detection.DetectionReport;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>Writes <c>docs/generated/accuracy.md</c>.</summary>
internal static class AccuracyReport
{
    public static string Write(IReadOnlyList<MeasuredSuite> suites)
    {
        var text = new StringBuilder();
        List<Outcome> all = [.. suites.SelectMany(suite => suite.Outcomes)];
        Introduction(text);
        Measured(text, suites);
        ByRule(text, all);
        Shared(text, all);
        Alarms(text, all);
        Missed(text, all);
        Judged(text, all);
        return text.ToString();
    }

    private static void Introduction(StringBuilder text) => Line(text, $"""
        # What the rules find in suites that others wrote

        Written by `dotnet run -c Release --project bench/AutoDevOps.Benchmarks -- accuracy FOLDER`, a folder with one clone a suite
        ({Suites.All.Count} of them: {string.Join(", ", Suites.All.Select(suite => $"`{suite.Name}`"))}); the judgements come from
        `bench/AutoDevOps.Benchmarks/Accuracy/judgements.tsv`. Nothing of a suite is kept here but where it says what.

        **How.** A rule claims what the rules of other tools find that its descriptor names (*Elsewhere* in [rules.md](rules.md)). Each sample is one file
        in a repository of its own, at a path that says nothing of tests. A *positive* of a claimed rule is found when one of our rules that
        name it speaks on that line, at any level (or at most three lines off, where nothing else is marked). On a *negative* none of them may speak at the default level: that is a false alarm. Where several
        of ours divide one rule of another tool between them, a positive is found for each of them when one speaks. *Recall* is
        found / positives; *precision* is the positives on which a rule itself spoke / these and its false alarms. A sample that another tool reads
        otherwise than our descriptor does is left out of the figures, and listed with the reason. Goals: no false alarm, 90 % recall.

        """);

    private static void Measured(StringBuilder text, IReadOnlyList<MeasuredSuite> suites)
    {
        Line(text, $"## The suites\n\n| suite | commit | of | positives | found | recall | negatives | false alarms | judged otherwise | of rules that none of ours names |");
        Line(text, $"|---|---|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var suite in suites)
        {
            var counted = suite.Outcomes.Where(outcome => outcome.Counts).ToList();
            var (positives, found) = (counted.Count(outcome => outcome.Mark.IsPositive), counted.Count(outcome => outcome.IsFound));
            Line(text, $"| [{suite.Suite.Name}](https://github.com/{suite.Suite.Repository}) | {suite.Commit[..10]} | {suite.Day} | {positives} | {found} | {Percent(found, positives)} | {counted.Count - positives} | {counted.Count(outcome => outcome.IsAlarm)} | {suite.Outcomes.Count - counted.Count} | {suite.Unclaimed} |");
        }

        Line(text, $"");
        foreach (var suite in suites)
        {
            var left = suite.Reading.LeftOut.Count == 0 ? "" : $" Left out: {string.Join(", ", suite.Reading.LeftOut.Select(reason => reason.Value == 1 && reason.Key.StartsWith("no ", StringComparison.Ordinal) ? reason.Key : $"{reason.Value} {reason.Key}"))}.";
            Line(text, $"- *{suite.Suite.Name}*: {suite.Suite.What}.{left}");
        }
    }

    private static void ByRule(StringBuilder text, IReadOnlyList<Outcome> all)
    {
        Line(text, $"\n## By rule\n\nMarks of all rules of a tool at once count for no single rule here, but for their false alarms.\n");
        Line(text, $"| rule | stands for | positives | found | recall | negatives | false alarms | precision |\n|---|---|--:|--:|--:|--:|--:|--:|");
        var (reached, measured) = (0, 0);
        foreach (var rule in RuleCatalog.All.Select(rule => rule.Descriptor).OrderBy(rule => rule.Id, StringComparer.Ordinal))
        {
            var of = all.Where(outcome => outcome.Counts && outcome.Claimants.Contains(rule)).ToList();
            var own = of.Where(outcome => outcome.IsOfOne).ToList();
            var (positives, found) = (own.Count(outcome => outcome.Mark.IsPositive), own.Count(outcome => outcome.IsFound));
            var (spoke, alarms) = (own.Count(outcome => outcome.IsFound && Spoke(outcome, rule)), of.Count(outcome => outcome.IsAlarm && Spoke(outcome, rule)));
            if (own.Count == 0 && alarms == 0)
            {
                continue;
            }

            measured += positives > 0 ? 1 : 0;
            reached += positives > 0 && found * 10 >= positives * 9 ? 1 : 0;
            var names = own.Select(outcome => $"`{outcome.Mark.Rule}`").Distinct().Order(StringComparer.Ordinal);
            Line(text, $"| {rule.Id} {rule.Name} | {string.Join(", ", names)} | {positives} | {found} | {Percent(found, positives)} | {of.Count(outcome => !outcome.Mark.IsPositive)} | {alarms} | {Percent(spoke, spoke + alarms)} |");
        }

        Line(text, $"\nOf {measured} rules with positives, {reached} find 90 % of them or more.");
    }

    private static bool Spoke(Outcome outcome, RuleDescriptor rule) => outcome.Said.Any(finding => finding.Rule == rule);

    private static void Shared(StringBuilder text, IReadOnlyList<Outcome> all)
    {
        Line(text, $"\n## By rule of the other tool\n\n*Told otherwise*: not found, but another rule of ours speaks of that line.\n");
        Line(text, $"| rule | ours | positives | found | told otherwise | recall |\n|---|---|--:|--:|--:|--:|");
        foreach (var group in all.Where(outcome => outcome.Counts && outcome.Mark.IsPositive).GroupBy(outcome => (outcome.Suite, outcome.Mark.Rule)))
        {
            var found = group.Count(outcome => outcome.IsFound);
            var ours = group.First().Claimants.Select(rule => rule.Id).ToList();
            Line(text, $"| `{group.Key.Rule}`{(group.Key.Rule.StartsWith(group.Key.Suite, StringComparison.Ordinal) ? "" : $" in {group.Key.Suite}")} | {(ours.Count > 8 ? $"{ours.Count} rules" : string.Join(", ", ours))} | {group.Count()} | {found} | {group.Count(outcome => outcome.IsMissed && outcome.Beside.Count > 0)} | {Percent(found, group.Count())} |");
        }
    }

    private static void Alarms(StringBuilder text, IReadOnlyList<Outcome> all)
    {
        var alarms = all.Where(outcome => outcome.Counts && outcome.IsAlarm).ToList();
        Line(text, $"\n## False alarms: {alarms.Count}\n");
        foreach (var alarm in alarms)
        {
            var said = alarm.Said.Select(finding => $"{finding.Rule.Id} {finding.Rule.Name} on line {finding.Location.StartLine}").Distinct(StringComparer.Ordinal);
            Line(text, $"- {alarm.Suite} `{alarm.Mark.Place}` ({alarm.Mark.Rule}): {string.Join("; ", said)}{(alarm.Judgement is { } judged ? $". {judged.Why}" : "")}");
        }
    }

    private static void Missed(StringBuilder text, IReadOnlyList<Outcome> all)
    {
        var missed = all.Where(outcome => outcome.Counts && outcome.IsMissed).ToList();
        Line(text, $"\n## Not found: {missed.Count}\n");
        foreach (var group in missed.GroupBy(outcome => (outcome.Suite, outcome.Mark.Rule)))
        {
            var places = group.Select(outcome => $"`{outcome.Mark.Place}`{(outcome.Beside.Count > 0 ? $" ({outcome.Beside[0].Rule.Id} speaks)" : "")}").GroupBy(place => place, StringComparer.Ordinal)
                .Select(same => same.Count() > 1 ? $"{same.Key} ×{same.Count()}" : same.Key).ToList();
            Line(text, $"- **{group.Key.Rule}**: {string.Join(", ", places)}");
        }
    }

    private static void Judged(StringBuilder text, IReadOnlyList<Outcome> all)
    {
        var judged = all.Where(outcome => !outcome.Counts).ToList();
        Line(text, $"\n## Read otherwise by our descriptors: {judged.Count}\n");
        foreach (var group in judged.GroupBy(outcome => outcome.Judgement!))
        {
            var anyway = group.Count(outcome => outcome.Said.Count > 0);
            Line(text, $"- {group.Key.Rule}, `{group.Key.Place}`, {group.Count()}{(anyway > 0 ? $" (ours speaks on {anyway})" : "")}: {group.Key.Why}");
        }
    }
}
