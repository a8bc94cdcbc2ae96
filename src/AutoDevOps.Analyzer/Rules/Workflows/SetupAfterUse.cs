using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a runtime that is set up after it was used.</summary>
internal sealed class SetupAfterUse : WorkflowRule
{
    /// <summary>A setup with the commands that are done with what it sets up.</summary>
    private static readonly Dictionary<string, Func<RunCommand, bool>> Uses = new(StringComparer.Ordinal)
    {
        ["actions/setup-node"] = command => command.Is("npm", "yarn", "pnpm") && First(command) is "ci" or "install" or "test" or "run" && !command.HasShort('g') && !command.HasLong("--global"),
        ["actions/setup-python"] = command => command.Is("pip", "pip3") && First(command) == "install" && command.Arguments.Any(word => word.Text is "-r" or "-e" or "." or "--requirement" or "--editable"),
        ["actions/setup-go"] = command => command.Is("go") && First(command) is "build" or "test" or "vet" or "mod",
        ["actions/setup-dotnet"] = command => command.Is("dotnet") && First(command) is "restore" or "build" or "test" or "publish" or "pack",
        ["actions/setup-java"] = command => command.Is("mvn", "mvnw", "gradle", "gradlew"),
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA086", "setup-after-use", Category.CiCd, Severity.Medium,
        What: "A setup action that comes after commands which need what it sets up.",
        Why: "The commands before it run with whatever version the runner happens to have.",
        Remedy: "Move the setup before the first of them.")
    {
        Confidence = 0.9,
        References = ["https://docs.github.com/actions/tutorials/build-and-test-code/nodejs"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var job in workflow.Jobs.Where(job => job.Node["container"] is null))
        {
            var early = new Dictionary<string, RunCommand>(StringComparer.Ordinal);
            foreach (var step in job.Steps)
            {
                // After another setup, or an action of one's own, the runtime is there already.
                if (step.Action?.Kind == ActionKind.Local)
                {
                    break;
                }

                if (step.Action is { Kind: ActionKind.Remote } action && action.Repository.Contains("setup", StringComparison.Ordinal))
                {
                    if (step.If is null && early.TryGetValue(action.Name, out var command))
                    {
                        yield return At(workflow, step.Uses!, $"Job '{job.Id}' runs '{command.Program} {First(command)}' in line {command.Line}, before '{action.Name}' sets up what it needs.");
                    }

                    break;
                }

                foreach (var (name, uses) in Uses.Where(_ => step.Run is not null && early.Count < Uses.Count))
                {
                    if (!early.ContainsKey(name) && StepScript.Commands(step).FirstOrDefault(uses) is { } command)
                    {
                        early.Add(name, command);
                    }
                }
            }
        }
    }

    private static string? First(RunCommand command) => command.Arguments.Select(word => word.Text).FirstOrDefault(word => !word.StartsWith('-'));
}
