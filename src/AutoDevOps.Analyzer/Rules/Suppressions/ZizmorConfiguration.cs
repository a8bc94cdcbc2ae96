using System.Collections.Concurrent;
using System.Globalization;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Suppressions;

/// <summary>What zizmor's own file says may stay: an audit that is switched off, or one in a file, or at a line of it.</summary>
/// <remarks>Its documentation: "Configuration", <c>rules.&lt;id&gt;.disable</c> and <c>rules.&lt;id&gt;.ignore</c> with <c>file[:line[:column]]</c>, the file by
/// its name alone. A line holds as far as a comment on it would.</remarks>
internal sealed class ZizmorConfiguration
{
    /// <summary>Nobody ignores more.</summary>
    private const int MaxPlaces = 5_000;

    private static readonly string[] Paths = ["zizmor.yml", "zizmor.yaml", ".github/zizmor.yml", ".github/zizmor.yaml"];

    private readonly RepositorySnapshot _snapshot;
    private readonly HashSet<string> _disabled = new(StringComparer.Ordinal);
    private readonly ILookup<string, Place> _ignored;
    private readonly ConcurrentDictionary<string, CommentedText?> _texts = new(StringComparer.Ordinal);

    public ZizmorConfiguration(RepositorySnapshot snapshot)
    {
        _snapshot = snapshot;
        List<(string Name, Place Place)> ignored = [];
        foreach (var (audit, settings) in Workflow.Pairs(Read(snapshot)?["rules"]))
        {
            var name = "zizmor/" + audit.Text;
            if (settings["disable"]?.IsTrue == true)
            {
                _disabled.Add(name);
            }

            ignored.AddRange((settings["ignore"]?.Items ?? []).Take(MaxPlaces).Select(item => item.Text).OfType<string>().Select(text => (name, Place.Parse(text))));
        }

        _ignored = ignored.ToLookup(pair => pair.Name, pair => pair.Place, StringComparer.Ordinal);
    }

    /// <summary>Whether it says that the finding may stay.</summary>
    public bool Cover(Finding finding) =>
        (_disabled.Count > 0 || _ignored.Count > 0)
        && IsRead(finding.Location.Path)
        && finding.Rule.Equivalents.Any(name => _disabled.Contains(name) || _ignored[name].Any(place => Holds(place, name, finding)));

    private static DataNode? Read(RepositorySnapshot snapshot)
    {
        // On nobody's account: no rule reads it.
        using (WorkBudget.Limit(long.MaxValue))
        {
            return Paths.Select(snapshot.Find).OfType<SnapshotFile>().FirstOrDefault(file => file.IsRead)?.Yaml().Root;
        }
    }

    /// <summary>Whether zizmor reads a file of that name at all.</summary>
    private static bool IsRead(string path) =>
        path.StartsWith(".github/", StringComparison.Ordinal) || Name(path) is "action.yml" or "action.yaml";

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private bool Holds(Place place, string name, Finding finding)
    {
        if (place.File != Name(finding.Location.Path))
        {
            return false;
        }

        if (place.Line == 0 || name == "zizmor/dangerous-triggers" || finding.Location.StartLine == place.Line)
        {
            return true;
        }

        var text = _texts.GetOrAdd(finding.Location.Path, path =>
        {
            using (WorkBudget.Limit(long.MaxValue))
            {
                return _snapshot.Find(path) is { IsRead: true } file ? new(file) : null;
            }
        });
        return text?.Item(place.Line) is { Start: > 0 } item && item.Start <= finding.Location.StartLine && finding.Location.StartLine <= item.End;
    }

    /// <param name="Line">0 for the whole file, -1 for none.</param>
    private readonly record struct Place(string File, int Line)
    {
        public static Place Parse(string text)
        {
            var parts = text.Split(':');
            return new(parts[0], parts.Length == 1 ? 0 : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0 ? line : -1);
        }
    }
}
