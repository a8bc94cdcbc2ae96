namespace AutoDevOps.Server.Features.Proposals;

/// <summary>What a file shall have.</summary>
internal sealed record FileChange(string Path, byte[] Content);

/// <summary>What a pull request brings, built against the base branch as it is now; or why there is none.</summary>
/// <param name="Changes">None: the branch has it already.</param>
/// <param name="Title">Without any text of the repository that GitHub could read as more than text.</param>
/// <param name="Body">In Markdown.</param>
internal sealed record ProposedChange(IReadOnlyList<FileChange> Changes, string Title, string Body, string? Refusal = null)
{
    public static ProposedChange Refused(string why) => new([], "", "", why);

    public bool ChangesWorkflows => Changes.Any(change => ProposalTarget.IsWorkflow(change.Path));
}

/// <summary>Where a proposal goes.</summary>
/// <param name="Repository"><c>owner/name</c>, as GitHub has it now.</param>
/// <param name="Branch">The default branch.</param>
/// <param name="Commit">Its newest.</param>
/// <param name="Tree">That commit's.</param>
internal sealed record ProposalBase(string Repository, string Branch, string Commit, string Tree);
