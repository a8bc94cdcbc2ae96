using System.Text;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Server.Features.Proposals;

namespace AutoDevOps.Server.Tests.Features;

/// <summary>Edits of a file as it was, applied to the file as it is.</summary>
public sealed class FileEditsTests
{
    private const string Ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

    [Theory]
    [InlineData(Ten, 5, 5, "five", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n")]
    [InlineData(Ten, 5, 4, "new", "1\n2\n3\n4\nnew\n5\n6\n7\n8\n9\n10\n")]
    [InlineData(Ten, 5, 6, null, "1\n2\n3\n4\n7\n8\n9\n10\n")]
    [InlineData(Ten, 11, 10, "end", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nend\n")]
    [InlineData("0\n" + Ten, 5, 5, "five\nfive", "0\n1\n2\n3\n4\nfive\nfive\n6\n7\n8\n9\n10\n")]
    [InlineData("1\r\n2\r\n3\r\n", 2, 2, "two\nmore", "1\r\ntwo\r\nmore\r\n3\r\n")]
    [InlineData("1\n2", 2, 2, "two", "1\ntwo")]
    [InlineData("1\n2", 3, 2, "three", "1\n2\nthree\n")]
    [InlineData("", 1, 0, "one", "one\n")]
    public void An_edit_changes_its_lines_and_no_others(string now, int start, int end, string? text, string expected)
    {
        var before = now.StartsWith("0\n", StringComparison.Ordinal) ? now[2..] : now;
        var edits = Of(before, now)!;

        Assert.True(edits.TryAdd([new Edit(start, end, text)], 0, 0));
        Assert.Equal(expected, Encoding.UTF8.GetString(edits.Apply()));
    }

    [Theory]
    // The line itself, one around it, and all of it twice elsewhere.
    [InlineData("1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\nx\n9\n10\n")]
    [InlineData("0\n" + Ten + Ten)]
    [InlineData("")]
    public void An_edit_whose_lines_are_not_where_they_were_is_not_made(string now) =>
        Assert.False(Of(Ten, now)!.TryAdd([new Edit(5, 5, "five")], 5, 5));

    [Fact]
    public void Of_two_fixes_in_each_others_way_the_first_is_made()
    {
        var edits = Of(Ten, Ten)!;

        Assert.True(edits.TryAdd([new Edit(2, 3, "x")], 0, 0));
        Assert.False(edits.TryAdd([new Edit(9, 9, "y"), new Edit(3, 4, "z")], 0, 0));
        Assert.True(edits.TryAdd([new Edit(2, 3, "x")], 0, 0));
        Assert.Equal("1\nx\n4\n5\n6\n7\n8\n9\n10\n", Encoding.UTF8.GetString(edits.Apply()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 12)]
    [InlineData(5, 3)]
    [InlineData(5, 11)]
    public void An_edit_of_lines_that_there_are_not_is_not_made(int start, int end) =>
        Assert.False(Of(Ten, Ten)!.TryAdd([new Edit(start, end, "x")], 0, 0));

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x41, 0x00 })]
    [InlineData(new byte[] { 0x41, 0x0D, 0x42 })]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    public void A_file_that_is_no_plain_text_is_not_edited(byte[] content) => Assert.Null(FileEdits.Of(content, content));

    private static FileEdits? Of(string before, string now) => FileEdits.Of(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(now));
}
