using AutoDevOps.Analyzer.Parsing.Workflows;

namespace AutoDevOps.Analyzer.Rules.Workflows;

/// <summary>Flags a version of an action with a published weakness.</summary>
internal sealed class VulnerableAction : WorkflowOrActionRule
{
    /// <param name="Since">The first version that has it.</param>
    /// <param name="Fixed">The first that has it no more.</param>
    /// <param name="Id">Of GitHub's advisory database, or of the laboratory that published it.</param>
    /// <param name="OfTags">Whether only its tags were bad: a commit that was pinned before is none of it.</param>
    private sealed record Advisory(string Action, int[] Since, int[] Fixed, string Id, string Cve, string What, bool OfTags = false);

    /// <summary>Each row with the range that its advisory states.</summary>
    private static readonly Advisory[] Advisories =
    [
        new("tj-actions/changed-files", [0], [46, 0, 1], "GHSA-mrrh-fwg8-r2c3", "CVE-2025-30066", "its tags were moved to code that printed secrets", OfTags: true),
        new("tj-actions/branch-names", [0], [9, 0, 0], "GHSA-gq52-6phf-x2r6", "CVE-2025-54416", "a branch name becomes a command"),
        new("aquasecurity/trivy-action", [0], [0, 35, 0], "GHSA-69fq-xp46-6x23", "CVE-2026-33634", "its tags were moved to code that stole secrets", OfTags: true),
        new("actions/download-artifact", [4, 0, 0], [4, 1, 3], "GHSA-cxww-7g56-2vh6", "CVE-2024-42471", "an artifact may write files outside of its folder"),
        new("rlespinasse/github-slug-action", [4, 0, 0], [4, 4, 1], "GHSA-6q4m-7476-932w", "CVE-2023-27581", "a branch name becomes a command"),
        new("atlassian/gajira-create", [0], [2, 0, 1], "GHSA-4xqx-pqpj-9fqw", "CVE-2020-14188", "the title of an issue becomes code"),
        new("atlassian/gajira-comment", [0], [2, 0, 2], "GHSL-2020-173", "CVE-2020-14189", "a comment becomes code"),
        new("hashicorp/vault-action", [0], [2, 2, 0], "GHSA-4mgv-m5cm-f9h7", "CVE-2021-32074", "secrets of several lines are printed"),
        new("azure/setup-kubectl", [0], [3, 0, 0], "GHSA-p756-rfxh-x63h", "CVE-2023-23939", "the program it installs may be written by everyone"),
        new("embano1/wip", [0], [2, 0, 0], "GHSA-rg3q-prf8-qxmp", "CVE-2023-30623", "the title of a pull request becomes a command"),
        new("lycheeverse/lychee-action", [0], [2, 0, 2], "GHSA-65rg-554r-9j5x", "CVE-2024-48908", "an input becomes a command"),
        new("dawidd6/action-download-artifact", [0], [6, 0, 0], "GHSA-5xr6-xhww-33m4", "", "it takes artifacts of forks"),
        new("sonarsource/sonarqube-scan-action", [4, 0, 0], [5, 3, 1], "GHSA-f79p-9c5r-xg88", "CVE-2025-58178", "an input becomes a command"),
    ];

    public override RuleDescriptor Descriptor { get; } = new(
        "GHA071", "vulnerable-action", Category.Security, Severity.High,
        What: "A version of an action with a published weakness, of a short list that ships with the program.",
        Why: "How the weakness is used is public as well.",
        Remedy: "Take a version in which it is mended, and pin its commit.")
    {
        Confidence = 0.97,
        Equivalents = ["zizmor/known-vulnerable-actions", "poutine/known_vulnerability_in_build_component"],
        References = ["CWE-1395", "OWASP CICD-SEC-3", "https://github.com/advisories?query=ecosystem%3Aactions"],
    };

    protected override IEnumerable<Finding> Check(Workflow workflow)
    {
        foreach (var step in workflow.Steps.Where(step => step.Action is { Kind: ActionKind.Remote }))
        {
            var version = UsedVersion.Parts(step);
            if (version.Count > 0 && Array.Find(Advisories, advisory => step.Action!.Is(advisory.Action) && !(advisory.OfTags && step.Action.IsPinned) && Precedes(version, advisory.Fixed) && !Precedes(version, advisory.Since)) is { } known)
            {
                yield return At(workflow, step.Uses!, $"'{known.Action}' {string.Join('.', version)} has {known.Id}{(known.Cve.Length > 0 ? $" ({known.Cve})" : "")}: {known.What}. It is mended in {string.Join('.', known.Fixed)}.");
            }
        }
    }

    /// <summary>Whether a version is certainly older; <c>4</c> may be any version that begins so.</summary>
    private static bool Precedes(IReadOnlyList<int> version, int[] other)
    {
        for (var index = 0; index < Math.Min(version.Count, other.Length); index++)
        {
            if (version[index] != other[index])
            {
                return version[index] < other[index];
            }
        }

        return false;
    }
}
