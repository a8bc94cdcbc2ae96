using System.Text;
using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Pipelines;
using AutoDevOps.Analyzer.Pipelines.Containers;
using CsCheck;

namespace AutoDevOps.Analyzer.Tests.Pipelines;

/// <summary>Plans in which every name is made to be read as something else, whatever a detector would say of it: the tree that a vendor reads has
/// the shape of the one with plain names, and the jobs that it reads back are the ones that were meant.</summary>
public sealed partial class HostilePlanTests
{
    private const string Plain = "plain";

    /// <summary>Pieces that mean something to YAML, a shell, Groovy or an expression.</summary>
    private static readonly string[] Pieces =
    [
        "a", "0", ".", "-", " ", ":", ": ", " #", "#", "'", "\"", "\\", "\\u0027", "\n", "\r\n", "\t", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "%", "@", "`", "? ", "- ", "<<", "~", "true", "---", "...",
        "${{ github.token }}", "$(touch pwned)", "`touch pwned`", "${X}", "$X", "$$", "#{x}", "$[x]", "$[[ x ]]", "<< pipeline.id >>", "<%", "'''", "\"\"\"", "*/", "//", "\u0085", "\u2028", "\u2029", "\uFEFF",
        "\u00a0", "\U0001F600", "\u0000", "\u007f", "\u200b", "\u202E", "::set-output", "\n      - run: touch pwned", "\n  evil: {}", "'; touch pwned; '", "/", " ",
    ];

    public static TheoryData<string> Platforms => [.. PipelineTargets.All.Select(target => target.Platform)];

    private static Gen<string> Names => Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[1, 6].Select(string.Concat);

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Names_change_no_shape(string platform)
    {
        var writer = PipelineTargets.Find(platform)!;
        var plain = Plan(Plain, platform);
        Names.Sample(
            name =>
            {
                var hostile = writer.Fit(Plan(name, platform));

                // A vendor that cannot say a name leaves its job out: then it is compared with itself, under another name.
                var kept = hostile.Jobs.Select(job => job.Id).ToHashSet();
                var (expected, written) = (writer.Write(plain with { Jobs = [.. plain.Jobs.Where(job => kept.Contains(job.Id))] }), writer.Write(hostile));
                Assert.Equal(expected.Count, written.Count);
                foreach (var (before, after) in expected.Zip(written))
                {
                    Assert.Equal(Shape(before), Shape(after));
                    Assert.Null(Difference(platform, after, hostile));
                    Assert.DoesNotContain(after.Text, character => (char.IsControl(character) && character != '\n') || character is '\u0085' or '\u2028' or '\u2029' or '\uFEFF' or '\u202E');
                }
            },
            iter: 300);
    }

    /// <summary>The kinds of nodes and the keys, where they are no names; of Groovy everything but texts and comments.</summary>
    private static string Shape(GeneratedFile file) => file.Path == "Jenkinsfile" ? Groovy(file.Text) : Tree(Root(file), new StringBuilder()).ToString();

    private static DataNode Root(GeneratedFile file)
    {
        var document = DataDocument.Parse(DataFormat.Yaml, file.Path, file.Text);
        Assert.True(document.Root is not null, $"{string.Concat(document.Diagnostics.Select(problem => problem.Message))}\n{file.Text}");
        return document.Root;
    }

    private static StringBuilder Tree(DataNode node, StringBuilder text)
    {
        switch (node.Kind)
        {
            case NodeKind.Mapping:
                text.Append('{');
                // A variable that a vendor cannot name is left out.
                foreach (var (key, value) in node.Entries.Where(entry => entry.Key.Text?.StartsWith("V_", StringComparison.Ordinal) != true))
                {
                    text.Append(key.Text).Append(':');
                    Tree(value, text).Append(',');
                }

                return text.Append('}');
            case NodeKind.Sequence:
                text.Append('[');
                foreach (var item in node.Items)
                {
                    Tree(item, text).Append(',');
                }

                return text.Append(']');
            default:
                return text.Append('s');
        }
    }

    private static string Groovy(string source)
    {
        var shape = new StringBuilder();
        for (var index = 0; index < source.Length; index++)
        {
            if (source.AsSpan(index).StartsWith("//"))
            {
                index = source.IndexOf('\n', index);
                shape.Append("//");
            }
            else if (source[index] == '\'')
            {
                for (index++; source[index] != '\''; index += source[index] == '\\' ? 2 : 1)
                {
                    Assert.NotEqual('\n', source[index]);
                }

                shape.Append("'s'");
            }
            else
            {
                shape.Append(source[index]);
            }
        }

        return Spaces().Replace(Variable().Replace(shape.ToString(), ""), " ");
    }

    [GeneratedRegex(@"V_\w+ = 's'", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();

    private static string? Difference(string platform, GeneratedFile file, BuildPlan plan) =>
        Workflow.Read(SnapshotFile.FromText(file.Path, file.Text)) is { } workflow ? WorkflowReadBack.Difference(workflow, plan) : ReadBack.Difference(platform, file, plan);

    private static BuildPlan Plan(string name, string platform)
    {
        var folder = $"d{name.Replace("/", "_", StringComparison.Ordinal)}";
        var basis = new Basis([new($"{folder}/package.json", 3, name)], 0.95);
        var npm = new PackageManager("npm", "11.6.0", $"{folder}/package-lock.json", 0.98, basis.Evidence);
        var component = new Component(folder, name, Ecosystems.Node) { PackageManager = npm };
        PlannedStep Step(string title, string run, CommandKind kind) => new($"{title}: {name}", run, folder, kind, basis);
        var test = new PlannedJob("test-d", $"test {name}", component)
        {
            // Vendors with a cache of their own leave that of a folder out which they cannot name.
            Runtime = platform == "github" ? new("node", ["24"], null, npm, npm.LockFile, basis) : new("node", ["24"], null, null, null, basis),
            Steps = [Step("Install", "npm ci", CommandKind.Install), Step("Test", "npm test", CommandKind.Test)],
            Services = [new("postgres", "postgres:18", 5432, new SortedDictionary<string, string>(StringComparer.Ordinal) { ["POSTGRES_PASSWORD"] = name }, "pg_isready", basis) { Variables = [$"V_{name}"] }],
            Environment = new SortedDictionary<string, string>(StringComparer.Ordinal) { [$"V_{name}"] = "postgres://localhost:5432/x", ["PORT"] = name },
            Reports = [$"{folder}/reports/*.xml"],
            // GitLab's filter of a folder in which it would expand something is left away.
            Filter = platform == "gitlab" ? null : new("d", [$"{folder}/**"]),
        };
        var other = new PlannedJob("check", "check", component with { Path = ".", Name = name })
        {
            Runtime = new("node", ["24"], null, null, null, basis),
            Steps = [new($"Lint {name}", "npm run lint", ".", CommandKind.Lint, basis)],
            Filter = new("root", ["src/**"]),
        };
        return new($"b{name}", [test, other], [new(name, "test", name)]) { Updates = [new("npm", $"/{folder}", basis)], RequiredSecrets = [] };
    }
}
