namespace AutoDevOps.Server.Tests.Jobs.Model;

/// <summary>A job, as the model knows it.</summary>
internal sealed class ModelJob
{
    public required int Number { get; init; }

    public required int Tenant { get; init; }

    public required string? DedupeKey { get; init; }

    public required int Priority { get; init; }

    public required bool IsKnown { get; init; }

    /// <summary>Waits in another queue, which nobody serves here.</summary>
    public bool IsTick { get; init; }

    public int? ReplayOf { get; init; }

    public string State { get; set; } = "pending";

    public int Attempt { get; set; }

    public int Fence { get; set; }

    public int Rescues { get; set; }

    public DateTime RunAt { get; set; }

    public int? Worker { get; set; }

    public DateTime? LeaseUntil { get; set; }

    public DateTime? CancelRequestedAt { get; set; }

    public string? Code { get; set; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public int Events { get; set; }

    public bool IsRunning => State is "active" or "processing" or "ai_request";

    public bool IsWaiting => State is "pending" or "retrying" or "failed";

    public bool HasEnded => State is "completed" or "dead_letter" or "cancelled";

    public JobView View => new(
        Number, State, Attempt, Fence, Rescues, RunAt, Worker, LeaseUntil, CancelRequestedAt, Code, StartedAt, FinishedAt, Events, ReplayOf);
}
