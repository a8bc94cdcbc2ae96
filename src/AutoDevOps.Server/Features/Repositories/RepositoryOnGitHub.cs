namespace AutoDevOps.Server.Features.Repositories;

/// <summary>What is known of a repository of GitHub.</summary>
/// <param name="State">What GitHub said last; null before it was asked.</param>
/// <param name="Account">Whose installation of the GitHub App reaches it; null: the token of <paramref name="ConnectedBy"/> does.</param>
/// <param name="LimitedUntil">GitHub allows no request before; null: it does.</param>
/// <param name="IsRefused">Nobody's token reaches it: whoever connected it must sign in again, or somebody else have it read with their account.</param>
/// <param name="HookState">Null: it has no hook of its own.</param>
/// <param name="HookFailure">For people.</param>
/// <param name="PushBranches">As the settings have it; null: nobody said.</param>
/// <param name="UploadSarif">As the settings have it; null: nobody said.</param>
public sealed record RepositoryOnGitHub(
    bool IsPrivate, bool Archived, string? State, DateTime? SyncedAt, int Branches, string? ConnectedBy, string? Account, bool IsSuspended, DateTime? LimitedUntil,
    bool IsRefused, string? HookState, string? HookFailure, string? PushBranches, bool? UploadSarif);
