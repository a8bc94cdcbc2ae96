using System.Diagnostics;
using AutoDevOps.Analyzer.Rules;

namespace AutoDevOps.Analyzer.Tests.Rules;

/// <summary>A fix as a patch, judged by the program that people apply patches with.</summary>
public sealed class FixDiffTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("autodevops-fix-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Shows_three_lines_around_what_changes() =>
        Assert.Equal(
            """
            --- a/ci.yml
            +++ b/ci.yml
            @@ -2,6 +2,7 @@
             2
             3
             4
            +new
             5
             6
             7

            """,
            Unified(new Fix("", "ci.yml", [new Edit(5, 4, "new")]), Lines(9)));

    public static TheoryData<string, string, string> Cases() => new()
    {
        { "replaces lines", Lines(9), "4-5:four\nfive" },
        { "deletes lines", Lines(9), "4-5" },
        { "inserts an empty line", Lines(9), "4-3:" },
        { "inserts at the beginning", Lines(3), "1-0:zero" },
        { "inserts at the end", Lines(3), "4-3:four" },
        { "inserts at the end of a file without a last line end", Lines(3).TrimEnd('\n'), "4-3:four" },
        { "replaces a last line without an end", Lines(3).TrimEnd('\n'), "3-3:three" },
        { "leaves a last line without an end alone", Lines(3).TrimEnd('\n'), "2-2:two" },
        { "deletes everything", Lines(3), "1-3" },
        { "fills an empty file", "", "1-0:one" },
        { "keeps the line ends of Windows", Lines(9).ReplaceLineEndings("\r\n"), "4-4:four\nfour and a half" },
        { "two places close together", Lines(20), "5-5:five|11-10:before eleven" },
        { "two places as close as two hunks can be", Lines(20), "5-5:five|12-12:twelve" },
        { "two places far apart, of which the first makes the file longer", Lines(40), "5-4:a\nb\nc|30-30:thirty" },
        { "an insertion before a line that is replaced", Lines(9), "4-4:four|4-3:before four" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Git_applies_it_and_gets_what_the_edits_say(string what, string text, string edits)
    {
        var parsed = edits.Split('|').Select(Parse).ToList();
        var diff = Unified(new Fix(what, "a file.txt", parsed), text);
        Assert.Equal(Apply(text, parsed), await GitApplyAsync("a file.txt", text, diff));
    }

    [Theory]
    [InlineData("plain/with \"quotes\".yml")]
    [InlineData("back\\slash.yml")]
    [InlineData("new\nline.yml")]
    [InlineData("tab\tand umlaut ü.yml")]
    public async Task A_name_that_could_be_read_as_something_else_is_quoted(string path)
    {
        var diff = Unified(new Fix("", path, [new Edit(1, 1, "x")]), Lines(3));
        Assert.Equal(Apply(Lines(3), [new Edit(1, 1, "x")]), await GitApplyAsync(path, Lines(3), diff));
        Assert.Equal(2, diff.Split('\n').Count(line => line.StartsWith("---", StringComparison.Ordinal) || line.StartsWith("+++", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1\n2\n3\n", "0-0:x")]
    [InlineData("1\n2\n3\n", "4-4:x")]
    [InlineData("1\n2\n3\n", "5-4:x")]
    [InlineData("1\n2\n3\n", "2-0:x")]
    [InlineData("1\n2\n3\n", "1-2:x|2-2:y")]
    [InlineData("1\r2\n3\n", "2-2:x")]
    [InlineData("1\u20282\n3\n", "2-2:x")]
    public void A_patch_that_could_do_something_else_than_the_fix_is_not_made(string text, string edits) =>
        Assert.Null(FixDiff.Lines(text) is { } lines ? FixDiff.Unified(new Fix("", "ci.yml", [.. edits.Split('|').Select(Parse)]), lines) : null);

    private static string Unified(Fix fix, string text) => FixDiff.Unified(fix, FixDiff.Lines(text)!)!;

    private static string Lines(int count) => string.Concat(Enumerable.Range(1, count).Select(number => $"{number}\n"));

    private static Edit Parse(string text)
    {
        var (range, content) = text.Split(':', 2) is [var left, var right] ? (left, right) : (text, null);
        var numbers = range.Split('-').Select(int.Parse).ToArray();
        return new Edit(numbers[0], numbers[1], content);
    }

    // From the last edit to the first, so that the numbers of the lines before it still hold.
    private static string Apply(string text, IEnumerable<Edit> edits)
    {
        var ending = text.Contains("\r\n") ? "\r\n" : "\n";
        var endsWithLine = text.EndsWith('\n');
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (endsWithLine || text.Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        foreach (var edit in edits.OrderByDescending(edit => edit.StartLine).ThenByDescending(edit => edit.EndLine))
        {
            // Whatever is written to the end of a file ends with a line end.
            endsWithLine |= edit.Text is not null && Math.Max(edit.StartLine, edit.EndLine) >= lines.Count;
            lines.RemoveRange(edit.StartLine - 1, edit.EndLine - edit.StartLine + 1);
            lines.InsertRange(edit.StartLine - 1, edit.Text?.Split('\n') ?? []);
        }

        return string.Join(ending, lines) + (endsWithLine && lines.Count > 0 ? ending : "");
    }

    private async Task<string> GitApplyAsync(string path, string text, string diff)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "the.patch"), diff);
        var start = new ProcessStartInfo("git", ["apply", "--whitespace=nowarn", "the.patch"]) { WorkingDirectory = _folder.FullName, RedirectStandardError = true, UseShellExecute = false };
        using var git = Process.Start(start)!;
        var error = await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, $"{error}\n{diff}");
        return File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
    }
}
