using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;

namespace AutoDevOps.Analyzer.Policies;

/// <summary>Reads <c>.autodevops.yml</c>, and what an organization holds all of its repositories to in the same words. A text with a mistake is
/// not followed in part: every mistake is said, and nothing of it holds.</summary>
public static class PolicyFile
{
    /// <summary>Where a repository keeps it.</summary>
    public const string Name = ".autodevops.yml";

    /// <summary>Characters of an organization's policy, at most.</summary>
    public const int MaxOrganizationLength = 20_000;

    internal const string OrganizationName = "The organization's policy";

    /// <summary>More text than this is no list of decisions.</summary>
    private const int MaxItems = 200;

    private static readonly string[] OfOrganizations = ["version", "ignore", "actions", "runners", "require"];
    private static readonly string[] OfRepositories = ["version", "branch", "ignore", "actions", "runners", "require", "suppress", "components"];

    /// <summary>The kinds of commands by the words of the file.</summary>
    public static IReadOnlyDictionary<string, CommandKind> Kinds { get; } =
        Enum.GetValues<CommandKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The policy that the text states, or what is wrong with it.</summary>
    /// <param name="path">For the places in diagnostics and evidence.</param>
    public static (RepositoryPolicy? Policy, IReadOnlyList<Diagnostic> Problems) Parse(string path, string text) =>
        Parse(text, RepositoryPolicy.None, new Reader(path, isOrganization: false));

    /// <summary>The policy of an organization that the text states, or what is wrong with it. Branches and commands differ between
    /// repositories, so it has none.</summary>
    public static (RepositoryPolicy? Policy, IReadOnlyList<Diagnostic> Problems) ParseOrganization(string text) =>
        Parse(text, RepositoryPolicy.None with { Name = OrganizationName }, new Reader("", isOrganization: true));

    private static (RepositoryPolicy? Policy, IReadOnlyList<Diagnostic> Problems) Parse(string text, RepositoryPolicy none, Reader reader)
    {
        var document = DataDocument.Parse(DataFormat.Yaml, reader.Path, text);
        return document.Root is null
            ? document.Diagnostics.Count > 0 ? (null, document.Diagnostics) : (none, [])
            : reader.Read(document.Root, none);
    }

    /// <summary>The policy in a snapshot's files; none when there is no such file or it is not right.</summary>
    internal static (RepositoryPolicy Policy, IReadOnlyList<Diagnostic> Problems) Of(IEnumerable<SnapshotFile> files)
    {
        if (files.FirstOrDefault(file => file.Path == Name && file.IsRead) is not { } file)
        {
            return (RepositoryPolicy.None, []);
        }

        var (policy, problems) = Parse(Name, file.Text);
        return (policy ?? RepositoryPolicy.None, [.. problems.Select(problem => problem with { Message = $"{problem.Message} Until then nothing of {Name} holds." })]);
    }

    private sealed class Reader(string path, bool isOrganization)
    {
        private readonly List<Diagnostic> _problems = [];

        public string Path => path;

        public (RepositoryPolicy? Policy, IReadOnlyList<Diagnostic> Problems) Read(DataNode root, RepositoryPolicy policy)
        {
            if (root is { Kind: NodeKind.Scalar, Text: null })
            {
                return (policy, []);
            }

            foreach (var (name, node) in Keys(root, isOrganization ? "the policy" : "the file", isOrganization ? OfOrganizations : OfRepositories))
            {
                policy = name switch
                {
                    "version" => Version(policy, node),
                    "branch" => policy with { Branch = Word(node, name) },
                    "ignore" => policy with { Ignore = List(node, name) },
                    "actions" => policy with { Actions = [.. List(node, name).Where(action => IsAction(action, node))] },
                    "runners" => policy with { Runners = List(node, name) },
                    "require" => policy with { Required = [.. List(node, name).Select(word => Kind(word, node.Line)).OfType<CommandKind>().Distinct().Order()] },
                    "suppress" => policy with { Suppressions = [.. PolicySuppressions.Read(node, _problems.Add, path)] },
                    _ => policy with { Components = [.. Folders(node).Select(folder => (folder.Component, new Evidence(path, folder.Place.Line)))], Commands = [.. Components(node)] },
                };
            }

            return _problems.Count == 0 ? (policy, []) : (null, _problems);
        }

        private RepositoryPolicy Version(RepositoryPolicy policy, DataNode node)
        {
            if (node.Text != "1")
            {
                Problem(node, $"version is {Shown(node)}, and this program knows 1.");
            }

            return policy;
        }

        private IEnumerable<CommandOverride> Components(DataNode node)
        {
            if (node.Kind != NodeKind.Mapping)
            {
                Problem(node, "components must be a mapping from folders to commands, such as `web: {test: npm run ci}`.");
                yield break;
            }

            foreach (var folder in node.Entries.Select(entry => entry.Key).Except(Folders(node).Select(known => known.Place)))
            {
                Problem(folder, $"{Shown(folder)} is no folder of the repository. The root is `.`.");
            }

            foreach (var (component, place, commands) in Folders(node))
            {
                var name = place.Text;
                if (commands is { Kind: NodeKind.Mapping, Entries.Count: 0 })
                {
                    Problem(place, $"Nothing is said of the component {name}. There may be: {string.Join(", ", Kinds.Keys)}.");
                }

                foreach (var (kind, run) in Keys(commands, $"the component {name}", [.. Kinds.Keys]))
                {
                    if (run is { Kind: NodeKind.Scalar } && (run.Type == ScalarType.String || run is { Type: ScalarType.Boolean, Text: "false" }) && run.Text?.Contains('\n', StringComparison.Ordinal) != true)
                    {
                        yield return new(component, Kinds[kind], run.Type == ScalarType.String ? run.Text : null, new(path, run.Line, Excerpt(run)));
                    }
                    else
                    {
                        Problem(run, $"{kind} of {name} must be one shell line, or false when there is none.");
                    }
                }
            }
        }

        private static IEnumerable<(string Component, DataNode Place, DataNode Commands)> Folders(DataNode node) =>
            from entry in node.Entries
            let inside = entry.Key.Text is { Length: > 0 } name ? RepositoryPath.Combine("", name) : null
            where inside is not null
            select (RepositoryPath.ToModel(inside), entry.Key, entry.Value);

        // Evidence quotes what stands on its line, so that a proof can compare it.
        private static string? Excerpt(DataNode run) => run is { Text.Length: <= 200, IsPlain: true } ? run.Text : null;

        private IEnumerable<(string Name, DataNode Value)> Keys(DataNode node, string what, IReadOnlyList<string> words)
        {
            if (node.Kind != NodeKind.Mapping)
            {
                Problem(node, $"{what} must be a mapping with the keys {string.Join(", ", words)}.");
                yield break;
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, value) in node.Entries)
            {
                if (!words.Contains(key.Text))
                {
                    Unknown(key, what, words);
                }
                else if (!seen.Add(key.Text!))
                {
                    Problem(key, $"{key.Text} is there twice.");
                }
                else
                {
                    yield return (key.Text!, value);
                }
            }
        }

        private CommandKind? Kind(string word, int line)
        {
            if (Kinds.TryGetValue(word, out var kind))
            {
                return kind;
            }

            _problems.Add(new(path, line, $"'{word}' is nothing that can be required{Nearest(word, Kinds.Keys)} There are: {string.Join(", ", Kinds.Keys)}."));
            return null;
        }

        private bool IsAction(string action, DataNode node)
        {
            if (action.Contains('/', StringComparison.Ordinal) && !action.StartsWith('/') && !action.Contains('@', StringComparison.Ordinal) && !action[..^1].Contains('*', StringComparison.Ordinal))
            {
                return true;
            }

            Problem(node, $"'{action}' does not name actions. Write owner/name or owner/*, without a version.");
            return false;
        }

        private List<string> List(DataNode node, string name)
        {
            var items = node.ScalarOrItems().Select(item => item.Text!).ToList();
            var written = node.Kind == NodeKind.Sequence ? node.Items.Count : 1;
            if (node.Kind == NodeKind.Mapping || items.Count != written || items.Count > MaxItems || items.Exists(item => item.Length == 0))
            {
                Problem(node, $"{name} must be a list of at most {MaxItems} words.");
                return [];
            }

            return items;
        }

        private string? Word(DataNode node, string name)
        {
            if (node is { Kind: NodeKind.Scalar, Text.Length: > 0 and <= 255 } && !node.Text.Any(char.IsControl))
            {
                return node.Text;
            }

            Problem(node, $"{name} must be one word.");
            return null;
        }

        private void Unknown(DataNode key, string what, IReadOnlyList<string> words) =>
            Problem(key, isOrganization && OfRepositories.Contains(key.Text)
                ? $"{Shown(key)} differs between repositories: it stands in the {Name} of each. There are: {string.Join(", ", words)}."
                : $"{Shown(key)} is not a key of {what}{Nearest(key.Text ?? "", words)} There are: {string.Join(", ", words)}.");

        private static string Nearest(string written, IEnumerable<string> known) => NearestName.Of(written, known) is { } near ? $"; did you mean {near}?" : ".";

        private static string Shown(DataNode node) => node.Text is { } text ? $"'{text}'" : "this";

        private void Problem(DataNode node, string message) => _problems.Add(new(path, node.Line, message));
    }
}
