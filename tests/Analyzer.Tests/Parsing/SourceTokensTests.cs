using AutoDevOps.Analyzer.Parsing.Sources;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class SourceTokensTests
{
    [Theory]
    [InlineData(nameof(SourceLanguage.Python), "f(1) # g(2)", "f ( 1 )")]
    [InlineData(nameof(SourceLanguage.Python), "a = r'\\'' + b", "a = '' + b")]
    [InlineData(nameof(SourceLanguage.Python), "a = '''x\ny''' + b", "a = '' + b")]
    [InlineData(nameof(SourceLanguage.Python), "a = f'{{x}}' + b", "a = '' + b")]
    [InlineData(nameof(SourceLanguage.Python), "a = f'x{y['z']}w' + b", "a = '' {y['z']} '' + b")]
    [InlineData(nameof(SourceLanguage.Python), "it's + b\nc", "it ' s + b c")]
    [InlineData(nameof(SourceLanguage.CSharp), "@\"a\"\"b\" + c", "'' + c")]
    [InlineData(nameof(SourceLanguage.CSharp), "$\"a{b[\"c\"]}d\" + e", "'' {b[\"c\"]} '' + e")]
    [InlineData(nameof(SourceLanguage.CSharp), "$$\"\"\"a{b}{{c}}\"\"\" + d", "'' {c} '' + d")]
    [InlineData(nameof(SourceLanguage.CSharp), "a(); // b\n/* c */ d", "a ( ) ; d")]
    [InlineData(nameof(SourceLanguage.JavaScript), "a = `b${c + `d${e}`}f` + g", "a = '' {c + `d${e}`} '' + g")]
    [InlineData(nameof(SourceLanguage.JavaScript), "a = /['\"`]/.test(b)", "a = /['\"`]/ . test ( b )")]
    [InlineData(nameof(SourceLanguage.JavaScript), "a / b / c", "a / b / c")]
    [InlineData(nameof(SourceLanguage.Go), "a := `b\\` + c", "a : = '' + c")]
    [InlineData(nameof(SourceLanguage.Java), "a = \"\"\"\nb \"c\" d\"\"\" + e;", "a = '' + e ;")]
    public void A_source_is_cut_into_words_marks_and_texts(string language, string text, string expected)
    {
        var tokens = SourceTokens.Read(text, Enum.Parse<SourceLanguage>(language));
        var told = Enumerable.Range(0, tokens.Count).Select(index => tokens[index].Kind switch
        {
            TokenKind.Text => "''",
            TokenKind.Hole => $"{{{tokens.Text(index)}}}",
            _ => tokens.Text(index).ToString(),
        });

        Assert.Equal(expected, string.Join(' ', told));
    }

    [Theory]
    [InlineData(nameof(SourceLanguage.Python), "f('a' + b)", "a|{b}")]
    [InlineData(nameof(SourceLanguage.Python), "f('a %s c' % b)", "a |{b}| c")]
    [InlineData(nameof(SourceLanguage.Python), "f('a {} c'.format(b))", "a |{b}| c")]
    [InlineData(nameof(SourceLanguage.Python), "f(('a' 'b') + c)", "a|b|{c}")]
    [InlineData(nameof(SourceLanguage.CSharp), "f(string.Format(\"a{0}\", b))", "a|{b}|")]
    [InlineData(nameof(SourceLanguage.Go), "f(fmt.Sprintf(\"a%d%s\", b))", "a%d|{b}|")]
    [InlineData(nameof(SourceLanguage.JavaScript), "f(`a${b}`)", "a|{b}|")]
    [InlineData(nameof(SourceLanguage.JavaScript), "f('a' + 'b')", null)]
    [InlineData(nameof(SourceLanguage.JavaScript), "f(a + b)", null)]
    [InlineData(nameof(SourceLanguage.JavaScript), "f(a ? 'b' : c)", null)]
    [InlineData(nameof(SourceLanguage.JavaScript), "const b = 'x'; f('a' + b)", null)]
    [InlineData(nameof(SourceLanguage.JavaScript), "f('a' + LIMIT)", null)]
    public void What_a_text_is_put_together_of_is_known(string language, string text, string? expected)
    {
        var tokens = SourceTokens.Read(text, Enum.Parse<SourceLanguage>(language));
        var parts = BuiltText.Read(tokens, tokens.Calls("f").Single().Arguments[0]);

        Assert.Equal(expected, parts is null ? null : string.Join('|', parts.Select(part => part.IsLiteral ? part.Text : $"{{{part.Text}}}")));
    }

    [Fact]
    public void A_call_knows_its_names_and_arguments()
    {
        var tokens = SourceTokens.Read("x = a.b.run(c(1, 2), [d, e], shell=True)", SourceLanguage.Python);
        var call = Assert.Single(tokens.Calls("run"));

        Assert.Equal("a.b", call.Receiver);
        Assert.Equal(3, call.Arguments.Count);
        Assert.True(call.Has("shell", "True"));
        Assert.Equal((1, 5, 1, 41), tokens.Place(call.First, call.Close));
    }
}
