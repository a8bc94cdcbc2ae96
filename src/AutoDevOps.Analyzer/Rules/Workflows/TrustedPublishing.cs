using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a package that is published with a token that is kept, where the registry would take the run's own identity.</summary>
internal sealed class TrustedPublishing : WorkflowRule
{
    public override RuleDescriptor Descriptor { get; } = new(
        "GHA059", "trusted-publishing", Category.Security, Severity.Low,
        What: "A package published to PyPI, npm, crates.io, RubyGems or NuGet with a stored token.",
        Why: "A stored token works from everywhere and until somebody revokes it; the registry would take the identity of the run, which lasts for minutes.",
        Remedy: "Set up trusted publishing at the registry, give the job `id-token: write`, and delete the token.")
    {
        Confidence = 0.9,
        Equivalents = ["zizmor/use-trusted-publishing"],
        References = ["CWE-522", "https://docs.pypi.org/trusted-publishers/", "https://docs.npmjs.com/trusted-publishers", "https://crates.io/docs/trusted-publishing"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action?.Is("pypa/gh-action-pypi-publish") == true)
            {
                if (step.With("password") is { } password && IsSecret(password) && (step.With("repository-url") ?? step.With("repository_url"))?.Text?.Contains("pypi.org", StringComparison.Ordinal) != false)
                {
                    yield return At(workflow, password, "PyPI is given a stored token.");
                }
            }
            else if (StepScript.Commands(step).Select(command => Registry(step, command)).FirstOrDefault(found => found is not null) is { } registry)
            {
                yield return At(workflow, registry.Token, $"{registry.Name} is given a stored token.");
            }
        }
    }

    private static bool IsSecret(DataNode? value) => value?.Text?.Contains("secrets.", StringComparison.Ordinal) == true;

    private static (string Name, DataNode Token)? Registry(WorkflowStep step, RunCommand command)
    {
        if (command.HasLong("--dry-run", "--registry", "--source", "--index"))
        {
            return null;
        }

        var (name, variables) = (command.Program, command.Arguments.Select(word => word.Text).FirstOrDefault(word => !word.StartsWith('-'))) switch
        {
            ("npm", "publish") => ("npm", (string[])["NODE_AUTH_TOKEN", "NPM_TOKEN"]),
            ("cargo", "publish") => ("crates.io", ["CARGO_REGISTRY_TOKEN"]),
            ("gem", "push") => ("RubyGems", ["GEM_HOST_API_KEY", "RUBYGEMS_API_KEY"]),
            ("twine", "upload") => ("PyPI", ["TWINE_PASSWORD"]),
            ("uv", "publish") => ("PyPI", ["UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"]),
            _ => ("", []),
        };
        return variables.Select(variable => step.Node.At("env", variable)).FirstOrDefault(IsStored) is { } token && !PublishesElsewhere(step) ? (name, token) : null;
    }

    private static bool IsStored(DataNode? value) => IsSecret(value) && !value!.Text!.Contains("GITHUB_TOKEN", StringComparison.Ordinal);

    /// <summary>A registry of one's own has no such agreement.</summary>
    private static bool PublishesElsewhere(WorkflowStep step) =>
        (step.Node.At("env", "TWINE_REPOSITORY_URL") ?? step.Node.At("env", "UV_PUBLISH_URL") ?? step.Node.At("env", "RUBYGEMS_HOST")) is not null
        || (step.Job?.Steps ?? []).Select(other => other.With("registry-url")?.Text).OfType<string>().Any(url => !url.Contains("registry.npmjs.org", StringComparison.Ordinal));
}
