using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Scoring;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests.Scoring;

/// <summary>The formula: a category starts at 100 and loses, per open finding, critical 25, high 10, medium 4, low 1, info 0, times confidence;
/// the k-th finding of one rule costs 1/k of the first. Overall is the weighted mean of what was assessed.</summary>
public sealed class ScorerTests
{
    public static TheoryData<string, int> Examples => new()
    {
        { "", 100 },
        { "A critical 1", 75 },
        { "A high 1", 90 },
        { "A medium 1", 96 },
        { "A low 1", 99 },
        { "A info 1", 100 },
        { "A high 0.5", 95 },

        // 10 + 10/2 = 15, and 10 + 10/2 + 10/3 = 18.33.
        { "A high 1, A high 1", 85 },
        { "A high 1, A high 1, A high 1", 82 },

        // Two rules do not make each other cheaper.
        { "A high 1, B high 1", 80 },

        // The dearest of a rule comes first: 10 + 4/2, not 4 + 10/2.
        { "A medium 1, A high 1", 88 },
        { "A high 0.1, A medium 1", 96 },

        // Halves are rounded away from zero.
        { "A low 0.5", 100 },
        { "A low 0.6", 99 },
        { "A high 0.95, A low 1", 90 },

        // It stops at 0.
        { "A critical 1, B critical 1, C critical 1, D critical 1, E critical 1", 0 },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_category_loses_what_its_findings_cost(string findings, int score)
    {
        var card = Scorer.Score(Parse(findings), All);
        Assert.Equal(score, Of(card, Category.Security).Value);
        Assert.All(card.Categories.Where(category => category.Category != Category.Security), category => Assert.Equal(100, category.Value));
    }

    [Fact]
    public void What_nothing_could_be_said_about_is_not_assessed_and_never_100()
    {
        var card = Scorer.Score([], new HashSet<Category> { Category.CiCd });
        Assert.Equal([null, 100, null, null, null], card.Categories.Select(category => category.Value));
        Assert.Equal(100, card.Overall);
        Assert.Null(Scorer.Score([], new HashSet<Category>()).Overall);
    }

    [Fact]
    public void The_overall_score_is_the_mean_of_what_was_assessed_weighted_30_25_20_15_10()
    {
        // (60 * 30 + 100 * (25 + 20 + 15 + 10)) / 100
        var findings = Parse("A high 1, B high 1, C high 1, D high 1");
        Assert.Equal(88, Scorer.Score(findings, All).Overall);

        // (60 * 30 + 100 * 25) / 55 = 78.18
        Assert.Equal(78, Scorer.Score(findings, new HashSet<Category> { Category.Security, Category.CiCd }).Overall);
        Assert.Equal(60, Scorer.Score(findings, new HashSet<Category> { Category.Security }).Overall);
        Assert.Equal(100, Enum.GetValues<Category>().Sum(Scorer.WeightOf));
    }

    [Theory]
    [InlineData(100, Band.Excellent)]
    [InlineData(90, Band.Excellent)]
    [InlineData(89, Band.Good)]
    [InlineData(70, Band.Good)]
    [InlineData(69, Band.Fair)]
    [InlineData(50, Band.Fair)]
    [InlineData(49, Band.Poor)]
    [InlineData(30, Band.Poor)]
    [InlineData(29, Band.Critical)]
    [InlineData(0, Band.Critical)]
    public void A_score_has_a_word(int score, Band band) => Assert.Equal(band, Scorer.BandOf(score));

    [Fact]
    public void Every_lost_point_names_its_finding_whatever_the_findings_and_their_order() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 20], Gen.Int[1, 5])
            .Array[0, 30]
            .Sample(rows =>
            {
                var findings = rows.Select((row, index) => Finding($"R{row.Item1}", (Severity)row.Item2, row.Item3 / 20.0, $"f{row.Item4}", index + 1)).ToList();
                var category = Of(Scorer.Score(findings, All), Category.Security);

                Assert.Equal(findings.Count, category.Lost.Select(lost => lost.Finding).Distinct().Count());
                Assert.Equal((int)Math.Round(Math.Max(0, 100 - category.Lost.Sum(lost => lost.Points)), MidpointRounding.AwayFromZero), category.Value);
                Assert.Equal(category.Lost.OrderByDescending(lost => lost.Points).Select(lost => lost.Points), category.Lost.Select(lost => lost.Points));

                findings.Reverse();
                var again = Of(Scorer.Score(findings, All), Category.Security);
                Assert.Equal(category.Lost, again.Lost);
            });

    private static IReadOnlySet<Category> All { get; } = Enum.GetValues<Category>().ToHashSet();

    private static CategoryScore Of(ScoreCard card, Category category) => card.Categories.Single(score => score.Category == category);

    private static List<Finding> Parse(string findings) =>
    [
        .. findings.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select((text, index) =>
        {
            var words = text.Split(' ');
            return Finding(words[0], Enum.Parse<Severity>(words[1], ignoreCase: true), double.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture), "a", index + 1);
        }),
    ];

    private static Finding Finding(string rule, Severity severity, double confidence, string path, int line) =>
        new(new(rule, rule, Category.Security, severity, "", "", ""), new(path, line, line), "m", confidence) { Fingerprint = $"{rule}{path}{line}" };
}
