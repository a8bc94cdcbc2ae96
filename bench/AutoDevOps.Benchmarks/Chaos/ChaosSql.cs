namespace AutoDevOps.Benchmarks.Chaos;

/// <summary>The questions of the report.</summary>
internal static class ChaosSql
{
    public const string States = "SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state";

    public const string DeadLetters = "SELECT error_code, count(*) FROM jobs WHERE state = 'dead_letter' GROUP BY error_code ORDER BY error_code";

    public const string Lost = """
        SELECT count(*) FROM unnest(@queued) AS queued (id)
        WHERE NOT EXISTS (
            SELECT FROM jobs
            WHERE jobs.id = queued.id AND state IN ('completed', 'dead_letter', 'cancelled') AND finished_at IS NOT NULL AND lease_until IS NULL)
        """;

    public const string Doubled = "SELECT count(*) FROM (SELECT FROM chaos_effects GROUP BY job_id HAVING count(*) > 1) AS doubled";

    public const string Unmatched = """
        SELECT count(*) FROM jobs
        WHERE EXISTS (SELECT FROM chaos_effects WHERE job_id = jobs.id) <> (state = 'completed' AND args ->> 'does' <> 'nothing')
        """;

    public const string AgainstTheirWord = "SELECT count(*) FROM jobs WHERE state = 'completed' AND args ->> 'does' IN ('fail', 'bury', 'withdraw')";

    public const string Illegal = """
        SELECT count(*) FROM (
            SELECT job_id, from_state, to_state, lag(to_state) OVER ofJob AS previous, lead(to_state) OVER ofJob AS next
            FROM job_events WHERE kind = 'state' WINDOW ofJob AS (PARTITION BY job_id ORDER BY seq)) AS event
        WHERE from_state IS DISTINCT FROM previous
           OR (previous IS NULL AND to_state <> 'pending')
           OR (previous IS NOT NULL AND NOT EXISTS (
                SELECT FROM job_transitions AS way WHERE way.from_state = event.from_state AND way.to_state = event.to_state AND way.between_state IS NULL))
           OR (next IS NULL AND to_state <> (SELECT state FROM jobs WHERE id = event.job_id))
        """;

    public const string Gaps = """
        SELECT count(*) FROM jobs JOIN LATERAL (
            SELECT count(*) AS number, min(seq) AS first, max(seq) AS last FROM job_events WHERE job_id = jobs.id) AS event ON true
        WHERE event.number <> event_seq OR event.first <> 1 OR event.last <> event_seq
        """;

    public const string TooManyAttempts = """
        SELECT count(*) FROM jobs
        WHERE attempt > max_attempts
           OR (SELECT count(*) FROM job_events WHERE job_id = jobs.id AND to_state = 'active')
            - (SELECT count(*) FROM job_events
               WHERE job_id = jobs.id AND data ->> 'error_code' IN ('snoozed', 'released') AND to_state IN ('failed', 'retrying')) > max_attempts
        """;

    /// <summary>Who touched the job held its lease. A claim that comes after a newer one's, or two workers with one claim, would be two at
    /// once.</summary>
    public const string HeldByTwo = """
        SELECT count(*) FROM (
            SELECT job_id FROM (
                SELECT job_id, fence, max(fence) OVER (PARTITION BY job_id ORDER BY at ROWS UNBOUNDED PRECEDING) AS newest FROM chaos_touches) AS touch
            WHERE fence < newest
            UNION ALL
            SELECT job_id FROM chaos_touches GROUP BY job_id, fence HAVING count(DISTINCT worker_id) > 1
            UNION ALL
            SELECT effect.job_id FROM chaos_effects AS effect
            WHERE fence < (SELECT max(fence) FROM chaos_touches AS touch WHERE touch.job_id = effect.job_id)) AS held
        """;

    public const string RanOn = "SELECT count(*) FROM jobs WHERE id = ANY (@cancelled) AND state <> 'cancelled'";

    /// <summary>The wait is counted from the moment that the function took for now; the event is written a moment later.</summary>
    public const string Retries = """
        SELECT count(*), count(*) FILTER (WHERE late NOT BETWEEN interval '0' AND interval '1 s'), coalesce(max(extract(epoch FROM late)), 0)::float8
        FROM (
            SELECT at - ((data ->> 'run_at')::timestamptz - (@Waits::interval[])[least(attempt, cardinality(@Waits::interval[]))]) AS late,
                   lead(to_state) OVER (PARTITION BY job_id ORDER BY seq) AS next, *
            FROM job_events WHERE kind = 'state') AS failure
        WHERE to_state IN ('failed', 'retrying') AND next = 'pending' AND data ->> 'error_code' NOT IN ('worker_lost', 'snoozed', 'released')
        """;

    public const string Early = """
        SELECT count(*) FROM (
            SELECT job_id, at, to_state,
                   lag((data ->> 'run_at')::timestamptz, 1) OVER ofJob AS due, lag((data ->> 'run_at')::timestamptz, 2) OVER ofJob AS due_before
            FROM job_events WHERE kind = 'state' WINDOW ofJob AS (PARTITION BY job_id ORDER BY seq)) AS event
        WHERE to_state = 'active' AND at < greatest(due, due_before)
        """;

    public const string Rescued = """
        SELECT rescue.at FROM unnest(@held) AS held (id) CROSS JOIN LATERAL (
            SELECT at, to_state, data FROM job_events
            WHERE job_id = held.id AND at > @At AND to_state IN ('failed', 'retrying', 'cancelled', 'completed') ORDER BY seq LIMIT 1) AS rescue
        WHERE rescue.data ->> 'error_code' = 'worker_lost' OR rescue.to_state = 'cancelled'
        """;
}
