using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a privileged run that trusts whoever pushed last because it was a bot.</summary>
internal sealed class BotCondition : WorkflowRule
{
    private const string Author = "github.event.pull_request.user.login";

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA051", "bot-condition", Category.Security, Severity.High,
        What: "A condition under `pull_request_target` that lets a run through because `github.actor` is a bot.",
        Why: "The actor is who caused the last event, not who wrote the code: anybody can have the bot touch a pull request of theirs.",
        Remedy: "Ask for `github.event.pull_request.user.login`, the author of the pull request.")
    {
        Equivalents = ["zizmor/bot-conditions"],
        References = ["CWE-290", "https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        // Who sets a label, or closes, has rights in the repository.
        if (!workflow.Triggers.Any(trigger => trigger.Name == "pull_request_target" && (trigger.Filter?["types"] is not { } types || types.ScalarOrItems().Any(type => type.Text is "opened" or "reopened" or "synchronize" or "edited"))))
        {
            yield break;
        }

        var conditions = workflow.Jobs.Select(job => job.Node["if"]).Concat(workflow.Steps.Select(step => step.Node["if"])).OfType<DataNode>();
        foreach (var condition in conditions.Where(condition => condition.Text?.Contains(Author, StringComparison.OrdinalIgnoreCase) == false))
        {
            if (workflow.Condition(condition).SelectMany(expression => expression.Tree?.All() ?? []).Select(Bot).FirstOrDefault(bot => bot is not null) is { } name)
            {
                yield return At(workflow, condition, $"The condition trusts whoever has '{name}' touch a pull request: 'github.actor' is not its author.") with { Fix = Repair(workflow, condition) };
            }
        }
    }

    private static string? Bot(Expression part) => part is Expression.Binary { Operator: "==", Left: var left, Right: var right }
        ? (left, right) switch
        {
            (Expression.Member { Target: Expression.Context { Name: "github" }, Name: "actor" or "triggering_actor" }, Expression.Literal { Text: var name }) when IsBot(name) => name,
            (Expression.Literal { Text: var name }, Expression.Member { Target: Expression.Context { Name: "github" }, Name: "actor" or "triggering_actor" }) when IsBot(name) => name,
            _ => null,
        }
        : null;

    private static bool IsBot(string name) => name.EndsWith("[bot]", StringComparison.Ordinal);

    private static Fix? Repair(Workflow workflow, DataNode condition)
    {
        var line = workflow.Lines[condition.Line - 1];
        if (line.Length > UsedVersion.MaxLine)
        {
            return null;
        }

        var fixedLine = line.Replace("github.triggering_actor", Author, StringComparison.Ordinal).Replace("github.actor", Author, StringComparison.Ordinal);
        return condition.BlockLine > 0 || condition.End.Line != condition.Line || fixedLine == line || !workflow.Triggers.All(trigger => trigger.Name.StartsWith("pull_request", StringComparison.Ordinal)) ? null
            : new("Ask for the author of the pull request", workflow.File.Path, [new Edit(condition.Line, condition.Line, fixedLine)]);
    }
}
