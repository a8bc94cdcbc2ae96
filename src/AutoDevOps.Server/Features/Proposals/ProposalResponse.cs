namespace AutoDevOps.Server.Features.Proposals;

/// <summary>A pull request of ours as the API shows it.</summary>
/// <param name="State"><c>pending</c> while it is being opened, then <c>open</c>, <c>unchanged</c> (the repository has it already), <c>merged</c>, <c>closed</c> or <c>failed</c>.</param>
/// <param name="SubjectId">The pipeline or the finding that it was last asked for: one branch serves all generations of a platform, and all findings of a rule in a file.</param>
/// <param name="Address">Where people see it.</param>
/// <param name="Failure">Why it failed, or what was left as it is.</param>
public sealed record ProposalResponse(
    Guid Id, string State, Guid SubjectId, Guid JobId, string Branch, int? Number, string? Address, string? Failure, DateTime UpdatedAt)
{
    internal static ProposalResponse? Of(ReadProposals.Proposal? proposal) => proposal is null ? null : new(
        proposal.Id, proposal.State, proposal.SubjectId, proposal.JobId, proposal.Branch, proposal.Number, proposal.Address, proposal.Failure, proposal.UpdatedAt);
}
