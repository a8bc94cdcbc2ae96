using AutoDevOps.Analyzer.Reports;
using AutoDevOps.Analyzer.Rules;
using AutoDevOps.Analyzer.Tests.Rules;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests;

/// <summary>An analysis that remembers earlier ones says what one that remembers nothing says, and examines only what has changed.</summary>
public sealed class AnalysisMemoryTests
{
    private static readonly string[] Policies =
    [
        "ignore: [nothing-here/]\n",
        "ignore: ['*.js']\n",
        "suppress: [{rule: GHA020, reason: ours}, {rule: CNT001, path: Dockerfile, reason: ours, until: 2026-01-01}]\n",
        "actions: [actions/*]\nrequire: [test]\n",
    ];

    private static readonly (string Path, string Text)[] Material = [.. RuleCatalog.All
        .SelectMany(rule => new[] { "bad", "good" }.SelectMany(kind => RuleFixture.Read(rule.Descriptor.Name, kind).Snapshot.Files))
        .Where(file => file.Size < 4_000)
        .Select(file => (file.Path, file.Text))];

    [Fact]
    public void Whatever_is_changed_the_result_is_that_of_a_full_run()
    {
        var change = Gen.Select(Gen.Int[0, 9], Gen.Int[0, Material.Length - 1], Gen.Int[0, Material.Length - 1]);
        change.Array[1, 12].Sample(
            changes =>
            {
                var memory = new AnalysisMemory().For("one");
                SortedDictionary<string, string> files = new(StringComparer.Ordinal) { [".autodevops.yml"] = "version: 1\n" };
                foreach (var (kind, one, other) in changes)
                {
                    Change(files, kind, one, other);
                    Assert.Equal(Print(files, null), Print(files, memory));
                }
            },
            iter: 15);
    }

    [Fact]
    public void After_a_change_only_the_file_that_changed_is_examined()
    {
        var (memory, files) = (new AnalysisMemory(), Material.DistinctBy(file => file.Path).Take(50).ToDictionary(file => file.Path, file => file.Text));
        Print(files, memory.For("one"));
        Assert.Equal(0, memory.Recalled);
        Print(files, memory.For("one"));
        Assert.Equal(50, memory.Recalled);
        files[Material[0].Path] += "\n";
        Print(files, memory.For("one"));
        Assert.Equal(99, memory.Recalled);
    }

    [Fact]
    public void What_one_owner_has_another_is_not_told_by_its_speed()
    {
        var (memory, files) = (new AnalysisMemory(), Material.DistinctBy(file => file.Path).Take(50).ToDictionary(file => file.Path, file => file.Text));
        Print(files, memory.For("one"));
        Print(files, memory.For("other"));

        Assert.Equal(0, memory.Recalled);
    }

    [Fact]
    public void It_never_holds_more_than_two_generations()
    {
        var (memory, many) = (new AnalysisMemory(capacity: 40), Enumerable.Range(0, 30).ToDictionary(number => $"a{number}.txt", number => $"{number}"));
        Print(many, memory.For("one"));
        Print(many, memory.For("one"));
        Assert.Equal(30, memory.Recalled);

        Print(Enumerable.Range(0, 200).ToDictionary(number => $"b{number}.txt", number => $"{number}"), memory.For("one"));
        Print(many, memory.For("one"));
        Assert.Equal(30, memory.Recalled);
    }

    private static void Change(SortedDictionary<string, string> files, int kind, int one, int other)
    {
        var (path, text) = Material[one];
        switch (kind)
        {
            case 0 when files.Count > 1:
                files.Remove(files.Keys.ElementAt(one % files.Count));
                break;
            case 1:
                files[".autodevops.yml"] = Policies[one % Policies.Length];
                break;
            case 2:
                // The same content elsewhere.
                files[Material[other].Path] = text;
                break;
            case 3 when files.ContainsKey(path):
                files[path] = "\n" + files[path];
                break;
            case 4:
                files[path] = text + "\n# autodevops-ignore: GHA020 ours\n";
                break;
            default:
                files[path] = text;
                break;
        }
    }

    private static string Print(IEnumerable<KeyValuePair<string, string>> files, OwnedMemory? memory)
    {
        var snapshot = RepositorySnapshot.FromText(files.Select(file => (file.Key, file.Value)));
        using var output = new MemoryStream();
        JsonReport.Write(RepositoryAnalyzer.Analyze(snapshot, new() { Strict = true, Today = new(2026, 6, 30), Memory = memory }), output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
