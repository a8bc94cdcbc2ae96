namespace AutoDevOps.Server.Features.Policies;

/// <summary>What an organization holds all of its repositories to.</summary>
/// <param name="Text">YAML with the keys of <c>.autodevops.yml</c> that do not differ between repositories; null when there is none.</param>
/// <param name="Revision">How often it was changed; 0 when never. The next change names it.</param>
/// <param name="SetBy">The login of who changed it last; null when never, or when they are no colleague any more.</param>
public sealed record PolicyResponse(Guid OrganizationId, string? Text, int Revision, string? SetBy, DateTime? SetAt);
