using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Tests.Parsing;

public sealed class DataDocumentTests
{
    private const string Json = """
        {
          // a comment
          "name": "wäb", "list": [1, "two", null, true,],
          "deep": { "a": { "b": -1.5e3 } },
          "name": "again"
        }
        """;

    private const string Yaml = """
        name: wäb
        list: [1, "two", null, true]
        deep:
          a: { b: -1.5e3 }
        text: |
          one
          two
        """;

    private const string Toml = """
        name = "wäb"
        list = [1, "two", true]
        deep.a.b = -1.5e3
        [table.inner]
        x = 1979-05-27
        [[items]]
        id = 1
        [[items]]
        id = 2
        [items.more]
        y = "z"
        """;

    [Theory]
    [InlineData(DataFormat.Json, Json)]
    [InlineData(DataFormat.Yaml, Yaml)]
    [InlineData(DataFormat.Toml, Toml)]
    public void The_same_question_gets_the_same_answer_in_each_format(DataFormat format, string text)
    {
        var root = Parse(format, text).Root!;

        Assert.Equal("1 two", string.Join(' ', root["list"]!.Items.Take(2).Select(item => item.Text)));
        Assert.Equal(ScalarType.Number, root["list"]!.Items[0].Type);
        Assert.True(root["list"]!.Items[^1].IsTrue);
        Assert.Equal((ScalarType.Number, -1500d), (root.At("deep", "a", "b")!.Type, double.Parse(root.At("deep", "a", "b")!.Text!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null(root.At("deep", "a", "b", "c"));
        Assert.Null(root["missing"]);
    }

    [Fact]
    public void A_value_knows_its_line_and_column_which_start_at_1()
    {
        var json = Parse(DataFormat.Json, Json).Root!;
        Assert.Equal(new Position(5, 11), json["name"]!.Start);
        Assert.Equal(new Position(5, 3), json.Key("name")!.Start);

        // Counted in characters, not in bytes.
        Assert.Equal(new Position(3, 26), json["list"]!.Start);
        Assert.Equal((3, 49), (json["list"]!.End.Line, json["list"]!.End.Column));

        var yaml = Parse(DataFormat.Yaml, Yaml).Root!;
        Assert.Equal(new Position(2, 11), yaml["list"]!.Items[1].Start);
        Assert.Equal((5, 6), (yaml["text"]!.Line, yaml["text"]!.BlockLine));

        var toml = Parse(DataFormat.Toml, Toml).Root!;
        Assert.Equal(new Position(3, 12), toml.At("deep", "a", "b")!.Start);
        Assert.Equal(7, toml["items"]!.Items[0]["id"]!.Line);
    }

    [Fact]
    public void A_repeated_key_is_there_twice_and_means_the_last()
    {
        var root = Parse(DataFormat.Json, Json).Root!;
        Assert.Equal("again", root["name"]!.Text);
        Assert.Equal(["wäb", "again"], root.Entries.Where(entry => entry.Key.Text == "name").Select(entry => entry.Value.Text));
        Assert.Equal(["1", "2"], Parse(DataFormat.Yaml, "a: 1\na: 2\n").Root!.Entries.Select(entry => entry.Value.Text));
    }

    [Fact]
    public void In_TOML_a_table_below_an_array_of_tables_belongs_to_the_last_of_it() =>
        Assert.Equal("z", Parse(DataFormat.Toml, Toml).Root!["items"]!.Items[1].At("more", "y")!.Text);

    [Theory]
    [InlineData("~", ScalarType.Null)]
    [InlineData("", ScalarType.Null)]
    [InlineData("True", ScalarType.Boolean)]
    [InlineData("yes", ScalarType.String)]
    [InlineData("on", ScalarType.String)]
    [InlineData("0x1F", ScalarType.Number)]
    [InlineData("0o17", ScalarType.Number)]
    [InlineData("0b1", ScalarType.String)]
    [InlineData("1_000", ScalarType.String)]
    [InlineData(".inf", ScalarType.Number)]
    [InlineData("1.2.3", ScalarType.String)]
    [InlineData("'1'", ScalarType.String)]
    [InlineData("!!str 1", ScalarType.String)]
    public void YAML_scalars_are_typed_by_the_core_schema(string text, ScalarType type) =>
        Assert.Equal(type, Parse(DataFormat.Yaml, $"x: {text}\n").Root!["x"]!.Type);

    [Fact]
    public void Of_several_YAML_documents_the_first_is_read() =>
        Assert.Equal("1", Parse(DataFormat.Yaml, "a: 1\n---\na: 2\n").Root!["a"]!.Text);

    [Theory]
    [InlineData(DataFormat.Json, "{\n  \"a\": }", 2)]
    [InlineData(DataFormat.Json, "", 1)]
    [InlineData(DataFormat.Json, "{} {}", 1)]
    [InlineData(DataFormat.Json, "[1,\n2", 2)]
    [InlineData(DataFormat.Yaml, "a: b\n  c: d\n", 2)]
    [InlineData(DataFormat.Yaml, "a: [1\n", 1)]
    [InlineData(DataFormat.Yaml, "a: *ghost\n", 1)]
    [InlineData(DataFormat.Yaml, "a: \"\\z\"\n", 1)]
    [InlineData(DataFormat.Toml, "a = 1\nb = \n", 2)]
    [InlineData(DataFormat.Toml, "a = 1\na = 2\n", 2)]
    public void What_is_not_of_its_format_is_a_diagnostic_at_its_line_and_no_exception(DataFormat format, string text, int line)
    {
        var document = Parse(format, text);
        var problem = Assert.Single(document.Diagnostics);
        Assert.Null(document.Root);
        Assert.Equal(("x", line), (problem.Path, problem.Line));
        Assert.Matches("^(Not valid (JSON|YAML|TOML): |No anchor)", problem.Message);
    }

    [Theory]
    [InlineData(DataFormat.Json, "[", "]")]
    [InlineData(DataFormat.Json, "{\"a\":", "}")]
    [InlineData(DataFormat.Yaml, "[", "]")]
    [InlineData(DataFormat.Yaml, "{a: ", "}")]
    [InlineData(DataFormat.Yaml, "- ", "")]
    [InlineData(DataFormat.Toml, "[", "]")]
    [InlineData(DataFormat.Toml, "{a=", "}")]
    public void Nesting_beyond_the_limit_is_refused_however_deep(DataFormat format, string open, string close)
    {
        foreach (var depth in new[] { DataDocument.MaxDepth + 5, 2_000, 200_000 })
        {
            var text = (format == DataFormat.Toml ? "x = " : "") + string.Concat(Enumerable.Repeat(open, depth)) + (format == DataFormat.Toml ? "1" : "") + string.Concat(Enumerable.Repeat(close, depth));
            Assert.Null(OnASmallStack(() => Parse(format, text)).Root);
        }

        var fits = (format == DataFormat.Toml ? "x = " : "") + string.Concat(Enumerable.Repeat(open, 50)) + "1" + string.Concat(Enumerable.Repeat(close, 50));
        Assert.NotNull(Parse(format, fits).Root);
    }

    [Fact]
    public void An_alias_bomb_is_refused_before_it_grows()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));
        var document = Parse(DataFormat.Yaml, bomb);

        Assert.Null(document.Root);
        Assert.Contains("once its aliases are followed", Assert.Single(document.Diagnostics).Message);
    }

    [Fact]
    public void An_anchor_that_holds_its_own_alias_is_refused() =>
        Assert.Null(Parse(DataFormat.Yaml, "a: &a [*a]\n").Root);

    [Theory]
    [InlineData("on: [push\njobs: {}\n")]
    [InlineData("on: {a\nb: c: d")]
    [InlineData("a: \"\\UFFFFFFFF\"")]
    [InlineData("%TAG ! \n---\na")]
    public void Text_that_the_scanner_trips_over_is_no_YAML_and_ends_nothing(string text)
    {
        var workflow = (".github/workflows/ci.yml", text);
        var result = RepositoryAnalyzer.Analyze(RepositorySnapshot.FromText(workflow, ("docker-compose.yml", text), ("README.md", "# a\n")), AnalysisOptions.Default);

        Assert.Contains(result.Findings, finding => finding is { Rule.Id: "GHA001", Location.Path: ".github/workflows/ci.yml" });
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Message.Contains("failed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DataFormat.Json)]
    [InlineData(DataFormat.Yaml)]
    public void More_values_than_allowed_are_refused(DataFormat format)
    {
        var items = string.Join(',', Enumerable.Repeat("1", DataDocument.MaxNodes + 1));
        Assert.Null(Parse(format, $"[{items}]").Root);
    }

    [Fact]
    public void TOML_larger_than_people_write_is_refused() =>
        Assert.Contains("more TOML than is read", Assert.Single(Parse(DataFormat.Toml, new string('#', (256 * 1024) + 1)).Diagnostics).Message);

    [Fact]
    public void A_mapping_of_many_keys_answers_as_one_of_few_does()
    {
        var many = Parse(DataFormat.Yaml, string.Concat(Enumerable.Range(0, 20).Select(number => $"k{number}: {number}\n")) + "k3: again\nnull: nothing\n? [a]\n: list\n").Root!;
        Assert.Equal("0 again 19 nothing", string.Join(' ', new[] { "k0", "k3", "k19", "null" }.Select(key => many[key]!.Text)));
        Assert.Null(many["a"]);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_JSON_is_kept_as_it_was_written() =>
        Assert.Equal("\\ud800", Parse(DataFormat.Json, "[\"\\ud800\"]").Root!.Items[0].Text);

    internal static T OnASmallStack<T>(Func<T> work)
    {
        var finished = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            try
            {
                finished.SetResult(work());
            }
            catch (Exception problem)
            {
                finished.SetException(problem);
            }
        }, maxStackSize: 512 * 1024);
        thread.Start();
        return finished.Task.GetAwaiter().GetResult();
    }

    private static DataDocument Parse(DataFormat format, string text) => DataDocument.Parse(format, "x", text);
}
