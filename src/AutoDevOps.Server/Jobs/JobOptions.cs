using System.ComponentModel.DataAnnotations;

namespace AutoDevOps.Server.Jobs;

/// <summary>How jobs are run, whatever their queue.</summary>
public sealed class JobOptions : IValidatableObject
{
    /// <summary>How long a worker that says nothing keeps its jobs. Those of a killed worker wait in line again, for whoever else works,
    /// after at most <see cref="Lease"/> and <see cref="RescueEvery"/> together: 14 seconds, unless either is changed.</summary>
    /// <value>3 seconds to 10 minutes. Default: 12 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:03", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How often a worker renews the leases of its jobs.</summary>
    /// <value>1 second to 3 minutes, at most a third of <see cref="Lease"/>. Default: 4 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a worker looks for jobs when nobody told it of any.</summary>
    /// <value>100 milliseconds to 1 minute. Default: 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a worker looks for jobs whose worker stopped answering.</summary>
    /// <value>1 second to 1 minute. Default: 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan RescueEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long running jobs may go on when the process is asked to stop; then they are put back, at no cost.</summary>
    /// <value>0 seconds to 10 minutes. Default: 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stopped handler may take to notice, before its slot is given to another job.</summary>
    /// <value>1 second to 1 minute. Default: 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long ended jobs are kept, and what webhooks delivered.</summary>
    /// <value>1 to 365 days. Default: 30.</value>
    [Range(1, 365)]
    public int KeepDays { get; set; } = 30;

    /// <summary>The largest part by which a wait before a retry is lengthened at random, so that what failed together does not
    /// come back together.</summary>
    /// <value>0 to 0.5. Default: 0.1.</value>
    [Range(0.0, 0.5)]
    public double Jitter { get; set; } = 0.1;

    /// <summary>How many streams of events one person may have open at once in one process.</summary>
    /// <value>1 to 1000. Default: 20.</value>
    [Range(1, 1000)]
    public int StreamsPerUser { get; set; } = 20;

    /// <summary>How long a transaction may keep dead rows of the queue from being removed before an alert is raised.</summary>
    /// <value>1 minute to 1 day. Default: 15 minutes.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SnapshotAlert { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many dead rows a table of the queue may have before an alert is raised, if they outnumber its live ones too.</summary>
    /// <value>1000 to 100000000. Default: 50000.</value>
    [Range(1000, 100_000_000)]
    public int DeadRowsAlert { get; set; } = 50_000;

    /// <summary>The longest from the end of a worker to the moment in which its jobs wait in line again, but for the time that the
    /// statement takes, while another worker lives and the database answers.</summary>
    internal TimeSpan RescuedWithin => Lease + RescueEvery;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heartbeat > Lease / 3)
        {
            yield return new ValidationResult($"{Heartbeat} must be at most a third of Lease ({Lease}).", [nameof(Heartbeat)]);
        }
    }
}

/// <summary>How the jobs of one queue are run.</summary>
public abstract class QueueOptions : IValidatableObject
{
    /// <summary>How many jobs of the queue one worker process runs at once.</summary>
    /// <value>1 to 200.</value>
    [Range(1, 200)]
    public int Concurrency { get; set; }

    /// <summary>How long one attempt may take.</summary>
    /// <value>1 second to 6 hours.</value>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan Timeout { get; set; }

    /// <summary>Which jobs of an organization's line go first: the smallest.</summary>
    /// <value>0 to 100.</value>
    [Range(0, 100)]
    public short Priority { get; set; }

    /// <summary>The waits before the second attempt, the third and so on; after the last attempt the job is a dead letter.</summary>
    /// <value>Up to 19 times of 0 seconds to 1 day, separated by commas. Default: 00:00:30, 00:02:00, 00:05:00.</value>
    [Required(AllowEmptyStrings = true)]
    public string RetryWaits { get; set; } = "00:00:30, 00:02:00, 00:05:00";

    /// <summary>How many jobs of the queue one organization may have running at once in the whole installation.</summary>
    /// <value>1 to 10000. Default: 10.</value>
    [Range(1, 10_000)]
    public int PerOrganization { get; set; } = 10;

    /// <summary>How many jobs of the queue one organization may have waiting; the next one is refused until some have started. Requests
    /// that come at the same moment may go over it by their own number.</summary>
    /// <value>1 to 100000. Default: 500.</value>
    [Range(1, 100_000)]
    public int Backlog { get; set; } = 500;

    internal short MaxAttempts => (short)(Waits.Length + 1);

    internal TimeSpan[] Waits => TryReadWaits(out var waits) ? waits : throw new InvalidOperationException("RetryWaits was not validated.");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryReadWaits(out var waits) || waits.Length > 19 || waits.Any(wait => wait < TimeSpan.Zero || wait > TimeSpan.FromDays(1)))
        {
            yield return new ValidationResult("must be up to 19 times of at most a day, such as 00:00:30, 00:02:00.", [nameof(RetryWaits)]);
        }
    }

    private bool TryReadWaits(out TimeSpan[] waits)
    {
        var texts = RetryWaits.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        waits = new TimeSpan[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (!TimeSpan.TryParse(texts[i], System.Globalization.CultureInfo.InvariantCulture, out waits[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Analyses. Default: 5 at once, 5 minutes, priority 1.</summary>
public sealed class AnalysisQueueOptions : QueueOptions
{
    public AnalysisQueueOptions() => (Concurrency, Timeout, Priority) = (5, TimeSpan.FromMinutes(5), 1);
}

/// <summary>Synchronising repositories. Default: 3 at once, 2 minutes, priority 2.</summary>
public sealed class SyncQueueOptions : QueueOptions
{
    public SyncQueueOptions() => (Concurrency, Timeout, Priority) = (3, TimeSpan.FromMinutes(2), 2);
}

/// <summary>Generating pipelines. Default: 3 at once, 3 minutes, priority 3.</summary>
public sealed class CiGenerationQueueOptions : QueueOptions
{
    public CiGenerationQueueOptions() => (Concurrency, Timeout, Priority) = (3, TimeSpan.FromMinutes(3), 3);
}
