using System.Text;

namespace AutoDevOps.Analyzer.Tests.Snapshots;

public sealed class SnapshotFileTests
{
    [Theory]
    [InlineData("a/b/C.Test.CS", "C.Test.CS", "a/b", ".cs")]
    [InlineData("Dockerfile", "Dockerfile", "", "")]
    [InlineData(".gitignore", ".gitignore", "", ".gitignore")]
    [InlineData("a./b", "b", "a.", "")]
    public void A_path_falls_into_name_folder_and_extension(string path, string name, string folder, string extension)
    {
        var file = File(path, "");
        Assert.Equal((name, folder, extension), (file.Name, file.Directory, file.Extension));
    }

    [Fact]
    public void A_byte_order_mark_is_no_text() =>
        Assert.Equal("x", new SnapshotFile("a", 4, FileKind.Text, () => [0xEF, 0xBB, 0xBF, (byte)'x']).Text);

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF, (byte)'b' }, "a\uFFFDb")]
    [InlineData(new byte[] { 0xC3 }, "\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x80 }, "\U0001F600")]
    public void What_is_not_UTF8_becomes_the_replacement_character(byte[] bytes, string text) =>
        Assert.Equal(text, new SnapshotFile("a", bytes.Length, FileKind.Text, () => bytes).Text);

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a")]
    [InlineData("a\n", "1:a")]
    [InlineData("a\r\nb\n\nc", "1:a|2:b|3:|4:c")]
    [InlineData("\n", "1:")]
    public void Lines_start_at_1_and_their_ends_are_no_part_of_them(string text, string lines) =>
        Assert.Equal(lines, string.Join('|', File("a", text).Lines().Select(line => $"{line.Number}:{line.Text}")));

    [Fact]
    public void A_file_is_parsed_once_per_format()
    {
        var file = File("a", "{\"x\": 1}");
        Assert.Same(file.Json(), file.Json());
        Assert.Same(file.Yaml(), file.Yaml());
        Assert.NotSame(file.Json(), file.Yaml());
    }

    [Fact]
    public void A_snapshot_finds_by_path_name_and_folder_what_is_read_only()
    {
        var snapshot = new RepositorySnapshot([File("a/x.txt", "1"), File("x.txt", "2"), File("a/b/x.txt", "3"), File("ab/x.txt", "4"), new("a/bin", 9, FileKind.Binary, () => [])]);

        Assert.Equal("1", snapshot.Find("a/x.txt")!.Text);
        Assert.Null(snapshot.Find("a/bin"));
        Assert.Equal(["a/b/x.txt", "a/x.txt", "ab/x.txt", "x.txt"], snapshot.Named("x.txt").Select(file => file.Path));
        Assert.Equal(["a/b/x.txt", "a/x.txt"], snapshot.Under("a").Select(file => file.Path));
        Assert.Equal(["a/x.txt"], snapshot.In("a").Select(file => file.Path));
        Assert.Equal(["x.txt"], snapshot.In("").Select(file => file.Path));
        Assert.Equal((5, 4, "Binary 1"), (snapshot.Coverage.Files, snapshot.Coverage.Read, string.Join(' ', snapshot.Coverage.Skipped.Select(skipped => $"{skipped.Reason} {skipped.Count}"))));
    }

    private static SnapshotFile File(string path, string text) => new(path, text.Length, FileKind.Text, () => Encoding.UTF8.GetBytes(text));
}
