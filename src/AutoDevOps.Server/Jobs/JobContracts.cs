using System.Text.Json;
using AutoDevOps.Server.Data;
using Npgsql;

namespace AutoDevOps.Server.Jobs;

/// <summary>The seed's nine states; the database refuses every transition that <c>job_transitions</c> does not list.</summary>
public enum JobState
{
    Pending,
    Active,
    Processing,
    AiRequest,
    Retrying,
    Failed,
    Completed,
    DeadLetter,
    Cancelled,
}

/// <summary>The arguments of one kind of job. They are stored: fields may be added with a default, never renamed.</summary>
public interface IJobArgs
{
    /// <summary>Stored with the job: never renamed.</summary>
    static abstract string Kind { get; }

    /// <summary>One of <see cref="QueueNames"/>.</summary>
    static abstract string Queue { get; }
}

public static class QueueNames
{
    public const string Analysis = "analysis";
    public const string Sync = "sync";
    public const string CiGeneration = "ci_generation";

    public static IReadOnlyList<string> All { get; } = [Analysis, Sync, CiGeneration];
}

/// <summary>Does one kind of job. It may run twice for one job; write it so that this does not matter.</summary>
public interface IJobHandler<TArgs>
    where TArgs : IJobArgs
{
    /// <summary>Answers with an outcome; an exception means "try again", with the queue's waits.</summary>
    Task<JobOutcome> HandleAsync(Job<TArgs> job, CancellationToken cancellationToken);
}

/// <summary>What a running handler knows of its job, and how it says how far it is.</summary>
public sealed class Job<TArgs>(Guid id, Guid organizationId, int attempt, TArgs args, Caller caller, IJobReporter reporter)
    where TArgs : IJobArgs
{
    public Guid Id => id;

    public Guid OrganizationId => organizationId;

    /// <summary>From 1.</summary>
    public int Attempt => attempt;

    public TArgs Args => args;

    /// <summary>Enters the database as this job: its organization only, while the lease is held.</summary>
    public Caller Caller => caller;

    /// <summary>Moves the job on: <c>active -> processing -> ai_request</c>.</summary>
    /// <exception cref="LeaseLostException">Another worker has the job now.</exception>
    public Task EnterAsync(JobState state, CancellationToken cancellationToken) => reporter.EnterAsync(state, cancellationToken);

    /// <summary>Tells whoever watches how far the job is. Often is fine: what comes too fast is thinned out.</summary>
    /// <param name="stage">One short word of the handler's own, such as <c>rules</c>.</param>
    public Task ReportAsync(string stage, int done, int total, CancellationToken cancellationToken) =>
        reporter.ReportAsync(stage, done, total, cancellationToken);
}

/// <summary>The executor's side of <see cref="Job{TArgs}"/>.</summary>
public interface IJobReporter
{
    Task EnterAsync(JobState state, CancellationToken cancellationToken);

    Task ReportAsync(string stage, int done, int total, CancellationToken cancellationToken);
}

/// <summary>How a handler's run ended. An exception is the other way: it spends the attempt and waits for the next.</summary>
public abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Done, with nothing to write.</summary>
    public static JobOutcome Completed { get; } = new Complete(null);

    /// <summary>Done; the result is written in the transaction that completes the job, so that neither is without the other.</summary>
    public static JobOutcome CompletedWith(Func<NpgsqlConnection, Task> write) => new Complete(write);

    /// <summary>There is nothing left to do, for a reason that is nobody's fault.</summary>
    public static JobOutcome Cancel(string reason) => new Cancelled(reason);

    /// <summary>Trying again would fail the same way: straight to the dead letter. The write commits with it.</summary>
    /// <param name="reason">For people.</param>
    public static JobOutcome Fail(string reason, Func<NpgsqlConnection, Task>? write = null) => new Failed(reason, write);

    /// <summary>Not now: again after the delay. Costs no attempt.</summary>
    public static JobOutcome Snooze(TimeSpan delay, string reason) => new Snoozed(delay, reason);

    internal sealed record Complete(Func<NpgsqlConnection, Task>? Write) : JobOutcome;

    internal sealed record Cancelled(string Reason) : JobOutcome;

    internal sealed record Failed(string Reason, Func<NpgsqlConnection, Task>? Write) : JobOutcome;

    internal sealed record Snoozed(TimeSpan Delay, string Reason) : JobOutcome;
}

/// <summary>The worker no longer holds the job's lease; what it computed is dropped.</summary>
public sealed class LeaseLostException(Guid jobId) : Exception($"The lease of job {jobId} is lost.");

/// <summary>An attempt failed for a reason that people may read; it is tried again like any other failure.</summary>
/// <param name="code">One short word for programs, such as <c>clone_failed</c>.</param>
/// <param name="message">One sentence for people: nothing internal, no secret.</param>
public class JobFailedException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code => code;

    /// <summary>Trying again would fail the same way.</summary>
    public virtual bool IsFinal => false;

    /// <summary>There is a time before which trying again is pointless: the job waits until then, and spends no attempt.</summary>
    public virtual DateTimeOffset? NotBefore => null;
}

/// <summary>How job arguments and events are written.</summary>
public static class JobJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };
}
