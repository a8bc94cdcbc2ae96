using AutoDevOps.Analyzer.Parsing.Hcl;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class HclReaderTests
{
    [Fact]
    public void Blocks_have_labels_attributes_and_lines()
    {
        var root = HclReader.Read("""
            # a comment { with a brace
            resource "aws_x" "y" {
              name = "a" /* b */
              tags = { Name = "z", "k" : 1 }
              list = [
                "a", # c
                var.b,
              ]
              inner {
                on = true
              }
            }
            """);
        var block = Assert.Single(root.Blocks);

        Assert.Equal(("resource", "aws_x", "y", 2), (block.Type, block.Labels[0], block.Labels[1], block.Line));
        Assert.Equal("a", block.Literal("name"));
        Assert.Equal("z", block["tags"]!["Name"]!.Literal);
        Assert.Equal("1", block["tags"]!["k"]!.Literal);
        Assert.Equal(["a"], block["list"]!.Literals.Select(item => item.Text));
        Assert.Equal(HclKind.Expression, block["list"]!.Items[1].Kind);
        Assert.True(Assert.Single(block.Of("inner"))["on"]!.IsTrue);
    }

    [Theory]
    [InlineData("var.a ? true : false")]
    [InlineData("true ? 1 : 2")]
    [InlineData("\"a${b[\"c\"]}d\"")]
    [InlineData("[1, 2][0]")]
    [InlineData("merge({ a = 1 }, {\n b = 2 })")]
    [InlineData("<<EOF\na ${b}\nEOF")]
    public void What_would_have_to_be_evaluated_stays_an_expression(string value)
    {
        var root = HclReader.Read($"a = {value}\nb = 1\n");

        Assert.Equal(HclKind.Expression, root["a"]!.Kind);
        Assert.Equal("1", root.Literal("b"));
    }

    [Fact]
    public void A_heredoc_is_a_text_and_the_lines_go_on_after_it()
    {
        var root = HclReader.Read("a = <<-EOF\n  {\n  }\n  EOF\nb = 1\n");

        Assert.Equal("  {\n  }\n", root.Literal("a"));
        Assert.Equal(5, root["b"]!.Line);
    }

    [Theory]
    [InlineData("a = ")]
    [InlineData("a {")]
    [InlineData("}}}")]
    [InlineData("a = [")]
    [InlineData("a = \"${")]
    [InlineData("a = <<")]
    [InlineData("a = <<EOF")]
    [InlineData("a \"b\" c d e f {")]
    public void What_does_not_end_is_read_as_far_as_it_goes(string text) => Assert.NotNull(HclReader.Read(text));
}
