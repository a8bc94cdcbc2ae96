namespace AutoDevOps.Server.Jobs;

/// <summary>What the parts of one process tell each other about jobs. A signal is a hint and carries no truth: it may come twice,
/// late or never, and whoever hears one asks the database.</summary>
public sealed class JobSignals
{
    /// <summary>Jobs may be waiting in this queue; null: in any.</summary>
    public event Action<string?>? Woken;

    /// <summary>Someone asked this job to stop; null: perhaps some job.</summary>
    public event Action<Guid?>? CancelRequested;

    /// <summary>This organization's jobs have new events; null: perhaps every one's.</summary>
    public event Action<Guid?>? EventsAdded;

    internal void Wake(string? queue) => Woken?.Invoke(queue);

    internal void RequestCancel(Guid? jobId) => CancelRequested?.Invoke(jobId);

    internal void AddEvents(Guid? organizationId) => EventsAdded?.Invoke(organizationId);
}
