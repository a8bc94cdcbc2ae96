using System.Text;
using AutoDevOps.Server.Git;
using AutoDevOps.Server.Tests.Support;

namespace AutoDevOps.Server.Tests.Git;

public sealed class ObjectStoreTests : IDisposable
{
    private readonly GitWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_object_is_what_git_says_it_is(bool isPacked)
    {
        for (var commit = 0; commit < 3; commit++)
        {
            _workshop.Write("notes.txt", string.Join('\n', Enumerable.Range(commit, 300).Select(line => $"line {line} of the notes")));
            _workshop.Commit($"src/{commit}.txt", $"file {commit}");
        }

        _workshop.Git("tag", "--annotate", "--message", "One", "v1");
        var path = isPacked ? _workshop.Bare() : Path.Combine(_workshop.Tree, ".git");
        var store = ObjectStore.Open(path);

        var all = GitWorkshop.GitIn(path, null, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype) %(objectsize)").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(16, all.Length);
        foreach (var line in all)
        {
            var words = line.Split(' ');
            var id = Id(words[0]);
            var header = store.Find(id)!.Value;
            Assert.Equal(line, $"{id} {ObjectHasher.Word(header.Kind)} {header.Size}");
            var content = store.Read(id, header.Kind);
            Assert.Equal(GitWorkshop.GitBytes(path, null, "cat-file", words[1], words[0]), content);
            Assert.True(content.AsSpan(0, Math.Min(40, content.Length)).SequenceEqual(store.ReadStart(id, 40).Span));
        }
    }

    [Fact]
    public void An_object_that_is_not_there_is_null_and_cannot_be_read()
    {
        _workshop.Commit("a", "a");
        var store = ObjectStore.Open(_workshop.Bare());
        var id = Id(new string('1', 40));

        Assert.Null(store.Find(id));
        Assert.Equal(GitFailure.Damaged, Assert.Throws<GitException>(() => store.Read(id, ObjectKind.Blob)).Failure);
    }

    [Fact]
    public void An_object_of_another_kind_is_not_taken_for_one_of_the_wanted()
    {
        var commit = Id(_workshop.Commit("a", "a"));

        var exception = Assert.Throws<GitException>(() => ObjectStore.Open(_workshop.Bare()).Read(commit, ObjectKind.Tree));

        Assert.Contains("is a commit, not a tree", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_opened_stays_readable_when_it_is_deleted()
    {
        _workshop.Commit("a", "content");
        var bare = _workshop.Bare();
        var blob = Id(_workshop.Git("rev-parse", "HEAD:a").Trim());
        var store = ObjectStore.Open(bare);
        foreach (var file in Directory.GetFiles(Path.Combine(bare, "objects", "pack")))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            File.Delete(file);
        }

        Assert.Equal("content"u8, store.Read(blob, ObjectKind.Blob));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(600)]
    public void A_damaged_index_is_refused(int changed)
    {
        _workshop.Commit("a", "content");
        var index = Assert.Single(Directory.GetFiles(Path.Combine(_workshop.Bare(), "objects", "pack"), "*.idx"));
        File.SetAttributes(index, FileAttributes.Normal);
        var bytes = File.ReadAllBytes(index);
        bytes[changed] ^= 0x7f;
        File.WriteAllBytes(index, bytes);

        Assert.Throws<GitException>(() => ObjectStore.Open(Path.GetFullPath(Path.Combine(index, "..", "..", ".."))));
    }

    [Fact]
    public void A_damaged_file_of_an_object_is_refused()
    {
        _workshop.Commit("a", "content");
        var blob = Id(_workshop.Git("rev-parse", "HEAD:a").Trim());
        var git = Path.Combine(_workshop.Tree, ".git");
        var file = Path.Combine(git, "objects", blob.ToString()[..2], blob.ToString()[2..]);
        foreach (var damage in new[] { [], Encoding.ASCII.GetBytes("no zlib"), File.ReadAllBytes(file)[..^8] })
        {
            File.SetAttributes(file, FileAttributes.Normal);
            File.WriteAllBytes(file, damage);

            Assert.Throws<GitException>(() => ObjectStore.Open(git).Read(blob, ObjectKind.Blob));
        }
    }

    private static ObjectId Id(string digits) => new(Convert.FromHexString(digits));
}
