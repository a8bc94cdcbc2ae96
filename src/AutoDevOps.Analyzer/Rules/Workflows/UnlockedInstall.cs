using System.Text.RegularExpressions;
using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags steps that install whatever is newest although a lock file says what was tried.</summary>
internal sealed partial class UnlockedInstall : WorkflowsRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA092", "unlocked-install", Category.Dependencies, Severity.Low,
        What: "A workflow step that runs `npm install`, or `yarn install` of Yarn 1, where a lock file is there.",
        Why: "The command changes the lock file where it does not fit instead of failing, so that CI tests other versions than were committed.",
        Remedy: "Run `npm ci`, or `yarn install --frozen-lockfile`.")
    {
        Confidence = 0.9,
        Equivalents = ["scorecard/Pinned-Dependencies"],
        References = ["CWE-1357", "https://docs.npmjs.com/cli/commands/npm-ci", "https://classic.yarnpkg.com/en/docs/cli/install"],
    };

    // Who changes the manifest means to change the lock file.
    protected override IEnumerable<Finding> Check(RepositorySnapshot snapshot, Workflow workflow) =>
        workflow.Jobs.Where(job => StepScript.RunsOnThisCheckout(job) && !job.Steps.Any(step => step.Run?.Text is { } script && Changes().IsMatch(script)))
            .SelectMany(job => job.Steps.Where(step => step.Run is not null))
            .SelectMany(step => StepScript.Folder(step) is { } folder ? InScript(snapshot, workflow, step, folder) : []);

    private IEnumerable<Finding> InScript(RepositorySnapshot snapshot, Workflow workflow, WorkflowStep step, string folder)
    {
        foreach (var (text, line) in StepScript.Lines(step.Run!))
        {
            if (Moves().IsMatch(text))
            {
                yield break;
            }

            if (Install().Match(text) is { Success: true } match && Lock(snapshot, folder, match.Groups["tool"].Value) is { } found)
            {
                var whole = match.Groups["whole"].Value;
                var better = match.Groups["tool"].Value == "npm" ? "npm ci" : "yarn install --frozen-lockfile";
                yield return Descriptor.At(workflow.File.Path, line, $"'{whole}' may install other versions than {found} says.") with { Fix = Repair(workflow, line, whole, better + match.Groups["flags"].Value) };
            }
        }
    }

    private static string? Lock(RepositorySnapshot snapshot, string folder, string tool)
    {
        string[] names = tool == "npm" ? ["package-lock.json", "npm-shrinkwrap.json"] : ["yarn.lock"];
        var found = names.Select(name => RepositoryPath.File(folder, name)).FirstOrDefault(path => snapshot.Entries.Any(entry => entry.Path == path));
        var isOther = tool == "npm"
            ? snapshot.Find(RepositoryPath.File(folder, ".npmrc"))?.Text.Contains("package-lock", StringComparison.Ordinal) == true
            : snapshot.Entries.Any(entry => entry.Path == ".yarnrc.yml") || found is null || snapshot.Find(found)?.Text.Contains("# yarn lockfile v1", StringComparison.Ordinal) != true;
        return isOther ? null : found;
    }

    private static Fix? Repair(Workflow workflow, int line, string whole, string better)
    {
        var text = line <= workflow.Lines.Count ? workflow.Lines[line - 1] : "";
        var at = text.IndexOf(whole, StringComparison.Ordinal);
        return at < 0 || text.IndexOf(whole, at + 1, StringComparison.Ordinal) >= 0 ? null
            : new($"Install with {better}", workflow.File.Path, [new Edit(line, line, text[..at] + better + text[(at + whole.Length)..])]);
    }

    [GeneratedRegex(@"^\s*(?<whole>(?<tool>npm) (install|i)(?<flags>( --(no-audit|no-fund|prefer-offline|silent|quiet|ignore-scripts|legacy-peer-deps|no-progress))*)|(?<tool>yarn)( install)?(?<flags>( --(non-interactive|silent|ignore-scripts|prefer-offline|no-progress))*))\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Install();

    /// <summary>After these nothing is known of where a line runs.</summary>
    [GeneratedRegex(@"^\s*(cd|pushd)\b|&& *cd\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Moves();

    [GeneratedRegex(@"\b(npm (pkg|version|update|upgrade|audit fix|dedupe)|yarn (upgrade|version|add)|ncu|npm-check-updates|lerna version|changeset|git (commit|diff|push|add)|package(-lock)?\.json|yarn\.lock)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Changes();
}
