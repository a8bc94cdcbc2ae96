using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Pipelines;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

public sealed class YamlTextTests
{
    /// <summary>Pieces that mean something to some YAML, to GitHub or to a shell.</summary>
    private static readonly string[] Pieces =
    [
        "a", "B", "1", "0", ".", "-", " ", "  ", ":", ": ", " #", "#", "'", "\"", "\\", "\n", "\r", "\t", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "%", "@", "`", "?", "? ", "- ", "<<", "=",
        "~", "null", "true", "yes", "on", "0x1f", "1e3", "1:2", ".inf", "---", "...", "${{ x }}", "$(id)", "é", "\u0085", "\u2028", "\uFEFF", "\u00a0", "\U0001F600", "\u0000", "\u007f", "\u200b",
    ];

    [Fact]
    public void What_is_written_is_what_is_read_wherever_it_stands() =>
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[0, 8].Select(string.Concat).Sample(
            value =>
            {
                Assert.Equal(value, Read($"key: {YamlText.Scalar(value)}\nnext: 1\n")["key"]!.Text ?? "");
                Assert.Equal(value, Read($"- {YamlText.Scalar(value)}\n- 1\n").Items[0].Text ?? "");
                Assert.Equal([value, "1"], Read($"key: [{YamlText.FlowScalar(value)}, 1]\n")["key"]!.Items.Select(item => item.Text ?? ""));
                Assert.Equal([value], Read($"{YamlText.Scalar(value)}: 1\n").Entries.Select(entry => entry.Key.Text ?? ""));
                Assert.Equal("1", Read($"# {YamlText.Comment(value)}\nkey: 1\n")["key"]!.Text);
            },
            iter: 20_000);

    [Theory]
    [InlineData("npm run test", "npm run test")]
    [InlineData("go test -run 'a b' ./...", "go test -run 'a b' ./...")]
    [InlineData("3.10", "'3.10'")]
    [InlineData("true", "'true'")]
    [InlineData("off", "'off'")]
    [InlineData("", "''")]
    [InlineData("- x", "'- x'")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("it's: x", "'it''s: x'")]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData("lts/*", "lts/*")]
    [InlineData("ü", "'ü'")]
    public void Text_is_plain_where_nobody_could_take_it_for_anything_else(string value, string text) => Assert.Equal(text, YamlText.Scalar(value));

    [Fact]
    public void A_text_is_never_a_number_or_a_boolean_to_the_reader() =>
        Assert.All(["1", "1.0", "0x1f", "1e3", "yes", "NO", "On", "null", "~", ".nan", "1_000", "12:30:45", "2026-01-01", "+1", ".5"],
            value => Assert.Equal(ScalarType.String, Read($"key: {YamlText.Scalar(value)}\n")["key"]!.Type));

    private static DataNode Read(string text)
    {
        var document = DataDocument.Parse(DataFormat.Yaml, "x.yml", text);
        Assert.True(document.Root is not null, string.Concat(document.Diagnostics.Select(problem => problem.Message)));
        return document.Root;
    }
}
