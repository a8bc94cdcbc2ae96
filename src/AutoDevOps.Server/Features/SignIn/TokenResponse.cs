namespace AutoDevOps.Server.Features.SignIn;

/// <summary>An API token that works. What it is itself was shown once, when it was made.</summary>
/// <param name="OrganizationId">The one that it is good for.</param>
/// <param name="Write">Whether it may change things; else it may only read.</param>
/// <param name="LastUsedAt">To the minute; null: never.</param>
public sealed record TokenResponse(
    Guid Id, string Name, Guid OrganizationId, string Organization, bool Write, DateTime CreatedAt, DateTime ExpiresAt, DateTime? LastUsedAt);
