using AutoDevOps.Server.Jobs;
using Npgsql;

namespace AutoDevOps.Server.Features.Webhooks.Events;

/// <summary>What follows from one kind of event for one organization.</summary>
internal interface IDeliveryEvent
{
    /// <summary>As GitHub names it in <c>X-GitHub-Event</c>.</summary>
    string Name { get; }

    /// <summary>It may queue an analysis, for which there must be room.</summary>
    bool StartsAnalyses { get; }

    /// <summary>Does it, in the transaction that completes the job; doing it twice is as doing it once.</summary>
    /// <returns>What was done, for people.</returns>
    Task<string> ApplyAsync(NpgsqlConnection connection, Delivery delivery);
}

/// <summary>A delivery as one organization has it.</summary>
/// <param name="WebhookId">The hook that it came by; null: the App.</param>
/// <param name="ReceivedAt">When it came, by the database's clock.</param>
/// <param name="RepositoryId">Which of the organization's repositories it is about; null: none of them.</param>
internal sealed record Delivery(
    Guid OrganizationId, string Event, string? Action, DateTime ReceivedAt, Guid? WebhookId, Guid? RepositoryId, bool IsDisconnected, DeliveryPayload Payload, JobQueue Jobs);

/// <summary>Every event that something follows from here.</summary>
internal static class DeliveryEvents
{
    public static IReadOnlyList<IDeliveryEvent> All { get; } =
    [
        new PingEvent(),
        new PushEvent(),
        new PullRequestEvent(),
        new RepositoryEvent(),
        new MemberEvent(),
        new InstallationEvent("installation"),
        new InstallationEvent("installation_target"),
        new InstallationRepositoriesEvent(),
        new OrganizationEvent(),
    ];

    public static IDeliveryEvent? Find(string name) => All.FirstOrDefault(candidate => candidate.Name == name);
}
