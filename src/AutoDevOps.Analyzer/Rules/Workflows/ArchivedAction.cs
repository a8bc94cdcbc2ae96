using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action that its owner has given up.</summary>
internal sealed class ArchivedAction : WorkflowOrActionRule
{
    /// <summary>Actions with what their own page names in their place, or <c>""</c>.</summary>
    private static readonly Dictionary<string, string> GivenUp = new(StringComparer.Ordinal)
    {
        ["actions/create-release"] = "gh release create",
        ["actions/upload-release-asset"] = "gh release upload",
        ["actions/setup-ruby"] = "ruby/setup-ruby",
        ["actions/setup-elixir"] = "erlef/setup-beam",
        ["actions/setup-haskell"] = "haskell-actions/setup",
        ["haskell/actions"] = "haskell-actions/setup",
        ["actions-rs/toolchain"] = "rustup",
        ["actions-rs/cargo"] = "cargo",
        ["actions-rs/clippy-check"] = "cargo clippy",
        ["actions-rs/audit-check"] = "rustsec/audit-check",
        ["actions-rs/install"] = "cargo install",
        ["actions-rs/tarpaulin"] = "cargo tarpaulin",
        ["gradle/gradle-build-action"] = "gradle/actions/setup-gradle",
        ["google-github-actions/release-please-action"] = "googleapis/release-please-action",
        ["marvinpinto/action-automatic-releases"] = "gh release create",
        ["sonarsource/sonarcloud-github-action"] = "SonarSource/sonarqube-scan-action",
        ["returntocorp/semgrep-action"] = "semgrep ci",
        ["hashicorp/terraform-github-actions"] = "hashicorp/setup-terraform",
        ["crazy-max/ghaction-docker-buildx"] = "docker/setup-buildx-action",
    };

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA062", "archived-action", Category.Security, Severity.Medium,
        What: "An action whose owner has archived it or says that it is no longer kept up.",
        Why: "Nobody mends its weaknesses, and it stops working when the runner drops the Node it was built for.",
        Remedy: "Use what its page names instead.")
    {
        Equivalents = ["zizmor/archived-uses"],
        References = ["CWE-1104", "https://docs.github.com/repositories/archiving-a-github-repository/archiving-repositories"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            if (step.Action is { Kind: ActionKind.Remote } action && GivenUp.TryGetValue(action.Name, out var instead))
            {
                yield return At(workflow, step.Uses!, $"'{action.Name}' is no longer kept up; use '{instead}'.");
            }
        }
    }
}
