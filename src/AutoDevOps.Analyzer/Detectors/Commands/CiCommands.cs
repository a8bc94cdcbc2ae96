using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors.Ci;
using AutoDevOps.Analyzer.Rules.Secrets;

namespace AutoDevOps.Analyzer.Detectors.Commands;

/// <summary>Takes from existing CI the commands that a component can answer for.</summary>
internal static partial class CiCommands
{
    private const double Confidence = 0.97;

    /// <summary>The commands that run in a folder and that <paramref name="resolve"/> knows, those that CI runs most often first,
    /// the shortest of equals. What CI computes (variables, redirections) is never taken over. Where CI also has Linux, what it runs on other
    /// systems only is weaker than what the repository says, and nothing beside what it runs on Linux.</summary>
    public static IEnumerable<CommandCandidate> For(DetectionContext context, string folder, Func<ShellCommand, ResolvedCommand?> resolve)
    {
        var hasLinux = Steps(context).Any(entry => entry.Step is { Run: not null, IsElsewhere: false });
        var found = new List<(CommandCandidate Candidate, bool IsElsewhere, int Order)>();
        foreach (var (configuration, step) in Steps(context))
        {
            foreach (var command in In(folder, step).Where(command => command.IsLiteral && !NamesThisMachine(command.Text) && !Hides(command.Text) && !SecretRedactor.IsNeeded(command.Text)))
            {
                if (resolve(command) is { Evidence.Count: > 0 } resolved)
                {
                    var isElsewhere = hasLinux && step.IsElsewhere;
                    var secondary = isElsewhere || IsSecondary(resolved, configuration);
                    var place = Cite.At(context.Snapshot.Find(configuration.Path)!, step.Line);
                    var candidate = new CommandCandidate(resolved.Kind, resolved.Family, resolved.Run ?? command.Text, folder,
                        secondary ? CommandSource.Convention : CommandSource.ExistingCi, secondary ? 0.8 : Confidence, [.. resolved.Evidence, place]);
                    found.Add((candidate with { Needs = resolved.Needs, OnlyFor = resolved.OnlyFor }, isElsewhere, found.Count));
                }
            }
        }

        var onLinux = found.Where(item => !item.IsElsewhere).Select(item => item.Candidate.Kind).ToHashSet();
        return found.Where(item => !item.IsElsewhere || !onLinux.Contains(item.Candidate.Kind)).GroupBy(item => (item.Candidate.Kind, item.Candidate.Run))
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key.Run.Length)
            .ThenBy(group => group.First().Order)
            .Select(group => group.First().Candidate);
    }

    /// <summary>The commands of a step that run in a folder: <c>cd x &amp;&amp; y</c> runs <c>y</c> in <c>x</c>.</summary>
    private static IEnumerable<ShellCommand> In(string folder, CiStep step)
    {
        var where = RepositoryPath.FromModel(step.WorkingDirectory);
        if (step.Run is null || (where != folder && !step.Run.Contains("cd ", StringComparison.Ordinal)))
        {
            yield break;
        }

        foreach (var command in ShellLine.Parse(step.Run))
        {
            if (command.Words is ["cd", var target])
            {
                if (!command.IsLiteral || RepositoryPath.Combine(where, target) is not { } next)
                {
                    // Where the rest of the line runs is not known.
                    yield break;
                }

                where = next;
            }
            else if (where == folder)
            {
                yield return command;
            }
        }
    }

    /// <summary>Whether a CI file checks changes: not one that releases, deploys, documents or measures.</summary>
    public static bool ChecksChanges(CiConfiguration configuration) => !OtherPurpose().IsMatch(Path.GetFileNameWithoutExtension(configuration.Path));

    /// <summary>The same of a job.</summary>
    public static bool ChecksChanges(string job) => !OtherPurpose().IsMatch(job);

    /// <summary>The steps of the CI that checks changes.</summary>
    public static IEnumerable<(CiConfiguration Configuration, CiStep Step)> Steps(DetectionContext context) =>
        from configuration in context.Ci
        where ChecksChanges(configuration)
        from step in configuration.Steps
        where ChecksChanges(step.Job)
        select (configuration, step);

    /// <summary>End-to-end tests are not the tests of a repository, unless there are no others.</summary>
    private static bool IsSecondary(ResolvedCommand resolved, CiConfiguration configuration) =>
        Path.GetFileNameWithoutExtension(configuration.Path) is "integration" or "e2e"
        || (resolved.Kind == CommandKind.Test
            && (resolved.Family.Contains("integration", StringComparison.OrdinalIgnoreCase) || resolved.Family.Contains("e2e", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A path outside the checkout was prepared by an earlier step that is not taken over.</summary>
    private static bool NamesThisMachine(string text) =>
        text.Contains("/tmp/", StringComparison.Ordinal) || text.Contains("/home/", StringComparison.Ordinal) || text.Contains("/github/", StringComparison.Ordinal);

    /// <summary>Characters that are not seen, or turn the direction of what is, would be read by a person as another command.</summary>
    private static bool Hides(string text) => text.Any(Reports.Printable.IsHidden);

    [GeneratedRegex("(release|publish|deploy|docs|documentation|website|nightly|bench|stale|codeql|label|smoke|preview|canary|autofix|update|production|staging|docker|lighthouse|fuzz|codspeed|shades|third-party|third_party|downstream|ecosystem|compat)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherPurpose();
}
