using AutoDevOps.Analyzer;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Benchmarks.Accuracy;

/// <summary>What became of one mark.</summary>
/// <param name="Claimants">Our rules that name the other tool's rule.</param>
/// <param name="Said">What these found there; of a negative, only what they find without <c>--level strict</c>.</param>
/// <param name="Beside">What other rules of ours, which name the same tool or a rule of it, found on that line.</param>
internal sealed record Outcome(string Suite, Mark Mark, IReadOnlyList<RuleDescriptor> Claimants, IReadOnlyList<Finding> Said, IReadOnlyList<Finding> Beside, AccuracyJudgement? Judgement)
{
    /// <summary>Whether it counts: a person has not said that the suite reads the case otherwise than our descriptor does.</summary>
    public bool Counts => Judgement is null || Judgement.ShouldSpeak == Mark.IsPositive;

    public bool IsFound => Mark.IsPositive && Said.Count > 0;

    public bool IsMissed => Mark.IsPositive && Said.Count == 0;

    public bool IsAlarm => !Mark.IsPositive && Said.Count > 0;

    /// <summary>Whether the mark is of one rule, and not of all of a tool.</summary>
    public bool IsOfOne => !Mark.Rule.EndsWith('*');
}

/// <summary>A suite and what became of its marks.</summary>
/// <param name="Unclaimed">How many marks are of rules that none of ours names.</param>
internal sealed record MeasuredSuite(ISuite Suite, string Commit, string Day, SuiteReading Reading, IReadOnlyList<Outcome> Outcomes, int Unclaimed);

/// <summary>Gives each sample to the analyzer, and compares.</summary>
internal sealed class Measurement
{
    private const int LinesBeside = 3;

    private readonly ILookup<string, RuleDescriptor> _byEquivalent =
        RuleCatalog.All.SelectMany(rule => rule.Descriptor.Equivalents.Select(name => (name, rule.Descriptor))).ToLookup(pair => pair.name, pair => pair.Descriptor, StringComparer.Ordinal);

    private readonly IReadOnlyList<AccuracyJudgement> _judgements = AccuracyJudgements.Read();

    public MeasuredSuite Measure(ISuite suite, string folder)
    {
        var reading = suite.Read(folder, _byEquivalent.Select(group => group.Key).ToHashSet(StringComparer.Ordinal));
        var outcomes = new List<Outcome>();
        var unclaimed = 0;
        foreach (var sample in reading.Samples)
        {
            var claimed = sample.Marks.Where(mark => Claimants(mark.Rule).Count > 0).ToList();
            unclaimed += sample.Marks.Count - claimed.Count;
            if (claimed.Count > 0)
            {
                var findings = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText([(sample.Path, sample.Text), .. sample.Others]), AnalysisOptions.Default with { Strict = true }).Findings
                    .Where(finding => finding.Location.Path == sample.Path || finding.Location.StartLine == 0).ToList();
                outcomes.AddRange(claimed.Select(mark => Compare(suite, mark, claimed, findings)));
            }
        }

        var (commit, day) = Revision.Of(folder);
        return new(suite, commit, day, reading, outcomes, unclaimed);
    }

    private Outcome Compare(ISuite suite, Mark mark, IReadOnlyList<Mark> marks, IReadOnlyList<Finding> findings)
    {
        var claimants = Claimants(mark.Rule);
        var here = findings.Where(finding => mark.Line == 0 || finding.Location.StartLine == 0 || (finding.Location.StartLine <= mark.EndLine && mark.Line <= finding.Location.EndLine)).ToList();
        var said = here.Where(finding => claimants.Contains(finding.Rule) && (mark.IsPositive || !finding.Rule.Strict)).ToList();
        if (said.Count == 0 && mark is { IsPositive: true, Line: > 0 })
        {
            said = [.. findings.Where(finding => claimants.Contains(finding.Rule) && IsBeside(finding, mark, marks)).Take(1)];
        }

        var tool = mark.Rule[..(mark.Rule.IndexOf('/', StringComparison.Ordinal) + 1)];
        var beside = here.Where(finding => finding.Location.StartLine > 0 && !claimants.Contains(finding.Rule)
            && (finding.Rule.Id.StartsWith("SEC", StringComparison.Ordinal) || finding.Rule.Equivalents.Any(name => name.StartsWith(tool, StringComparison.Ordinal)))).ToList();
        return new(suite.Name, mark, claimants, said, beside, _judgements.FirstOrDefault(judgement => judgement.IsAbout(mark)));
    }

    /// <summary>Whether a finding is near a mark and on no other: of a key and its value, a job and its name, either may be told.</summary>
    private static bool IsBeside(Finding finding, Mark mark, IReadOnlyList<Mark> marks) =>
        finding.Location.StartLine > 0
        && Math.Abs(finding.Location.StartLine - mark.Line) <= LinesBeside
        && !marks.Any(other => finding.Location.StartLine <= other.EndLine && other.Line <= finding.Location.EndLine)
        && marks.Where(other => other.Rule == mark.Rule).MinBy(other => Math.Abs(finding.Location.StartLine - other.Line)) == mark;

    private List<RuleDescriptor> Claimants(string rule) =>
        rule.EndsWith('*')
            ? [.. _byEquivalent.Where(group => group.Key.StartsWith(rule[..^1], StringComparison.Ordinal)).SelectMany(group => group).Distinct()]
            : [.. _byEquivalent[rule].Distinct()];
}
