using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Yaml;
using AutoDevOps.Analyzer.Tests.Conformance;

namespace AutoDevOps.Analyzer.Tests.Parsing.Yaml;

public sealed class YamlEditTests
{
    private const string Workflow = """
        # What this is about.
        on: push # and nothing else

        env: &shared
          A: 'one'   # beside
          # above B
          # and more
          B: "two"
        jobs:
          test:
            env: *shared
            empty:
            steps:
              - run: |
                  make
                  make test

              # the last step
              - name: x
                run: >-
                  folded
                  text
                with: { a: 1, b: [2, 3] } # inline

        """;

    private static readonly YamlSource Source = YamlSource.Read(Workflow)!;

    [Fact]
    public void Spans_are_what_is_written()
    {
        var test = Source.Root.At("jobs", "test")!;
        var last = test["steps"]!.Items[1];

        Assert.Equal("'one'", Written(Source.Entry(Source.Root["env"]!, "A")!));
        Assert.Equal("*shared", Written(Source.Entry(test, "env")!));
        Assert.Equal("shared", Source.Entry(test, "env")!.Alias);
        Assert.Equal("", Written(Source.Entry(test, "empty")!));
        Assert.Equal("|\n          make\n          make test", Written(Source.Entry(test["steps"]!.Items[0], "run")!));
        Assert.Equal("{ a: 1, b: [2, 3] }", Written(Source.Entry(last, "with")!));
        Assert.Equal("name: x\n        run: >-\n          folded\n          text\n        with: { a: 1, b: [2, 3] }", Text(Source.SpanOf(last)));
        Assert.StartsWith("&shared\n  A: 'one'", Text(Source.SpanOf(Source.Root["env"]!)));
        Assert.EndsWith("B: \"two\"", Text(Source.SpanOf(Source.Root["env"]!)));
    }

    [Fact]
    public void Comments_belong_to_what_they_stand_above_or_beside()
    {
        Assert.Equal(["What this is about.", "and nothing else"], Source.CommentsAt(2).Select(comment => comment.Text));
        Assert.Equal(["beside"], Source.CommentsAt(5).Select(comment => comment.Text));
        Assert.Equal(["above B", "and more"], Source.CommentsAt(8).Select(comment => comment.Text));
        Assert.Equal(["the last step"], Source.CommentsAt(19).Select(comment => comment.Text));
        Assert.Equal(7, Source.Comments.Count);
    }

    [Fact]
    public void Several_edits_change_what_they_name_and_nothing_else()
    {
        var env = Source.Root["env"]!;
        var test = Source.Root.At("jobs", "test")!;
        var edit = new YamlEdit(Source);

        edit.Replace(Source.Entry(Source.Root, "on")!, "[push, pull_request]");
        edit.Replace(Source.Entry(test, "empty")!, "full");
        Assert.True(edit.Remove(Source.Entry(env, "B")!));
        Assert.True(edit.InsertAfter(Source.Entry(env, "A")!, "C: three"));
        Assert.True(edit.InsertBefore(Source.Entry(Source.Root, "jobs")!, "permissions:", "  contents: read", ""));

        Assert.Equal(
            Workflow.Replace("on: push", "on: [push, pull_request]", StringComparison.Ordinal)
                .Replace("empty:", "empty: full", StringComparison.Ordinal)
                .Replace("  # above B\n  # and more\n  B: \"two\"\n", "  C: three\n", StringComparison.Ordinal)
                .Replace("jobs:\n", "permissions:\n  contents: read\n\njobs:\n", StringComparison.Ordinal),
            edit.Apply());
    }

    [Fact]
    public void An_edit_that_would_touch_something_else_is_refused()
    {
        var test = Source.Root.At("jobs", "test")!;
        var last = test["steps"]!.Items[1];
        var edit = new YamlEdit(Source);

        Assert.False(edit.Remove(Source.Entry(Source.Root, "env")!));
        Assert.False(edit.Remove(Source.Entry(last, "name")!));
        Assert.False(edit.InsertBefore(Source.Entry(last, "name")!, "id: y"));
        Assert.False(edit.Remove(Source.Entry(last["with"]!, "a")!));
        Assert.False(edit.InsertAfter(Source.Entry(last["with"]!, "a")!, "c: 4"));
        Assert.Equal(Workflow, edit.Apply());
    }

    [Fact]
    public void What_is_referred_to_keeps_its_anchor()
    {
        var source = YamlSource.Read("a: &x 1\nb: *x\n")!;
        var edit = new YamlEdit(source);
        edit.Replace(source.Entry(source.Root, "a")!, "2");

        Assert.Equal("a: &x 2\nb: *x\n", edit.Apply());
    }

    [Fact]
    public void Lines_end_as_those_of_the_file_do_also_the_last_without_an_end()
    {
        var source = YamlSource.Read("a: 1\r\nb: 2")!;
        var edit = new YamlEdit(source);
        edit.InsertBefore(source.Entry(source.Root, "a")!, "z: 0");
        edit.InsertAfter(source.Entry(source.Root, "b")!, "c: 3");

        Assert.Equal("z: 0\r\na: 1\r\nb: 2\r\nc: 3", edit.Apply());
    }

    [Fact]
    public void Two_edits_of_the_same_place_are_a_mistake()
    {
        var edit = new YamlEdit(Source);
        edit.Replace(Source.Entry(Source.Root, "on")!, "a");
        edit.Replace(Source.Entry(Source.Root, "on")!, "b");

        Assert.Throws<InvalidOperationException>(edit.Apply);
    }

    /// <summary>Every pair of every workflow that others wrote as a test: replaced or removed, the rest of the tree is as before.</summary>
    [Fact]
    public void An_edited_file_is_the_file_with_the_edit()
    {
        var tried = 0;
        foreach (var path in ConformanceSet.Files("actionlint", "ok").Concat(ConformanceSet.Files("schemastore", "accepted")))
        {
            if (YamlSource.Read(File.ReadAllText(path)) is not { } source)
            {
                continue;
            }

            foreach (var entry in AllEntries(source, source.Root).Take(60))
            {
                var replacement = new YamlEdit(source);
                if (replacement.Replace(entry, "REPLACED"))
                {
                    tried++;
                    AssertTree(Shown(source.Root, entry, "'REPLACED'"), replacement.Apply(), path, entry);
                }

                var removal = new YamlEdit(source);
                if (removal.Remove(entry))
                {
                    AssertTree(Shown(source.Root, entry, null), removal.Apply(), path, entry);
                }
            }
        }

        Assert.True(tried > 2000, $"{tried} pairs were tried.");
    }

    private static void AssertTree(string expected, string text, string path, YamlEntry entry) =>
        Assert.True(
            YamlSource.Read(text) is { } edited && Shown(edited.Root, null, null) == expected,
            $"{Path.GetFileName(path)}, '{entry.Key.Text}' in line {entry.Key.Line}:\n{text}");

    /// <summary>The pairs outside of what anchors name: an edit there shows in each alias.</summary>
    private static IEnumerable<YamlEntry> AllEntries(YamlSource source, DataNode node)
    {
        if (source.AnchorOf(node) is not null)
        {
            return [];
        }

        return source.Entries(node).Where(entry => source.AnchorOf(entry.Value) is null || entry.Alias is not null)
            .SelectMany(entry => entry.Alias is null ? AllEntries(source, entry.Value).Prepend(entry) : [entry])
            .Concat(node.Items.SelectMany(item => AllEntries(source, item)));
    }

    private static string Shown(DataNode node, YamlEntry? changed, string? value) => node.Kind switch
    {
        NodeKind.Scalar => node.Text is null ? "null" : $"'{node.Text}'",
        NodeKind.Sequence => $"[{string.Join(", ", node.Items.Select(item => Shown(item, changed, value)))}]",
        _ => $"{{{string.Join(", ", node.Entries
            .Where(pair => value is not null || !ReferenceEquals(pair.Key, changed?.Key))
            .Select(pair => $"{Shown(pair.Key, null, null)}: {(ReferenceEquals(pair.Key, changed?.Key) ? value : Shown(pair.Value, changed, value))}"))}}}",
    };

    private static string Written(YamlEntry entry) => Text(entry.ValueSpan);

    private static string Text(SourceSpan span) => Workflow[span.Start..span.End];
}
