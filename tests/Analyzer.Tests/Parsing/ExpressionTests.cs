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

    /// <summary>The reason is printed, and half a character is none.</summary>
    [Theory]
    [InlineData("a 😀")]
    [InlineData("😀")]
    [InlineData("a.😀")]
    public void A_reason_names_whole_characters(string text) =>
        Assert.Contains("😀", ExpressionParser.Parse(text).Error);

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_overflow_the_stack() =>
        Assert.Contains("nested", DataDocumentTests.OnASmallStack(() => ExpressionParser.Parse(new string('(', 20_000)).Error));

    /// <summary>GitHub counts a chain of <c>&amp;&amp;</c> or <c>||</c> as one level, and any other link as one each.</summary>
    [Theory]
    [InlineData("a", ".b")]
    [InlineData("a", "[b]")]
    [InlineData("a", "==b")]
    [InlineData("a", "[0]")]
    public void A_chain_is_as_long_as_GitHub_allows_and_no_longer(string start, string link)
    {
        Assert.Null(ExpressionParser.Parse(start + string.Concat(Enumerable.Repeat(link, 49))).Error);
        Assert.Contains("nested", ExpressionParser.Parse(start + string.Concat(Enumerable.Repeat(link, 50))).Error);
    }

    [Theory]
    [InlineData("||b")]
    [InlineData("&&b")]
    public void A_chain_of_conditions_is_long_and_its_tree_is_not_too_deep_to_walk(string link)
    {
        var (tree, _) = ExpressionParser.Parse("a" + string.Concat(Enumerable.Repeat(link, 6_000)));

        Assert.Equal(6_001, DataDocumentTests.OnASmallStack(() => tree!.All().Count(part => part is Expression.Context)));
        Assert.InRange(DataDocumentTests.OnASmallStack(() => tree!.Flows().Count()), 1, 6_001);
    }

    [Theory]
    [InlineData("false && github.x", false)]
    [InlineData("github.x && false", false)]
    [InlineData("github.x || true", true)]
    [InlineData("!(github.x && false)", true)]
    [InlineData("'a' == 'A'", true)]
    [InlineData("contains('Hello', 'ELL')", true)]
    [InlineData("fromJSON('[]')", true)]
    [InlineData("0x0", false)]
    [InlineData("github.x", null)]
    [InlineData("always()", null)]
    [InlineData("fromJSON('{')", null)]
    public void What_no_run_can_change_is_known_before_it(string text, bool? truth) =>
        Assert.Equal(truth, ExpressionEvaluator.ConstantTruth(ExpressionParser.Parse(text).Tree!));

    [Fact]
    public void An_expression_is_as_long_as_GitHub_allows_and_no_longer()
    {
        Assert.Null(ExpressionParser.Parse($"'{new string('a', 20_998)}'").Error);
        Assert.Contains("longer", ExpressionParser.Parse($"'{new string('a', 20_999)}'").Error);
    }

    [Theory]
    [InlineData("a || b && c", "(|| a (&& b c))")]
    [InlineData("a && b || c", "(|| (&& a b) c)")]
    [InlineData("a == b && c", "(&& (== a b) c)")]
    [InlineData("!a == b", "(== (! a) b)")]
    [InlineData("!(a || b)", "(! (|| a b))")]
    [InlineData("a < b != c", "(!= (< a b) c)")]
    [InlineData("a<=1&&b>=-2.5e3", "(&& (<= a 1) (>= b -2.5e3))")]
    [InlineData("f ( a , 'x' )", "(f a x)")]
    [InlineData("a . b [ 'c d' ] . *", "(. (. (. a b) c d) *)")]
    [InlineData("true || null", "(|| true null)")]
    [InlineData("hashFiles('**/x', '!y')", "(hashFiles **/x !y)")]
    [InlineData("0xff", "0xff")]
    public void Operators_bind_as_GitHub_documents_them(string text, string tree) => Assert.Equal(tree, Show(ExpressionParser.Parse(text).Tree!));

    private static string Show(Expression expression) => expression switch
    {
        Expression.Literal literal => literal.Text,
        Expression.Context context => context.Name,
        Expression.Member member => $"(. {Show(member.Target)} {member.Name})",
        Expression.Call call => $"({call.Name} {string.Join(' ', call.Arguments.Select(Show))})",
        Expression.Not not => $"(! {Show(not.Operand)})",
        Expression.Binary binary => $"({binary.Operator} {Show(binary.Left)} {Show(binary.Right)})",
        _ => throw new InvalidOperationException(),
    };

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
