namespace AutoDevOps.Server.Jobs;

/// <summary>What the parts of one process tell each other about jobs. A signal is a hint and carries no truth: it may come twice,
/// late or never, and whoever hears one asks the database.</summary>
public sealed class JobSignals
{
    /// <summary>Jobs may be waiting in this queue; null: in any.</summary>
    public event Action<string?>? Woken;

    /// <summary>Someone asked this job to stop; null: perhaps some job.</summary>
    public event Action<Guid?>? CancelRequested;

    /// <summary>A job of an organization has new events; null: perhaps any.</summary>
    public event Action<EventNotice?>? EventsAdded;

    internal void Wake(string? queue) => Woken?.Invoke(queue);

    internal void RequestCancel(Guid? jobId) => CancelRequested?.Invoke(jobId);

    internal void AddEvents(EventNotice? notice) => EventsAdded?.Invoke(notice);
}

/// <summary>Whose job has new events.</summary>
public readonly record struct EventNotice(Guid OrganizationId, Guid JobId)
{
    public override string ToString() => $"{OrganizationId:N}{JobId:N}";

    /// <summary>Null for what is no notice.</summary>
    public static EventNotice? Parse(string text) =>
        text.Length == 64 && Guid.TryParseExact(text[..32], "N", out var organization) && Guid.TryParseExact(text[32..], "N", out var job)
            ? new EventNotice(organization, job)
            : null;
}
