using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("github.head_ref", "github.head_ref")]
    [InlineData("github['event'].issue['title']", "github.event.issue.title")]
    [InlineData("github.event.commits[0].message", "github.event.commits.0.message")]
    [InlineData("github.event.commits.*.message", "github.event.commits.*.message")]
    [InlineData("inputs[matrix.x]", "inputs.*")]
    [InlineData("a.b && c.d || e.f", "c.d e.f")]
    [InlineData("format('{0} {1}', a.b, contains(c.d, 'x'))", "a.b")]
    [InlineData("!a.b", "")]
    [InlineData("a.b == c.d", "")]
    [InlineData("case(a.b, c.d, e.f)", "c.d e.f")]
    [InlineData("fromJSON(a.b).c", "a.b.c")]
    [InlineData("'it''s ' ", "")]
    public void Only_what_can_reach_the_result_flows(string text, string flows)
    {
        var (tree, error) = ExpressionParser.Parse(text);

        Assert.Null(error);
        Assert.Equal(flows, string.Join(' ', tree!.Flows()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("(a")]
    [InlineData("f(a,")]
    [InlineData("'open")]
    [InlineData("\"double\"")]
    [InlineData("a[")]
    [InlineData("&& a")]
    public void A_broken_expression_has_a_reason(string text) => Assert.NotNull(ExpressionParser.Parse(text).Error);

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_overflow_the_stack() =>
        Assert.Contains("nested", ExpressionParser.Parse(new string('(', 100_000)).Error);

    [Fact]
    public void Expressions_have_their_places_whatever_the_style_of_the_text()
    {
        var file = RepositorySnapshot.FromText((".github/workflows/x.yml", """
            on: push
            jobs:
              a:
                steps:
                  - run: |

                      one ${{ a }} two ${{ b }}
                      three ${{ c }}
                  - run: >-
                      folded
                      text ${{ d }}
                  - run: plain ${{ e }}
                  - run: "quoted \"x\" ${{ f }}"
            """)).Files[0];
        var workflow = Workflow.Read(file)!;

        var places = workflow.Steps.SelectMany(step => workflow.Expressions(step.Run)).Select(found => $"{found.Text}@{found.Start.Line}:{found.Start.Column}");

        Assert.Equal(["a@7:15", "b@7:28", "c@8:17", "d@11:16", "e@12:20", "f@13:28"], places);
    }
}
