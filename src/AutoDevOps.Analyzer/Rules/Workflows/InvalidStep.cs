using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;
using AutoDevOps.Analyzer.Parsing.Workflows.Schema;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags jobs and steps whose keys contradict each other or lack what makes them run.</summary>
internal sealed class InvalidStep : IFileRule
{
    public RuleDescriptor Descriptor { get; } = new(
        "GHA004", "invalid-job-or-step", Category.CiCd, Severity.High,
        What: "A job without `runs-on` or `steps`, a step with both or neither of `run` and `uses`, an action without a version, a call of what is no workflow, or a repeated step id.",
        Why: "GitHub refuses the workflow, so none of its jobs runs.",
        Remedy: "Give each job a runner and steps, each step exactly one of `run` and `uses`, and each id once.")
    {
        Confidence = 0.98,
        Equivalents = ["actionlint/syntax-check", "actionlint/action", "actionlint/id", "actionlint/workflow-call"],
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps"],
    };

    public bool Reads(SnapshotFile file) => Workflow.IsWorkflowPath(file);

    public IEnumerable<Finding> Check(SnapshotFile file) =>
        Workflow.Read(file) is { } workflow
            ? workflow.Jobs.Where(job => job.Node.Kind == NodeKind.Mapping).SelectMany(job => JobProblems(file, job).Concat(StepProblems(file, job)))
            : [];

    private List<Finding> JobProblems(SnapshotFile file, WorkflowJob job)
    {
        var steps = job.Node["steps"];
        if (job.Node["uses"] is not null)
        {
            foreach (var key in (ReadOnlySpan<string>)["steps", "runs-on"])
            {
                if (job.Node.Key(key) is { } extra)
                {
                    return [Descriptor.At(file.Path, extra.Line, $"Job '{job.Id}' calls a reusable workflow with 'uses', so it cannot have '{key}'.")];
                }
            }

            return job.Uses is { } uses && !uses.Text!.Contains("${{", StringComparison.Ordinal) && !IsWorkflow(uses.Text)
                ? [Descriptor.At(file.Path, uses.Line, $"'{uses.Text}' is no workflow: write owner/repository/.github/workflows/file.yml@ref or ./.github/workflows/file.yml.")]
                : [];
        }

        List<Finding> findings = [];
        if (job.Node["runs-on"] is null)
        {
            findings.Add(Descriptor.At(file.Path, job.Key.Line, $"Job '{job.Id}' has neither 'runs-on' nor 'uses'."));
        }
        else if ((job.Node["runs-on"]!.Kind == NodeKind.Mapping && job.Node["runs-on"]!["group"] is null ? job.Node["runs-on"]!["labels"] : job.Node["runs-on"]) is { Kind: NodeKind.Sequence, Items.Count: 0 } labels)
        {
            findings.Add(Descriptor.At(file.Path, labels.Line, $"Job '{job.Id}' asks for a machine with an empty list of labels."));
        }

        if (steps is null)
        {
            findings.Add(Descriptor.At(file.Path, job.Key.Line, $"Job '{job.Id}' has no 'steps'."));
        }
        else if (steps.Kind != NodeKind.Sequence || steps.Items.Count == 0)
        {
            findings.Add(Descriptor.At(file.Path, steps.Line, $"The 'steps' of job '{job.Id}' must be a list with at least one step."));
        }

        return findings;
    }

    /// <summary>A workflow of this repository has no version; one of another has.</summary>
    private static bool IsWorkflow(string uses)
    {
        var isLocal = uses is ['.' or '$', '/', ..];
        var at = uses.IndexOf('@', StringComparison.Ordinal);
        if (isLocal == at >= 0 || at == uses.Length - 1)
        {
            return false;
        }

        var segments = (isLocal ? uses : uses[..at]).Split('/');
        return segments is [.. var repository, ".github", "workflows", var name]
            && repository.Length == (isLocal ? 1 : 2) && repository.All(part => part.Length > 0)
            && (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal));
    }

    private IEnumerable<Finding> StepProblems(SnapshotFile file, WorkflowJob job)
    {
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var step in job.Steps)
        {
            var uses = step.Node["uses"];
            var deeds = StepSchema.Deeds.Where(deed => step.Node[deed] is not null).ToList();
            if (deeds.Count == 0)
            {
                yield return Descriptor.At(file.Path, step.Node.Line, $"A step of job '{job.Id}' has neither 'run' nor 'uses'.");
            }
            else if (deeds.Count > 1)
            {
                yield return Descriptor.At(file.Path, step.Node[deeds[0]]!.Line, $"A step of job '{job.Id}' has both '{deeds[0]}' and '{deeds[1]}'.");
            }
            else if (step.Action is { Kind: ActionKind.Invalid } or { Kind: ActionKind.Remote, Ref: null or "" })
            {
                yield return Descriptor.At(file.Path, uses!.Line, $"'{uses.Text}' is no action: write owner/repository@ref, $/path, ./path or docker://image.");
            }

            else if (step.Action is { Kind: ActionKind.Docker, Path: "" or [.., ':'] })
            {
                yield return Descriptor.At(file.Path, uses!.Line, $"'{uses.Text}' names no image: write docker://image:tag.");
            }

            // A longer one is refused for its length, by another rule.
            if (step.Node["id"]?.Text is { Length: < 100 } id && !ids.Add(id))
            {
                yield return Descriptor.At(file.Path, step.Node["id"]!.Line, $"Two steps of job '{job.Id}' have the id '{id}'.");
            }
        }
    }
}
