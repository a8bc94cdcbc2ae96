using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>The one search for all keywords finds what a search for each would find, line by line.</summary>
public sealed class SecretKeywordsTests
{
    private static readonly SecretRule[] Rules = [.. RuleCatalog.All.OfType<SecretRule>()];

    private static readonly string[] LineEnds = ["\n", "\r\n", "\r", "", " ", "x"];

    [Fact]
    public void Every_rule_gets_the_lines_on_which_a_keyword_of_it_stands()
    {
        // The seeds are fixed: a failure is the same on each run.
        for (var seed = 0; seed < 200; seed++)
        {
            var file = SnapshotFile.FromText("a.txt", Text(new Random(seed)));
            foreach (var rule in Rules)
            {
                var comparison = rule.IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                var expected = file.Lines().Where(line => rule.Keywords.Any(keyword => line.Text.Contains(keyword, comparison))).Select(line => $"{line.Number}: {line.Text}");
                var found = SecretKeywords.In(file).Of(rule).Select(line => $"{line.Number}: {file.Text.Substring(line.Start, line.Length)}");
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void Keywords_are_of_a_kind_that_can_be_searched_for_together() =>
        Assert.All(Rules.SelectMany(rule => rule.Keywords), keyword =>
        {
            Assert.True(keyword.Length >= 2, $"'{keyword}' is in every file.");
            Assert.True(keyword.All(char.IsAscii), keyword);
        });

    [Fact]
    public void The_keywords_of_a_short_text_name_its_rules() =>
        Assert.Equal(
            ["github-token", "databricks-token"],
            SecretKeywords.RulesIn("dapi and ghp_ and GHP_").Select(rule => rule.Descriptor.Name));

    private static string Text(Random random)
    {
        var keywords = Rules.SelectMany(rule => rule.Keywords).ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ =>
        {
            var keyword = keywords[random.Next(keywords.Length)];
            var part = random.Next(4) switch
            {
                0 => keyword.ToUpperInvariant(),
                1 => keyword[..random.Next(1, keyword.Length)],
                _ => keyword,
            };
            return part + LineEnds[random.Next(LineEnds.Length)];
        }));
    }
}
