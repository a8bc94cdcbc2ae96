using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  a \t b\n", "a|b")]
    [InlineData("'a b' c", "a b|c")]
    [InlineData("a' 'b", "a b")]
    [InlineData("\"a 'b' c\"", "a 'b' c")]
    [InlineData("'a \"b\"'", "a \"b\"")]
    [InlineData("a\\ b", "a b")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("'a\\'", "a\\")]
    [InlineData("'' \"\"", "|")]
    [InlineData("'open end", "open end")]
    [InlineData("a\\", "a\\")]
    [InlineData("$HOME `id`", "$HOME|`id`")]
    public void A_line_falls_into_words_as_in_a_shell_without_expansion(string line, string words) =>
        Assert.Equal(words, string.Join('|', ShellWords.Split(line)));
}
