using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AutoDevOps.Server.Tests.Support;

/// <summary>A repository that a test makes with git itself: the same commits on every machine.</summary>
internal sealed class GitWorkshop : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("autodevops-git-");
    private int _commits;

    /// <param name="initialise">Whether it is a repository from the start.</param>
    public GitWorkshop(bool initialise = true)
    {
        Tree = _root.CreateSubdirectory("tree").FullName;
        if (initialise)
        {
            Git("init", "--quiet", "--initial-branch", "main");
        }
    }

    /// <summary>The working tree.</summary>
    public string Tree { get; }

    /// <summary>Another folder of the test's, not there yet.</summary>
    public string Beside(string name) => Path.Combine(_root.FullName, name);

    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] bytes)
    {
        var full = Path.Combine(Tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    /// <summary>Commits everything in the working tree.</summary>
    /// <returns>The id of the commit.</returns>
    public string Commit(string? path = null, string? text = null)
    {
        if (path is not null)
        {
            Write(path, text ?? "");
        }

        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "--message", $"Commit {++_commits}");
        return Head();
    }

    /// <summary>Adds many commits to a branch at once, each with one file that differs a little from what it was.</summary>
    public void WriteHistory(string branch, int commits)
    {
        var stream = new StringBuilder();
        for (var commit = 0; commit < commits; commit++)
        {
            var text = string.Join('\n', Enumerable.Range(commit, 400).Select(line => $"line {line} of the notes"));
            stream.Append(CultureInfo.InvariantCulture, $"commit {branch}\ncommitter Ada <ada@example.com> {commit} +0000\ndata 1\nx\n");
            stream.Append(commit == 0 ? $"from {branch}^0\n" : "");
            stream.Append(CultureInfo.InvariantCulture, $"M 644 inline notes.txt\ndata {text.Length}\n{text}\nM 644 inline src/{commit}.txt\ndata 1\nx\n");
        }

        GitIn(Tree, Encoding.UTF8.GetBytes(stream.ToString()), "fast-import", "--quiet", "--force");
    }

    public string Head() => Git("rev-parse", "HEAD").Trim();

    /// <summary>A bare copy with all its objects in one pack.</summary>
    public string Bare(string name = "bare.git")
    {
        var path = Beside(name);
        GitIn(_root.FullName, null, "clone", "--quiet", "--bare", Tree, path);
        GitIn(path, null, "repack", "-a", "-d", "--quiet");
        return path;
    }

    /// <summary>Writes an object that git would not make by itself.</summary>
    public string WriteObject(string kind, byte[] content) => GitIn(Tree, content, "hash-object", "-t", kind, "--literally", "-w", "--stdin").Trim();

    /// <summary>A commit of a tree that was written by hand.</summary>
    public string CommitTree(string tree) => Git("commit-tree", "-m", "By hand", tree).Trim();

    /// <summary>An entry of a tree as git writes it.</summary>
    public static byte[] Entry(string mode, byte[] name, string id) => [.. Encoding.ASCII.GetBytes(mode + " "), .. name, 0, .. Convert.FromHexString(id)];

    public string Git(params string[] arguments) => GitIn(Tree, null, arguments);

    /// <summary>Runs git, with nobody's configuration, and answers with what it printed.</summary>
    public static string GitIn(string folder, byte[]? input, params string[] arguments) => Encoding.UTF8.GetString(GitBytes(folder, input, arguments));

    public static byte[] GitBytes(string folder, byte[]? input, params string[] arguments) => RunBytes(folder, input, "git", arguments);

    /// <summary>Runs another program.</summary>
    public static void RunIn(string folder, string program, params string[] arguments) => RunBytes(folder, null, program, arguments);

    private static byte[] RunBytes(string folder, byte[]? input, string program, string[] arguments)
    {
        using var process = Process.Start(StartInfo(folder, program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var writing = Task.Run(() =>
        {
            using var stdin = process.StandardInput.BaseStream;
            stdin.Write(input ?? []);
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        writing.Wait();
        return output.ToArray();
    }

    internal static ProcessStartInfo StartInfo(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in new[]
        {
            ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C"),
            ("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.com"), ("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"),
            ("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.com"), ("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"),
        })
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public void Dispose()
    {
        foreach (var file in _root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Attributes = FileAttributes.Normal;
        }

        _root.Delete(recursive: true);
    }
}
