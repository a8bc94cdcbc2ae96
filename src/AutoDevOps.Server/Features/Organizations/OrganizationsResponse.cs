namespace AutoDevOps.Server.Features.Organizations;

/// <summary>Where somebody is a member, and what GitHub offers them.</summary>
/// <param name="Github">Their organizations on GitHub, as it said last; empty for an API token.</param>
public sealed record OrganizationsResponse(IReadOnlyList<OrganizationResponse> Organizations, IReadOnlyList<GitHubOrganizationResponse> Github);

/// <summary>An organization that somebody is a member of.</summary>
/// <param name="Role">owner, admin, member or viewer.</param>
/// <param name="Source">github: the membership follows the one on GitHub; manual: it does not.</param>
/// <param name="GithubId">The organization on GitHub that it stands for; null for none.</param>
/// <param name="IsPersonal">Whether it was made for this person, when they signed in first.</param>
public sealed record OrganizationResponse(Guid Id, string Name, string Role, string Source, long? GithubId, bool IsPersonal);

/// <summary>An organization on GitHub that somebody is a member of.</summary>
/// <param name="Role">admin, which is an owner there and may add the organization here; or member.</param>
/// <param name="OrganizationId">The one here that stands for it, if this person is in it.</param>
/// <param name="NotedAt">When GitHub said so.</param>
public sealed record GitHubOrganizationResponse(long GithubId, string Login, string Role, Guid? OrganizationId, DateTime NotedAt);
