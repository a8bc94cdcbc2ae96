using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Commands;

namespace AutoDevOps.Analyzer.Detectors.Ci;

/// <summary>The runtime versions that existing CI sets up.</summary>
internal static partial class CiRuntimes
{
    private const int MaxVersions = 100;

    /// <summary>The versions of the set-up step that says most about tests: in a job that tests, and with the most versions.</summary>
    /// <param name="setups">The set-up actions and their version inputs.</param>
    public static RuntimeVersion? Find(DetectionContext context, string runtime, params (string Action, string Input)[] setups)
    {
        RuntimeVersion? best = null;
        var bestRank = (false, false, 0);
        foreach (var configuration in context.Ci)
        {
            foreach (var (_, step) in CiCommands.Steps(context).Where(entry => entry.Configuration == configuration))
            {
                var input = setups.FirstOrDefault(setup => IsAction(step.Uses, setup.Action)).Input;
                if (input is null || !step.With.TryGetValue(input, out var value))
                {
                    continue;
                }

                var versions = Versions(value);
                var rank = (Tests(configuration, step.Job) && !Remote().IsMatch(step.Job), !Remote().IsMatch(step.Job), versions.Count);
                if (versions.Count > 0 && rank.CompareTo(bestRank) > 0)
                {
                    var place = Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line);
                    (best, bestRank) = (new(runtime, versions, configuration.Path, 0.95, [place]), rank);
                }
            }
        }

        return FromJobs(context, runtime) is { } ofJobs && (best is null || (!bestRank.Item1 && ofJobs.Versions.Count >= best.Versions.Count)) ? ofJobs : best;
    }

    /// <summary>The versions of all jobs that test, of the configuration that has most; where none does, of what runs no commands of its own
    /// (a whole pipeline, a language's usual test), or of the first. A file of Travis beside another CI is one that was left behind.</summary>
    private static RuntimeVersion? FromJobs(DetectionContext context, string runtime)
    {
        RuntimeVersion? best = null;
        var others = context.Ci.Any(other => other.Vendor != "travis" && CiCommands.ChecksChanges(other) && other.Steps.Count > 0);
        foreach (var configuration in context.Ci.Where(other => CiCommands.ChecksChanges(other) && (other.Vendor != "travis" || !others)))
        {
            var jobs = configuration.Runtimes.Where(entry => entry.Name == runtime && CiCommands.ChecksChanges(entry.Job) && !IsRemote(entry.Job)).ToList();
            var chosen = jobs.Where(entry => Tests(configuration, entry.Job)).ToList();
            chosen = chosen.Count > 0 ? chosen : [.. jobs.Where(entry => configuration.Steps.All(step => step.Job != entry.Job))];
            chosen = chosen.Count > 0 ? chosen : [.. jobs.Take(1)];
            var versions = Versions(chosen.SelectMany(entry => entry.Versions));
            if (versions.Count > (best?.Versions.Count ?? 0))
            {
                var file = context.Snapshot.Find(configuration.Path)!;
                best = new(runtime, versions, configuration.Path, 0.95, [.. chosen.Select(entry => Cite.At(file, entry.Line)).Distinct().Take(10)]);
            }
        }

        return best;
    }

    /// <summary>Whether a job's name says that it drives the whole from outside.</summary>
    public static bool IsRemote(string job) => Remote().IsMatch(job);

    private static List<string> Versions(string value) => Versions(value.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Those that are versions, each once, the oldest first.</summary>
    public static List<string> Versions(IEnumerable<string> stated)
    {
        var versions = new List<string>();
        foreach (var item in stated.Take(MaxVersions))
        {
            var version = item.TrimStart('v');
            version = version.EndsWith(".*", StringComparison.Ordinal) ? version[..^1] + "x" : version;
            if (Concrete().IsMatch(version) && !versions.Contains(version))
            {
                versions.Add(version);
            }
        }

        // A row that adds 24.15.0 to 24 on another system adds no version.
        versions.RemoveAll(version => versions.Any(other => other != version && version.StartsWith(other.TrimEnd('x'), StringComparison.Ordinal) && (other.EndsWith('x') || version[other.Length] == '.')));
        return [.. versions.OrderBy(version => Number(version, 0)).ThenBy(version => Number(version, 1)).ThenBy(version => Number(version, 2))];
    }

    private static int Number(string version, int part) =>
        version.Split('.').ElementAtOrDefault(part) is { } text && int.TryParse(text, out var number) ? number : 0;

    private static bool IsAction(string? uses, string action) =>
        uses is not null && uses.StartsWith(action, StringComparison.OrdinalIgnoreCase) && (uses.Length == action.Length || uses[action.Length] == '@');

    private static bool Tests(CiConfiguration configuration, string job) =>
        configuration.Steps.Any(step => step.Job == job
            && step.Run is { } run
            && (run.Contains("test", StringComparison.OrdinalIgnoreCase) || run.Contains("tox", StringComparison.Ordinal) || run.Contains("nox", StringComparison.Ordinal)));

    // End-to-end runs and examples often pin other versions than those the code is tested with.
    [GeneratedRegex("(e2e|end-to-end|example|integration)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Remote();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)*(\.x)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Concrete();
}
