using AutoDevOps.Analyzer.Parsing;
using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags an action that needs more of the token than the job allows it.</summary>
internal sealed class MissingTokenPermission : WorkflowRule
{
    /// <param name="Applies">Whether the step uses the action in the way that needs it.</param>
    private sealed record Need(string Action, string[] Scopes, Func<WorkflowStep, bool> Applies);

    private static readonly Need[] Needs =
    [
        new("github/codeql-action/upload-sarif", ["security-events"], _ => true),
        new("github/codeql-action/analyze", ["security-events"], step => step.With("upload") is null),
        new("actions/deploy-pages", ["pages", "id-token"], step => step.With("token") is null),
        new("actions/attest", ["id-token", "attestations"], UsesToken),
        new("actions/attest-build-provenance", ["id-token", "attestations"], UsesToken),
        new("actions/attest-sbom", ["id-token", "attestations"], UsesToken),
        new("pypa/gh-action-pypi-publish", ["id-token"], step => step.With("password") is null && step.With("user") is null),
        new("rust-lang/crates-io-auth-action", ["id-token"], _ => true),
        new("aws-actions/configure-aws-credentials", ["id-token"], step => step.With("role-to-assume") is not null
            && step.With("aws-access-key-id") is null && step.With("web-identity-token-file") is null && step.With("role-chaining") is null && step.With("use-existing-credentials") is null && !HasAwsKey(step)),
        new("google-github-actions/auth", ["id-token"], step => step.With("workload_identity_provider") is not null && step.With("credentials_json") is null),
        new("azure/login", ["id-token"], step => step.With("client-id") is not null && step.With("creds") is null && step.With("auth-type") is null),
        new("softprops/action-gh-release", ["contents"], UsesToken),
        new("ncipollo/release-action", ["contents"], UsesToken),
        new("jamesives/github-pages-deploy-action", ["contents"], step => UsesToken(step) && step.With("ssh-key") is null && step.With("repository-name") is null),
        new("peter-evans/create-pull-request", ["contents", "pull-requests"], step => UsesToken(step) && step.With("push-to-fork") is null && step.With("branch-token") is null),
    ];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA084", "missing-token-permission", Category.CiCd, Severity.High,
        What: "An action that writes with the job's token, or asks for its identity, in a job whose `permissions` do not allow that.",
        Why: "The step fails when it comes to that, often after the release is half done.",
        Remedy: "Add the permission to the job.")
    {
        Confidence = 0.93,
        References = ["https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions", "https://docs.github.com/actions/reference/security/oidc"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        var fixes = new YamlFix(workflow.File);
        foreach (var job in workflow.Jobs)
        {
            var stated = job.Node["permissions"] ?? workflow.Root["permissions"];
            foreach (var step in job.Steps.Where(step => step.Action is { Kind: ActionKind.Remote }))
            {
                var name = step.Action!.Path.Length > 0 ? $"{step.Action.Name}/{step.Action.Path}" : step.Action.Name;
                var missing = Needs.Where(need => need.Action == name && need.Applies(step)).SelectMany(need => need.Scopes).Where(scope => !Allows(workflow, stated, scope)).ToList();
                if (missing.Count > 0)
                {
                    yield return At(workflow, step.Uses!, $"'{name}' needs {string.Join(" and ", missing.Select(scope => $"'{scope}: write'"))}, which job '{job.Id}' does not allow.") with { Fix = Repair(fixes, job, missing) };
                }
            }
        }
    }

    /// <summary>What is not stated depends on settings and callers; only the identity is never given unasked.</summary>
    private static bool Allows(Workflow workflow, DataNode? stated, string scope) => stated switch
    {
        null => scope != "id-token" || workflow.HasTrigger("workflow_call"),
        { Kind: NodeKind.Mapping } => stated[scope]?.Text == "write" || stated.Entries.Any(entry => entry.Key.Text?.Contains("${{", StringComparison.Ordinal) == true),
        { Text: "read-all" } => false,
        _ => true,
    };

    /// <summary>Where the job states permissions of its own, a line for each that is missing.</summary>
    private static Fix? Repair(YamlFix fixes, WorkflowJob job, List<string> missing) =>
        job.Node["permissions"] is not { Kind: NodeKind.Mapping, Entries.Count: > 0 } stated || missing.Any(scope => stated[scope] is not null) ? null
        : fixes.Make("Allow what the action needs", (source, edit) =>
            source.Root.At("jobs", job.Id, "permissions") is { } node && source.Entries(node).LastOrDefault() is { } last
            && edit.InsertAfter(last, [.. missing.Select(scope => $"{scope}: write")]));

    /// <summary>Whether it works with the job's own token.</summary>
    private static bool UsesToken(WorkflowStep step)
    {
        var given = step.With("token") ?? step.With("github-token") ?? step.With("repo-token") ?? step.Node.At("env", "GITHUB_TOKEN") ?? step.Job?.Node.At("env", "GITHUB_TOKEN") ?? step.Workflow.Root.At("env", "GITHUB_TOKEN");
        return given is null || given.Text?.Contains("secrets.GITHUB_TOKEN", StringComparison.OrdinalIgnoreCase) == true || given.Text?.Contains("github.token", StringComparison.Ordinal) == true;
    }

    private static bool HasAwsKey(WorkflowStep step)
    {
        WorkBudget.Spend(step.Job?.Steps.Count ?? 0);
        return new[] { step.Node, step.Job?.Node, step.Workflow.Root }.Any(node => node?.At("env", "AWS_ACCESS_KEY_ID") is not null)
        || (step.Job?.Steps ?? []).TakeWhile(other => other != step).Any(other => other.Action?.Is("aws-actions/configure-aws-credentials") == true);
    }
}
