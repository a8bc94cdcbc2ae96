using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Detectors.Go;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a runtime version in a workflow that the repository's own version file contradicts.</summary>
/// <remarks>Only where a job sets one version: several, or one from a matrix, are a statement of what is supported. A version that is said
/// less exactly agrees with any that begins so; what go.mod and global.json say is the least that will do.</remarks>
internal sealed class RuntimeVersionDrift : IRepositoryRule
{
    private static readonly (string Action, string Input, string FileInput, string Runtime, string[] Files, bool IsLeast)[] Setups =
    [
        ("actions/setup-node", "node-version", "node-version-file", "node", [".nvmrc", ".node-version"], false),
        ("actions/setup-python", "python-version", "python-version-file", "python", [".python-version"], false),
        ("actions/setup-go", "go-version", "go-version-file", "go", ["go.mod"], true),
        // The version of this one may be the file's name.
        ("ruby/setup-ruby", "ruby-version", "ruby-version", "ruby", [".ruby-version"], false),
    ];

    public RuleDescriptor Descriptor { get; } = new(
        "GHA046", "runtime-version-drift", Category.CiCd, Severity.Medium,
        What: "A workflow that sets up another version of a runtime than the repository's version file names; low where both are of one release line.",
        Why: "What CI tests is not what people develop and run with, and errors of the one do not show in the other.",
        Remedy: "Let the setup action read the version file.")
    {
        Confidence = 0.85,
        References = ["https://docs.github.com/actions/tutorials/build-and-test-code"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        foreach (var workflow in snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>())
        {
            foreach (var step in workflow.Jobs.SelectMany(job => job.Steps))
            {
                if (Setups.FirstOrDefault(setup => step.Action?.Is(setup.Action) == true) is not { Input: not null } setup
                    || step.With(setup.Input) is not { Kind: NodeKind.Scalar, Text: { } set } node || !IsPlainVersion(set)
                    || Declared(snapshot, setup.Files) is not { } declared || Agree(set, declared.Version, setup.IsLeast))
                {
                    continue;
                }

                yield return Descriptor.At(workflow.File.Path, node.Line, $"Job '{step.Job!.Id}' sets up {setup.Runtime} {set}, and {declared.Source} says {declared.Version}.") with
                {
                    Severity = OfOneLine(set, declared.Version, setup.Runtime) ? Severity.Low : Severity.Medium,
                    Fix = Repair(workflow, setup.Input, setup.FileInput, node, declared.Source),
                };
            }
        }
    }

    /// <summary>What the first of these files at the root says; a folder with a file of its own may be meant as well, so that then nothing is said.</summary>
    private static (string Version, string Source)? Declared(RepositorySnapshot snapshot, string[] files)
    {
        foreach (var name in files)
        {
            if (snapshot.Find(name) is { } file && snapshot.Named(name).Count() == 1)
            {
                var version = name == "go.mod" ? GoModule.Read(file).Go?.Version : file.Lines().Select(line => line.Text.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#');
                return version is not null && IsPlainVersion(version) ? (version.TrimStart('v'), name) : null;
            }
        }

        return null;
    }

    private static bool IsPlainVersion(string text) => text.TrimStart('v') is [>= '0' and <= '9', ..] plain && plain.All(character => char.IsAsciiDigit(character) || character == '.');

    private static bool Agree(string set, string declared, bool isLeast)
    {
        var (left, right) = (set.TrimStart('v').Split('.'), declared.Split('.'));
        foreach (var (one, other) in left.Zip(right))
        {
            if (one != other)
            {
                return isLeast && int.TryParse(one, out var set1) && int.TryParse(other, out var least) && set1 > least;
            }
        }

        return true;
    }

    /// <summary>Whether only the patches differ, or the features of one major version of Node.</summary>
    private static bool OfOneLine(string set, string declared, string runtime)
    {
        var parts = runtime == "node" ? 1 : 2;
        return set.TrimStart('v').Split('.').Take(parts).SequenceEqual(declared.Split('.').Take(parts));
    }

    /// <summary>Reads the file instead, where the input has a line of its own; what stands behind it stays.</summary>
    private static Fix? Repair(Workflow workflow, string input, string fileInput, DataNode node, string source)
    {
        var line = workflow.Lines[node.Line - 1];
        var key = line.IndexOf(input + ":", StringComparison.OrdinalIgnoreCase);
        var value = node.Start.Column - 1;
        var end = node.End.Line == node.Line ? node.End.Column - 1 : -1;
        return key >= 0 && line[..key].Trim().Length == 0 && value > key && end > value && end <= line.Length
            ? new($"Read the version from {source}", workflow.File.Path, [new Edit(node.Line, node.Line, $"{line[..key]}{fileInput}: {source}{line[end..]}")])
            : null;
    }
}
