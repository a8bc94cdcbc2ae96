using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;
using AutoDevOps.Analyzer.Detectors.TaskRunners;

namespace AutoDevOps.Analyzer.Detectors.Ruby;

/// <summary>The tasks of a Rakefile that are written out in the usual forms; a task whose name is computed is not seen.</summary>
internal sealed partial class Rakefile
{
    private const int MaxTasks = 1000;

    private static readonly (string Class, string Name, CommandKind Kind)[] Makers =
    [
        ("RSpec::Core::RakeTask", "spec", CommandKind.Test), ("Rake::TestTask", "test", CommandKind.Test), ("Minitest::TestTask", "test", CommandKind.Test),
        ("RuboCop::RakeTask", "rubocop", CommandKind.Lint),
    ];

    private readonly Dictionary<string, RakeTask> _tasks = new(StringComparer.Ordinal);

    public RakeTask? Find(string name) => _tasks.GetValueOrDefault(name);

    /// <summary>What calling a task amounts to: a test if it, or anything it depends on, is one.</summary>
    public CommandKind? KindOf(string name) => KindOf(name, []);

    /// <summary>The tests among what a task depends on directly.</summary>
    public IReadOnlyList<string> TestsOf(string name) =>
        Find(name) is { } task ? [.. task.Needs.Where(need => KindOf(need) == CommandKind.Test).Distinct(StringComparer.Ordinal)] : [];

    public static Rakefile Read(SnapshotFile file)
    {
        var rakefile = new Rakefile();
        var blocks = new RubyBlocks();
        foreach (var (number, text) in ProgramText.Lines(file, "#"))
        {
            rakefile.Line(text, Namespace(blocks), Cite.At(file, number));
            blocks.Pass(text);
        }

        return rakefile;
    }

    private void Line(string text, string scope, Evidence place)
    {
        foreach (var (maker, usual, kind) in Makers)
        {
            if (text.Contains(maker, StringComparison.Ordinal) && MakerLine().Match(text) is { Success: true } made)
            {
                Add(scope + (made.Groups["name"] is { Success: true } name ? name.Value : usual), kind, [], place);
                return;
            }
        }

        if (text.Contains("standard/rake", StringComparison.Ordinal))
        {
            Add("standard", CommandKind.Lint, [], place);
        }
        else if (TaskLine().Match(text) is { Success: true } task)
        {
            Add(scope + task.Groups["name"].Value, null, [.. Needs(task.Groups["rest"].Value).Take(100)], place);
        }
    }

    /// <summary>A task may be written several times: what it depends on adds up.</summary>
    private void Add(string name, CommandKind? kind, List<string> needs, Evidence place)
    {
        if (_tasks.TryGetValue(name, out var known))
        {
            known.Needs.AddRange(needs.Take(100 - Math.Min(100, known.Needs.Count)));
        }
        else if (_tasks.Count < MaxTasks)
        {
            _tasks.Add(name, new(name, kind, needs, place));
        }
    }

    private CommandKind? KindOf(string name, HashSet<string> seen)
    {
        if (seen.Count > 200 || !seen.Add(name) || Find(name) is not { } task)
        {
            return null;
        }

        var own = task.Kind ?? (name is "spec" or "specs" && task.Needs.Count == 0 ? CommandKind.Test : name is "rubocop" or "standard" ? CommandKind.Lint : TaskNames.ClassifyInCi(name));
        var needs = task.Needs.Select(need => KindOf(need, seen)).ToList();
        return own ?? (needs.Contains(CommandKind.Test) ? CommandKind.Test : needs.Contains(CommandKind.Lint) ? CommandKind.Lint : null);
    }

    private static IEnumerable<string> Needs(string rest)
    {
        var list = NeedList().Match(rest);
        return list.Success ? Word().Matches(list.Groups["list"].Value).Select(match => match.Value) : [];
    }

    private static string Namespace(RubyBlocks blocks) =>
        string.Concat(blocks.Open.Select(opening => NamespaceLine().Match(opening)).Where(match => match.Success).Select(match => match.Groups["name"].Value + ":"));

    [GeneratedRegex("""::(RakeTask|TestTask)\.(new|create)\s*\(?\s*(:"?|["'])?(?<name>[A-Za-z_][A-Za-z0-9_:]*[A-Za-z0-9_])?["']?\s*([,)=]|do\b|\{|$)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex MakerLine();

    // task :name, task "name", task name: …, task(:name => …)
    [GeneratedRegex("""^\s*(multi)?task[\s(]\s*:?["']?(?<name>[A-Za-z_][A-Za-z0-9_-]*(:[A-Za-z_][A-Za-z0-9_-]*)*)["']?(?<rest>.*)$""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TaskLine();

    [GeneratedRegex("""^\s*(:|=>)\s*(?<list>%[wi]\[[^\]]*\]|\[[^\]]*\]|:?["']?[A-Za-z_][A-Za-z0-9_:-]*)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NeedList();

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_-]*(:[A-Za-z_][A-Za-z0-9_-]*)*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("""^namespace[\s(]+:?["']?(?<name>[A-Za-z_][A-Za-z0-9_]*)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceLine();
}

/// <param name="Kind">As its class says; null: its name or what it depends on does.</param>
internal sealed record RakeTask(string Name, CommandKind? Kind, List<string> Needs, Evidence Place);
