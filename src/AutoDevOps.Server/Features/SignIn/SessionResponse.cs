namespace AutoDevOps.Server.Features.SignIn;

/// <summary>A browser that somebody is signed in with.</summary>
/// <param name="Device">The browser and the system, as far as it says.</param>
/// <param name="LastSeenAt">To the minute.</param>
/// <param name="ExpiresAt">When it ends however busy it is.</param>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
public sealed record SessionResponse(Guid Id, string Device, DateTime CreatedAt, DateTime LastSeenAt, DateTime ExpiresAt, bool IsCurrent);
