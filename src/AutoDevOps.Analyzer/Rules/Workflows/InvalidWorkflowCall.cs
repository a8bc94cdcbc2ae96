using AutoDevOps.Analyzer.Detectors;
using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a call of a workflow of the same repository that does not fit what that workflow declares.</summary>
internal sealed class InvalidWorkflowCall : IRepositoryRule
{
    /// <summary>Nobody writes more, and a hostile file could hold tens of thousands.</summary>
    private const int MaxCalls = 1_000;

    public RuleDescriptor Descriptor { get; } = new(
        "GHA013", "invalid-workflow-call", Category.CiCd, Severity.High,
        What: "A job that calls a workflow of this repository that is not there, or with inputs or secrets it does not declare, without those it requires, or with fewer permissions than its jobs ask for.",
        Why: "GitHub refuses the calling workflow, so none of its jobs runs.",
        Remedy: "Hand over what the called workflow declares under 'workflow_call', and the permissions that its jobs ask for.")
    {
        Confidence = 0.97,
        Equivalents = ["actionlint/workflow-call"],
        References = ["https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows"],
    };

    public bool HasSubject(RepositorySnapshot snapshot, RepositoryModel model) => snapshot.In(".github/workflows").Any(Workflow.IsWorkflowPath);

    public IEnumerable<Finding> Check(RepositorySnapshot snapshot, RepositoryModel model)
    {
        var workflows = new CalledWorkflows(snapshot);
        var calling = snapshot.In(".github/workflows").Where(Workflow.IsWorkflowPath).Select(Workflow.Read).OfType<Workflow>().SelectMany(workflow => workflow.Jobs);
        foreach (var job in calling.Where(job => job.Uses is not null).Take(MaxCalls))
        {
            if (workflows.Of(job) is not { } called)
            {
                if (job.Uses!.Text is ['.' or '$', '/', .. var file] && IsNamed(file) && snapshot.Find(file) is null)
                {
                    yield return Descriptor.At(NodeLocation.Of(job.Workflow.File, job.Uses), $"There is no '{file}' to be called.");
                }

                continue;
            }

            foreach (var finding in Problems(job, called))
            {
                yield return finding;
            }

            if (GrantedPermissions.Of(job) is { } granted && GrantedPermissions.Excess(workflows, called, granted) is { } excess)
            {
                yield return Descriptor.At(job.Workflow.File.Path, job.Uses!.Line, $"{excess}, but job '{job.Id}' does not allow that.");
            }
        }
    }

    private static bool IsNamed(string path) =>
        path.StartsWith(".github/workflows/", StringComparison.Ordinal) && (path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal)) && !path.Contains("${{", StringComparison.Ordinal);

    private IEnumerable<Finding> Problems(WorkflowJob job, Workflow called)
    {
        var path = job.Workflow.File.Path;
        if (called.Triggers.FirstOrDefault(trigger => trigger.Name == "workflow_call") is not { } declared)
        {
            yield return Descriptor.At(NodeLocation.Of(job.Workflow.File, job.Uses!), $"'{called.File.Path}' cannot be called: it has no event 'workflow_call'.");
            yield break;
        }

        var inputs = Names(declared.Filter?["inputs"]);
        foreach (var (key, value) in Workflow.Pairs(job.Node["with"]).Where(pair => !IsExpression(pair.Key)))
        {
            if (!inputs.TryGetValue(key.Text!, out var input))
            {
                yield return Descriptor.At(NodeLocation.Of(job.Workflow.File, key), $"'{called.File.Path}' has no input '{key.Text}'.{Hint(key.Text!, inputs.Keys)}");
            }
            else if (!IsExpression(value) && !Fits(value, input["type"]?.Text))
            {
                yield return Descriptor.At(NodeLocation.Of(job.Workflow.File, value), $"Input '{key.Text}' of '{called.File.Path}' is a {input["type"]!.Text}, which '{value.Text}' is not.");
            }
        }

        foreach (var name in Missing(inputs, job.Node["with"]).Where(name => inputs[name]["default"] is null))
        {
            yield return Descriptor.At(path, job.Uses!.Line, $"'{called.File.Path}' requires the input '{name}', which job '{job.Id}' does not give.");
        }

        if (job.Node["secrets"]?.Text == "inherit")
        {
            yield break;
        }

        var secrets = Names(declared.Filter?["secrets"]);
        foreach (var (key, _) in Workflow.Pairs(job.Node["secrets"]).Where(pair => !IsExpression(pair.Key) && !secrets.ContainsKey(pair.Key.Text!)))
        {
            yield return Descriptor.At(NodeLocation.Of(job.Workflow.File, key), $"'{called.File.Path}' has no secret '{key.Text}'.{Hint(key.Text!, secrets.Keys)}");
        }

        foreach (var name in Missing(secrets, job.Node["secrets"]))
        {
            yield return Descriptor.At(path, job.Uses!.Line, $"'{called.File.Path}' requires the secret '{name}', which job '{job.Id}' does not give.");
        }
    }

    private static Dictionary<string, DataNode> Names(DataNode? mapping)
    {
        var names = new Dictionary<string, DataNode>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Workflow.Pairs(mapping))
        {
            names.TryAdd(key.Text!, value);
        }

        return names;
    }

    private static IEnumerable<string> Missing(Dictionary<string, DataNode> declared, DataNode? given)
    {
        var names = Names(given);
        return names.Keys.Any(name => name.Contains("${{", StringComparison.Ordinal))
            ? []
            : declared.Where(pair => pair.Value["required"]?.IsTrue == true && !names.ContainsKey(pair.Key)).Select(pair => pair.Key);
    }

    private static bool Fits(DataNode value, string? type) => type switch
    {
        "boolean" => value.Type == ScalarType.Boolean,
        "number" => value.Type == ScalarType.Number,
        _ => true,
    };

    private static bool IsExpression(DataNode node) => node.Text?.Contains("${{", StringComparison.Ordinal) == true;

    private static string Hint(string written, IReadOnlyCollection<string> known) =>
        NearestName.Of(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
